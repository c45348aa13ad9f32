"""Similar panel and Map panel: structures similar to the current one, and the map of the library."""
