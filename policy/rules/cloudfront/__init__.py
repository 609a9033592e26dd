"""Rules of one service."""
