"""Reliability block diagrams of what visitors do, read from the graph: blocks, regions, buckets, names, journeys."""
