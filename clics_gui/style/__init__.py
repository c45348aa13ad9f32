"""Appearance of the window: theme, colours, small widgets, labels."""
