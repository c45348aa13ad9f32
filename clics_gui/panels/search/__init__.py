"""Crystals of a phrase."""
