"""A visitor that never sleeps."""
