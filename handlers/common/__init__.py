"""What the functions and the services share: logs, environment, items, HTTP and the AWS calls they make."""
