"""Libraries panel: known library files, their contents, and additions to them."""
