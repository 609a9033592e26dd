"""Rules about what holds data, whichever service that is."""
