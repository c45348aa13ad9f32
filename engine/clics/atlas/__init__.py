"""Read-only collections of many crystals in little space, read where they lie: written by one command, shipped as files."""
