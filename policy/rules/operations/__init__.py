"""Promises that are watched, and work that is not lost."""
