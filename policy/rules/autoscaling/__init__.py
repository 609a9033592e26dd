"""Rules of Auto Scaling groups."""
