"""The same guards in every region."""
