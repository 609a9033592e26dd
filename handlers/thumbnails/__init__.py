"""Pictures of finished models; refused in this release."""
