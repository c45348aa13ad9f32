"""Geometry in typed text: shapes, coordination numbers, connections and networks, as conditions on the facts of geometry."""
