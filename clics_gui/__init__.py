"""The window. It holds an :class:`clics.session.Session` and nothing below it."""
