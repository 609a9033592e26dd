"""The code that runs on the platform as functions, a folder per function."""
