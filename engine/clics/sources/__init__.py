"""Where crystals come from: files, prototypes."""
