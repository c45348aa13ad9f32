"""Sessions in a process of their own: typed requests in, plain results out. The window starts and restarts it."""
