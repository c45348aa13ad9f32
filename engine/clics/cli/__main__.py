"""``python -m clics.cli``: the same as ``clics``, for launchers that start modules (torchrun)."""

from __future__ import annotations

from clics.cli import main

main()
