"""EventBridge and its scheduler."""
