"""Symmetry of crystals: space groups and their settings, point groups, Wyckoff positions."""
