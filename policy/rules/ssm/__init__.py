"""Rules of Systems Manager."""
