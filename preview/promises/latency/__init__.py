"""Network round trips of the users, and what tables take to answer."""
