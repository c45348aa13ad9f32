"""Crystals built like the one in front, and the map of the library."""
