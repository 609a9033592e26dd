"""Messages to people about assets and orders."""
