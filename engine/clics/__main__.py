"""``python -m clics``: the same as ``clics``."""

from __future__ import annotations

import os
import sys


def _leave_current_folder() -> None:
    """Take the current folder, which ``-m`` puts first, off the path of modules: a stranger's ``numpy.py`` may lie there."""
    own = os.path.dirname(os.path.dirname(os.path.realpath(__file__)))
    if not sys.flags.safe_path and sys.path[0] == os.getcwd() and sys.path[0] != own:
        del sys.path[0]


_leave_current_folder()

from clics.cli import main  # noqa: E402  after the path is safe

main()
