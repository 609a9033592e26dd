"""Tags by which cost and ownership are found."""
