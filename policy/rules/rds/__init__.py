"""Aurora and its proxy."""
