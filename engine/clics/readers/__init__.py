"""Readers of crystal files: one module a format."""
