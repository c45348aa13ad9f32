"""Crystals that a search found: one table, one set of cards, one preview, wherever they are shown."""
