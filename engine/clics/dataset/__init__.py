"""Training data: describe in parallel and resumably, pack into flat arrays, split, sample."""
