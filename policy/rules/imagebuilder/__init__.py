"""Rules of the images that servers boot from, and of the servers that become them."""
