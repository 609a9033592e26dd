"""What an account has once: the audit trail, its detectors, recorders and posture."""
