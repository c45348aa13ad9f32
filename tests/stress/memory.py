"""Memory of a process and of those that it started, and whether it is flat."""

from __future__ import annotations

import contextlib
import ctypes
import gc
import re
import statistics
import sys
from collections.abc import Sequence
from pathlib import Path

import psutil

GROWTH = 0.02
"""Share by which the memory of the last half may grow."""
_EDGE = 10
_HELD = re.compile(r"^(?:Pss_Anon|Pss_Shmem|SwapPss): +(\d+) kB", re.MULTILINE)


def held() -> float:
    """Bytes that this process and its children hold (libraries and other files are not counted).

    What was freed and the allocator of this process keeps for the next call is given back first: one table of 17 MB more or
    less would look like a leak.
    """
    gc.collect()
    _trim()
    total = 0.0
    process = psutil.Process()
    for one in (process, *process.children(recursive=True)):
        try:
            total += _held_by(one)
        except psutil.Error:  # it has just ended
            continue
    return total


def _held_by(process: psutil.Process) -> float:
    """Bytes that a process holds. Of files that it has mapped Linux keeps more or less, as it likes: they are left out."""
    rollup = Path(f"/proc/{process.pid}/smaps_rollup")
    if not rollup.exists():
        return float(process.memory_full_info().uss)
    with contextlib.suppress(OSError):  # it has just ended
        return 1024.0 * sum(map(int, _HELD.findall(rollup.read_text(encoding="ascii"))))
    return 0.0


def _trim() -> None:
    if sys.platform.startswith("linux"):
        with contextlib.suppress(OSError, AttributeError):  # another C library than glibc
            ctypes.CDLL("libc.so.6").malloc_trim(0)


def growth(series: Sequence[float]) -> float:
    """Share by which the last half of a series grows: the median of its last tenth against that of its first tenth."""
    half = series[len(series) // 2 :]
    if len(half) < 2:
        return 0.0
    edge = max(1, min(len(half) // _EDGE, len(half) // 2))
    return statistics.median(half[-edge:]) / statistics.median(half[:edge]) - 1


def verdict(series: Sequence[float], what: str) -> list[str]:
    """A fault where the memory of the last half grows."""
    share = growth(series)
    if share < GROWTH:
        return []
    told = ", ".join(f"{value / 1e6:.0f}" for value in series[:: max(1, len(series) // 12)])
    return [f"memory of {what} grows by {100 * share:.1f} % in the last half (MB: {told})"]
