"""New passwords for the master user of the relational cluster."""
