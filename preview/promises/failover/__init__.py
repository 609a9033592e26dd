"""How long a failed region stays in DNS, by name and by route."""
