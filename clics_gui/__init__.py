"""The window. It asks a :class:`clics.session.Session` in a process of its own and knows nothing below it."""
