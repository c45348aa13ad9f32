"""Concepts of a crystal, crystals of a phrase, neighbours of a crystal, and the query language."""
