"""Parents, providers and places of resources."""
