"""Dialogs. They take a :class:`clics_gui.state.context.Context` or plain values, never the main window."""
