"""The policy pack: what every resource and every relation between resources must hold."""
