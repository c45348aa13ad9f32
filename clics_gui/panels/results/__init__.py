"""Search results: table, cards and preview, shared by all panels that show hits."""
