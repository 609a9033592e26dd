"""Rules of load balancers, their listeners and target groups."""
