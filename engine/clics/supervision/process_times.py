"""Processor time, idle time and memory of another process."""

from __future__ import annotations

import time

_LONGEST_LOOK = 1.0
"""Seconds that one look counts as idle at most: who looks may itself have waited for its turn."""
_BUSY = 0.05
"""Share of an interval from which on a process with that much processor time was not idle."""


class ProcessTimes:
    """What a process has used since :meth:`restart`.

    A process is idle while it asks for no processor: its status is not "running", and its processor time stands still. A
    process that waits for its turn on a busy machine is not idle.

    Attributes:
        used: Processor time in seconds.
        idle: Idle time in seconds.
    """

    def __init__(self, pid: int) -> None:
        import psutil

        self._process = psutil.Process(pid)
        self.restart()

    def restart(self) -> None:
        """Count from now on."""
        self._begin = self._processor_seconds()
        self._looked = time.monotonic()
        self.used = self.idle = 0.0

    def look(self) -> None:
        """Bring the times up to date; to be called several times a second."""
        now, used = time.monotonic(), self._processor_seconds() - self._begin
        interval = now - self._looked
        if used - self.used < _BUSY * interval and not self._runs():
            self.idle += min(interval, _LONGEST_LOOK)
        self.used, self._looked = used, now

    def resident(self) -> int:
        """Resident memory in bytes; 0 where the process has just died, which its pipe will tell."""
        import psutil

        try:
            return int(self._process.memory_info().rss)
        except psutil.Error:
            return 0

    def _runs(self) -> bool:
        """True where the process wants the processor; Windows does not tell, there only what it uses counts."""
        import psutil

        try:
            return bool(psutil.POSIX and self._process.status() == psutil.STATUS_RUNNING)
        except psutil.Error:
            return True

    def _processor_seconds(self) -> float:
        import psutil

        try:
            times = self._process.cpu_times()
            return float(times.user + times.system)
        except psutil.Error:
            return 0.0
