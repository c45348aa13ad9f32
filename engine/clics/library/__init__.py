"""Libraries: crystals with descriptions, facts and embeddings in one SQLite file, and their vector index."""
