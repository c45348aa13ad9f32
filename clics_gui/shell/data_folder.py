"""Whether the user's data folder can be written; the window works without, but keeps nothing."""

from __future__ import annotations

import tempfile
from pathlib import Path


def unwritable(folder: Path) -> str:
    """A sentence where nothing can be written into the folder, which is made if need be; "" where it can."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryFile(dir=folder):
            return ""
    except OSError as error:
        return (
            f"{folder}: {(error.strerror or 'it cannot be written').lower()}, so that settings, open crystals and the log are "
            "not kept, and your library cannot change. Change the permissions of the folder, or name another by CLICS_HOME."
        )
