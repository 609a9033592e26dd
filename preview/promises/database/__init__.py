"""What a failed writer, zone or region means to each journey."""
