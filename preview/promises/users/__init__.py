"""Where the users are, and how far each is from what answers them."""
