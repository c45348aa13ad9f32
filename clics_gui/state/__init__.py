"""Typed state of the window: documents, libraries, settings. No widgets."""
