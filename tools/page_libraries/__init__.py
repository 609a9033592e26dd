"""Builds the libraries that the report's page carries, from locked packages."""
