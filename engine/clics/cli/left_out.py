"""What the folders that a command reads hold beside crystals, in one sentence on stderr."""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Iterable
from pathlib import Path

from clics.cli import output
from clics.readers.folders import left_out

_NAMES_SHOWN = 6


def say_left_out(files: Iterable[Path] | None) -> None:
    """Name and count the files in folders that were passed over, since their names are those of no format."""
    given = [file for file in files or () if isinstance(file, Path)]  # standard input is no folder
    names = Counter(os.path.basename(path) for path in left_out(given))
    if names:
        total = sum(names.values())
        shown = ", ".join(name for name, _ in names.most_common(_NAMES_SHOWN))
        more = ", …" if len(names) > _NAMES_SHOWN else ""
        output.say(f"{total} {'file' if total == 1 else 'files'} of other types passed over ({shown}{more}).")
