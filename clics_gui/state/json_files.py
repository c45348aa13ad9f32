"""Small files of the window's own."""

from __future__ import annotations

import os
from pathlib import Path


def write_text(path: Path, text: str) -> None:
    """Write whole or not at all: a crash or a full disk leaves the file as it was. Raises OSError."""
    path.parent.mkdir(parents=True, exist_ok=True)
    growing = path.with_name(f"{path.name}.{os.getpid()}.part")
    try:
        growing.write_text(text, encoding="utf-8")
        growing.replace(path)
    finally:
        growing.unlink(missing_ok=True)
