"""Training of models: form, estimate, progress and results."""
