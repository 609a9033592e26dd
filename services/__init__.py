"""The servers that run on the platform's instances, a folder per fleet."""
