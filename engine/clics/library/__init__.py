"""The user's crystals: SQLite store, vectors, and the sources that fill it."""
