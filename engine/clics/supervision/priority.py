"""Lower the priority of background processes, so that the window and other programs stay responsive."""

from __future__ import annotations

import contextlib
import sys
from pathlib import Path

NICE = 10
"""Unix niceness of background processes; foreground processes have 0."""


def lower_priority(pid: int) -> None:
    """Lower the priority of a process that this program started; without effect where the system refuses it.

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
