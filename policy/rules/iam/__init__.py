"""Who may do what: identity policies, trust, and what is left of resource policies."""
