"""What the network of caches keeps from the buckets."""
