"""A buffer on disk for lines of a described data set that are ready before their turn, so that a killed process loses none."""

from __future__ import annotations

import os
from pathlib import Path

from clics.atomic_files import naming, replacing
from clics.dataset.description_store import decode

_WASTE = 1 << 24
"""Bytes of lines that were taken, beyond which the file is written anew."""


class ReorderBuffer:
    """Lines by key (16 bytes), put in any order and taken one by one.

    Lines that were not taken are there the next time. A line that was taken may come back after a kill; the caller knows
    whether it still needs it.

    Args:
        path: The file, made where it is missing.
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        self._offsets: dict[bytes, tuple[int, int]] = {}
        self._live = 0
        self._file = path.open("a+b")
        self._file.seek(0)
        offset = 0
        for raw in self._file:
            if (line := decode(raw)) is not None:
                self._remember(bytes.fromhex(line["key"]), offset, len(raw))
            offset += len(raw)

    def __contains__(self, key: bytes) -> bool:
        return key in self._offsets

    def _remember(self, key: bytes, offset: int, size: int) -> None:
        self.forget(key)
        self._offsets[key] = (offset, size)
        self._live += size

    def put(self, key: bytes, raw: bytes) -> None:
        """Keep a line. The operating system has it when this returns, so that a killed program does not lose it."""
        self._remember(key, self._file.seek(0, os.SEEK_END), len(raw))
        with naming(self._path):
            self._file.write(raw)
            self._file.flush()

    def read(self, key: bytes) -> bytes:
        """Return the line of a key. Raises KeyError where there is none."""
        offset, size = self._offsets[key]
        self._file.seek(offset)
        return self._file.read(size)

    def forget(self, key: bytes) -> None:
        """Drop the line of a key where there is one."""
        _, size = self._offsets.pop(key, (0, 0))
        self._live -= size

    def compact(self) -> None:
        """Write the file anew where most of it is lines that were taken."""
        if self._file.seek(0, os.SEEK_END) - self._live < _WASTE + self._live:
            return
        offsets = {}
        with replacing(self._path) as file:
            for key, (_, size) in self._offsets.items():
                offsets[key] = (file.tell(), size)
                file.write(self.read(key))
            self._file.close()  # Windows replaces no open file
        self._file, self._offsets = self._path.open("a+b"), offsets

    def close(self) -> None:
        """Wait until the disk has every line; remove a file without any."""
        if self._file.closed:
            return
        with naming(self._path):
            self._file.flush()
            os.fsync(self._file.fileno())
            self._file.close()
        if not self._offsets:
            self._path.unlink()
