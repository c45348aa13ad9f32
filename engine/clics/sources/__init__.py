"""Sources of crystals: files, objects of other packages, prototypes."""
