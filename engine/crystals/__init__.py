"""Read files and archives, check them, one :class:`~engine.crystals.crystal.Crystal` out; every refusal is a named error."""
