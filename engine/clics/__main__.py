"""``python -m clics``: the same as ``clics``."""

from __future__ import annotations

from clics.cli import main

main()
