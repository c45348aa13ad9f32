"""Drawing of crystals: a scene of plain arrays, and the only package that imports VisPy."""
