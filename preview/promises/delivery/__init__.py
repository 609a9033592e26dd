"""When a model is visible."""
