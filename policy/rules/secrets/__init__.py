"""Secrets stay where secrets are kept."""
