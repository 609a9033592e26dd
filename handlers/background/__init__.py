"""Finds assets that got stuck and starts them again."""
