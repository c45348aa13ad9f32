"""Gives memory that a large item took back to the operating system, so that a process that lives long stays small."""

from __future__ import annotations

import contextlib
import ctypes
import gc
import sys

import psutil

_GROWN = 4 * 2**20
"""Bytes by which a process may grow before it gives memory back; doing so takes some milliseconds."""


class FreeMemory:
    """Watches the resident memory of this process.

    glibc keeps what was freed for the next call: after a file of megabytes a process would stay as large as that file made
    it. Other C libraries give memory back by themselves.
    """

    def __init__(self) -> None:
        self._process = psutil.Process()
        self._least = self._process.memory_info().rss

    def __call__(self) -> None:
        """Give memory back where the process has grown since it was smallest."""
        if self._process.memory_info().rss < self._least + _GROWN:
            return
        gc.collect()
        if sys.platform == "linux":
            with contextlib.suppress(OSError, AttributeError):  # another C library than glibc
                ctypes.CDLL("libc.so.6").malloc_trim(0)
        self._least = self._process.memory_info().rss
