"""Search panel: crystals of a phrase."""
