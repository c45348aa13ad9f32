"""Geometry panel: symmetry, coordination environments and the model's prediction for the current crystal."""
