"""How many users fit before a limit stops them."""
