"""Writer of a described data set (:mod:`clics.dataset.description_store`): lines in the order of its sources.

A line that is ready before its turn waits in a buffer on disk, so that a killed process loses none and memory holds none. The
parts are therefore the same for any number of workers, and after any number of interruptions.
"""

from __future__ import annotations

import gzip
import json
import os
from collections import deque
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from clics.atomic_files import make_folder, naming, replacing, write_text
from clics.dataset.description_store import AHEAD, FORMAT, encode, parts, read_about, whole_lines
from clics.dataset.lock import FolderLock
from clics.dataset.reorder_buffer import ReorderBuffer

_LINES_PER_PART = 2000


class DescribedWriter:
    """Appends to a described data set, one process at a time; a process killed at any moment leaves it intact.

    Crystals that are done are known by 16 bytes of hash each.
    """

    def __init__(self, folder: Path, about: Mapping[str, Any]) -> None:
        """Open or create a data set.

        Args:
            folder: of the data set.
            about: its metadata; versions and sources of an existing ``about.json`` are kept.

        Raises:
            InputError: another process writes to it (kind ``busy``).
        """
        make_folder(folder)
        self._lock = FolderLock(folder)
        try:
            self._folder = folder
            self._open_about(about)
            for plain in folder.glob("part-*.jsonl"):
                _drop_torn_end(plain)
            self._done: dict[bytes, bool] = {}
            existing = parts(folder)
            for part in existing:
                for line in whole_lines(part):
                    self._note(line)
            for full in existing[:-1]:
                _compress(full)
            self._number = int(existing[-1].name[5:10]) + (existing[-1].suffix == ".gz") if existing else 0
            self._file = self._part.open("ab")
            self._lines = sum(1 for _ in whole_lines(self._part))
            self._turns: deque[bytes] = deque()
            self._wanted: set[bytes] = set()
            self._open_buffer()
        except BaseException:
            self._lock.release()
            raise

    @property
    def _part(self) -> Path:
        return self._folder / f"part-{self._number:05d}.jsonl"

    def _open_about(self, about: Mapping[str, Any]) -> None:
        path = self._folder / "about.json"
        if path.exists():
            old = read_about(self._folder)
            added = {
                name: old[name] + [entry for entry in about[name] if entry not in old[name]]
                for name in ("versions", "sources")
            }
            about = {**old, **added, "licence": about.get("licence") or old.get("licence")}
        write_text(path, json.dumps({"format": FORMAT, **about}, indent=1))

    def _open_buffer(self) -> None:
        """Load the buffer of an interrupted build; lines that are in the parts already are removed."""
        path = self._folder / AHEAD
        path.touch()
        _drop_torn_end(path)
        self._buffer = ReorderBuffer(path)
        for line in whole_lines(path):
            key = bytes.fromhex(line["key"])
            if key in self._done and (self._done[key] or "error" in line):
                self._buffer.forget(key)
            else:
                self._note(line)

    def want(self, key: str, *, retry_failed: bool = False) -> bool:
        """True if a crystal must be described now; lines are written in the order of these calls.

        Args:
            key: of the crystal, in hexadecimal.
            retry_failed: also crystals that are there without a description.

        Returns:
            False where the crystal is there, or was wanted in this session before.
        """
        digest = bytes.fromhex(key)
        if digest in self._wanted:
            return False
        described = self._done.get(digest)
        finished = described is not None and (described or not retry_failed)
        if finished and digest not in self._buffer:
            return False
        self._wanted.add(digest)
        self._turns.append(digest)
        if finished:
            self._flush_buffer()
            return False
        self._buffer.forget(digest)
        return True

    def _note(self, line: Mapping[str, Any]) -> None:
        key = bytes.fromhex(line["key"])
        self._done[key] = self._done.get(key, False) or "error" not in line

    def append(self, data: Mapping[str, Any]) -> None:
        """Write one line; it has been handed to the operating system when this returns, so a killed process keeps it."""
        raw, key = encode(data), bytes.fromhex(data["key"])
        self._note(data)
        if key not in self._wanted or (self._turns and key == self._turns[0]):
            if key in self._wanted:
                self._turns.popleft()
            self._write(raw)
            self._flush_buffer()
        else:
            self._buffer.put(key, raw)

    def _flush_buffer(self) -> None:
        """Write every buffered line whose turn has come."""
        while self._turns and (key := self._turns[0]) in self._buffer:
            self._turns.popleft()
            self._write(self._buffer.read(key))
            self._buffer.forget(key)
        self._buffer.compact()

    def _write(self, raw: bytes) -> None:
        with naming(self._part):
            self._file.write(raw)
            self._file.flush()
        self._lines += 1
        if self._lines >= _LINES_PER_PART:
            self._file.close()
            _compress(self._part)
            self._number += 1
            self._lines = 0
            self._file = self._part.open("ab")

    def close(self) -> None:
        """Flush everything to disk and release the lock."""
        if not self._file.closed:
            with naming(self._part):
                self._file.flush()
                os.fsync(self._file.fileno())
                self._file.close()
        self._buffer.close()
        self._lock.release()

    def __enter__(self) -> DescribedWriter:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()


def _drop_torn_end(part: Path) -> None:
    """Cut an incomplete last line, so that the next line starts on its own."""
    with part.open("rb+") as file:
        size = file.seek(0, os.SEEK_END)
        keep = size
        while keep > 0:
            start = max(0, keep - 65536)
            file.seek(start)
            newline = file.read(keep - start).rfind(b"\n")
            if newline >= 0:
                keep = start + newline + 1
                break
            keep = start
        if keep != size:
            file.truncate(keep)


def _compress(part: Path) -> None:
    """Replace a full part by its compressed form, atomically."""
    if part.suffix == ".gz":
        return
    packed = part.with_name(part.name + ".gz")
    with replacing(packed) as raw, gzip.GzipFile(filename="", mode="wb", fileobj=raw, mtime=0) as file:
        file.write(part.read_bytes())
    part.unlink()
