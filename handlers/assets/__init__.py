"""The receipt of uploaded 3D models."""
