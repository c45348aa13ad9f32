"""Read files and archives, check them, one Crystal out; every refusal is a named error."""
