"""Facts of the geometry of a crystal (:class:`~clics.results.facts.GeometryFacts`) from its standard cell and its bonds."""
