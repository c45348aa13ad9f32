"""The window's way to the engine: requests, threads, messages."""
