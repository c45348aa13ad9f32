"""Entry point of ``clics-gui``."""

from __future__ import annotations

import sys
from typing import NoReturn


def main() -> NoReturn:
    """Say that this version has no window, and which command answers the same question; exit code 1."""
    files = " ".join(sys.argv[1:]) or "FILE..."
    sys.exit(
        "clics-gui: this version has no window yet; it comes with the desktop release. "
        f"The command line answers the same: clics analyse {files}"
    )


if __name__ == "__main__":
    main()
