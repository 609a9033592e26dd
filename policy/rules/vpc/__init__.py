"""Rules of networks: addresses, subnets, routes and endpoints."""
