"""The shell of the window: main window, docks, menus, status bar, start and end."""
