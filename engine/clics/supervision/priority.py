"""Work in the background gives way to whoever sits at the screen."""

from __future__ import annotations

import contextlib
import sys
from pathlib import Path

NICE = 10
"""Unix niceness of background processes; what is in front has 0."""


def give_way(pid: int) -> None:
    """Let a process that we started run when the processor has nothing better to do; silently not, where that is refused.

    Linux shares the processor among sessions first and only then by niceness, so a process with a session of its own
    has its session's share lowered too.
    """
    import psutil

    with contextlib.suppress(psutil.Error, OSError):
        process = psutil.Process(pid)
        process.nice(psutil.BELOW_NORMAL_PRIORITY_CLASS if sys.platform == "win32" else NICE)
    if sys.platform == "linux":
        import os

        with contextlib.suppress(OSError):
            if os.getsid(pid) == pid:
                Path(f"/proc/{pid}/autogroup").write_text(str(NICE))
