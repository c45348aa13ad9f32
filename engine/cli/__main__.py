"""``python -m engine.cli``: the same as ``clics``, for launchers that start modules (torchrun)."""

from __future__ import annotations

from engine.cli import main

main()
