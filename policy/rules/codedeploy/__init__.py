"""How new versions take over."""
