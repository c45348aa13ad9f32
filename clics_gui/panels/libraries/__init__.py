"""Library files: which there are, what is in them, what goes into them."""
