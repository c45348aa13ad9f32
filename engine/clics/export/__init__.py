"""Results, libraries and reports as files of other programs."""
