"""The render fleet's worker: takes jobs from the render queue, on graphics instances that may be spot."""
