"""Columns of numbers that grow at their ends, in memory or as memory-mapped files of one folder.

A library stays one SQLite file; these columns are made of its contents, so that a search needs no SQL and a start reads
nothing anew. They may be deleted at any time. ``manifest.json`` says how many rows of each file count, and of which state of
the library they are: rows are written and flushed before it, and it is replaced in one step, so that a process that is killed
leaves the old rows or the new ones. Columns that are made anew get files of another generation.
"""

from __future__ import annotations

import json
import os
import secrets
from collections.abc import Iterable, Mapping
from contextlib import suppress
from pathlib import Path
from typing import Any, Literal, NamedTuple

import numpy as np
from numpy.typing import NDArray

from clics.atomic_files import replacing
from clics.library.history import State

_FORMAT = 1
_MANIFEST = "manifest.json"


class Column(NamedTuple):
    """The type of one column.

    Attributes:
        dtype: Little-endian type of its numbers.
        width: Numbers of a row; 0 for a single one.
        shared: Rows may be filled in later by whoever computes them first; they begin as NaN.
    """

    dtype: str
    width: int = 0
    shared: bool = False

    @property
    def row_bytes(self) -> int:
        """Bytes of a row."""
        return np.dtype(self.dtype).itemsize * max(self.width, 1)

    def shaped(self, numbers: NDArray[Any]) -> NDArray[Any]:
        """Numbers as rows of the column."""
        return numbers.reshape(-1, self.width) if self.width else numbers.reshape(-1)


class ArrayFiles:
    """Columns of numbers of a library in one state.

    Attributes:
        state: The state of the library; None before the first :meth:`commit`.
        notes: What else was committed, as JSON.
        folder: The folder of the files; None for columns in memory.
        generation: Random name of these rows; it stays while rows are only added.
    """

    def __init__(self, columns: Mapping[str, Column], folder: Path | None) -> None:
        """Open the columns of a folder; empty ones where it has none that are whole.

        Args:
            columns: Types of the columns.
            folder: The folder; None keeps the columns in memory.
        """
        self.state: State | None = None
        self.notes: dict[str, Any] = {}
        self._columns, self.folder = dict(columns), folder
        self.generation = ""
        self._rows = dict.fromkeys(columns, 0)
        self._arrays: dict[str, NDArray[Any]] = {}
        self._waiting: dict[str, list[NDArray[Any]]] = {}
        self._written = dict(self._rows)
        self.clear()
        if folder is not None:
            self._open(folder)

    def __getitem__(self, name: str) -> NDArray[Any]:
        """The committed rows of a column."""
        return self._arrays[name]

    def fork(self) -> ArrayFiles:
        """The same columns in memory, which grow on their own."""
        other = ArrayFiles(self._columns, None)
        other.state, other.notes, other.generation = self.state, dict(self.notes), self.generation
        other._rows, other._written, other._arrays = dict(self._rows), dict(self._rows), dict(self._arrays)
        return other

    def clear(self) -> None:
        """Begin anew with empty columns; the files of a folder stay until the next :meth:`commit`."""
        self.state, self.notes = None, {}
        self.generation = secrets.token_hex(6)
        self._rows = dict.fromkeys(self._columns, 0)
        self._written = dict(self._rows)
        self._waiting = {name: [] for name in self._columns}
        self._arrays = {name: column.shaped(np.empty(0, column.dtype)) for name, column in self._columns.items()}

    def extend(self, rows: Mapping[str, NDArray[Any]]) -> None:
        """Write rows behind those of each column; they count from :meth:`commit` on.

        Raises:
            OSError: They cannot be written.
        """
        for name, numbers in rows.items():
            column = self._columns[name]
            packed = np.ascontiguousarray(numbers, column.dtype)
            if self.folder is None:
                self._waiting[name].append(column.shaped(packed))
            else:
                path = self._path(self.folder, name)
                with path.open("r+b" if path.exists() else "w+b") as file:
                    file.seek(self._written[name] * column.row_bytes)
                    file.write(packed.tobytes())
            self._written[name] += packed.size // max(column.width, 1)

    def commit(self, state: State, notes: Mapping[str, Any]) -> None:
        """Let the written rows count, as those of a state of the library.

        Raises:
            OSError: They cannot be written.
            ClicsError: The manifest cannot be written.
        """
        self.state, self.notes = state, dict(notes)
        if self.folder is None:
            for name, pieces in self._waiting.items():
                self._arrays[name] = np.concatenate([self._arrays[name], *pieces])
                pieces.clear()
            self._rows = dict(self._written)
            return
        for name, count in self._written.items():
            if count > self._rows[name]:
                with self._path(self.folder, name).open("r+b") as file:
                    os.fsync(file.fileno())
        self._rows = dict(self._written)
        manifest = {
            "format": _FORMAT,
            "generation": self.generation,
            "rows": self._rows,
            "columns": {name: [c.dtype, c.width] for name, c in self._columns.items()},
            "state": [state.revision, state.writer],
            "notes": self.notes,
        }
        with replacing(self.folder / _MANIFEST) as file:
            file.write(json.dumps(manifest).encode())
        self._map(self.folder)
        for path in self._other_generations(self.folder):
            with suppress(OSError):  # another program may have it mapped
                path.unlink()

    def _open(self, folder: Path) -> None:
        """Take over what the manifest of a folder says, where its files are whole."""
        try:
            manifest = json.loads((folder / _MANIFEST).read_bytes())
            generation = str(manifest["generation"])
            if manifest["format"] != _FORMAT:
                return
            if manifest["columns"] != {name: [c.dtype, c.width] for name, c in self._columns.items()}:
                return
            rows = {name: int(manifest["rows"][name]) for name in self._columns}
            revision, writer = manifest["state"]
            state, notes = State(int(revision), str(writer)), dict(manifest["notes"])
            self._rows, self.generation = rows, generation
            self._map(folder)
        except (OSError, ValueError, KeyError, TypeError, RecursionError):
            self.clear()
            return
        self._written = dict(rows)
        self.state, self.notes = state, notes

    def _map(self, folder: Path) -> None:
        for name, column in self._columns.items():
            count = self._rows[name]
            if count == 0:
                self._arrays[name] = column.shaped(np.empty(0, column.dtype))
                continue
            shape = (count, column.width) if column.width else (count,)
            mode: Literal["r+", "r"] = "r+" if column.shared else "r"
            self._arrays[name] = np.memmap(self._path(folder, name), column.dtype, mode, 0, shape)

    def _path(self, folder: Path, name: str) -> Path:
        return folder / f"{name}-{self.generation}.bin"

    def _other_generations(self, folder: Path) -> Iterable[Path]:
        own = {self._path(folder, name) for name in self._columns}
        return [path for path in folder.glob("*-*.bin") if path not in own]
