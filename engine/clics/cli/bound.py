"""A command that ends with the process that started it: ``clics --worker bound COMMAND…``.

Its standard input is a pipe that only that process holds, so that its end is the end of that process, however it came.
"""

from __future__ import annotations

import os
import threading
from typing import BinaryIO


def main() -> None:
    """Run the command of ``sys.argv``."""
    pipe = os.fdopen(os.dup(0), "rb")
    os.dup2(os.open(os.devnull, os.O_RDONLY), 0)
    threading.Thread(target=_end_with, args=(pipe,), name="clics-bound", daemon=True).start()
    from clics.cli.main import main as command

    command()


def _end_with(pipe: BinaryIO) -> None:
    pipe.read(1)
    os._exit(1)
