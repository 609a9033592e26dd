"""The rules, a folder per service and a file per rule: its check and, beside it, what it accepts and refuses."""
