"""Panels docked around the crystals."""
