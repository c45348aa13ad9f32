"""Crystals: the type, its checks, cells, conversions and perturbations."""
