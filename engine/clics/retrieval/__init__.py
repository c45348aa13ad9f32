"""Retrieval: concepts of a crystal, crystals of a phrase, crystals similar to a crystal."""
