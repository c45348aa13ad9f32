"""Lines of a described data set that were ready before their turn, kept in a file so that a kill loses none."""

from __future__ import annotations

import os
from pathlib import Path

from clics.atomic_files import replacing
from clics.dataset.description_store import decode

_WASTE = 1 << 24
"""Bytes of no more use at which the file is written anew."""


class AheadFile:
    """Lines by key (16 bytes), put in any order and taken one by one; what is not taken is there the next time.

    A line that was taken may come back after a kill. The caller knows whether it still needs it.
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        self._places: dict[bytes, tuple[int, int]] = {}
        self._live = 0
        self._file = path.open("a+b")
        self._file.seek(0)
        offset = 0
        for raw in self._file:
            if (line := decode(raw)) is not None:
                self._remember(bytes.fromhex(line["key"]), offset, len(raw))
            offset += len(raw)

    def __contains__(self, key: bytes) -> bool:
        return key in self._places

    def _remember(self, key: bytes, offset: int, size: int) -> None:
        self.forget(key)
        self._places[key] = (offset, size)
        self._live += size

    def put(self, key: bytes, raw: bytes) -> None:
        """Keep a line; the operating system has it when this returns."""
        self._remember(key, self._file.seek(0, os.SEEK_END), len(raw))
        self._file.write(raw)
        self._file.flush()

    def read(self, key: bytes) -> bytes:
        """The line of a key."""
        offset, size = self._places[key]
        self._file.seek(offset)
        return self._file.read(size)

    def forget(self, key: bytes) -> None:
        """Give up the line of a key where there is one."""
        _, size = self._places.pop(key, (0, 0))
        self._live -= size

    def tidy(self) -> None:
        """Write the file anew where most of it is of no more use."""
        if self._file.seek(0, os.SEEK_END) - self._live < _WASTE + self._live:
            return
        places = {}
        with replacing(self._path) as file:
            for key, (_, size) in self._places.items():
                places[key] = (file.tell(), size)
                file.write(self.read(key))
            self._file.close()  # Windows replaces no open file
        self._file, self._places = self._path.open("a+b"), places

    def close(self) -> None:
        """Bring everything to the disk; a file without a line goes."""
        if self._file.closed:
            return
        self._file.flush()
        os.fsync(self._file.fileno())
        self._file.close()
        if not self._places:
            self._path.unlink()
