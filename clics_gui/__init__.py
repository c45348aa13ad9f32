"""The window. It holds an :class:`engine.session.Engine` and nothing below it."""
