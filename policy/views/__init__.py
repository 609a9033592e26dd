"""Views of a stack: forms that mean the same are read as one."""
