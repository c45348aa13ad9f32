"""How the window looks: theme, colours, small widgets, wording."""
