"""How the fleets follow their users: replacement, surge, spike, a lost region."""
