"""First answers to security findings."""
