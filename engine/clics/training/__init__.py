"""The recipe (one typed config), the loop, schedule, metrics, progress events."""
