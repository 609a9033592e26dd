"""The shopping carts behind the API."""
