"""Typed text to concepts, structure types and filters."""
