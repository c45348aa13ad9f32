"""Dialogs. They take a context or plain values, never the main window's insides."""
