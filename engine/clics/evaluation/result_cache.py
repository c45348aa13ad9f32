"""Intermediate results of an evaluation on disk, written as they are made, so that it can be resumed."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from clics.atomic_files import naming
from clics.dataset.packed_reader import PackedDataset


class ResultCache:
    """Results by key, in a file of JSON lines; an incomplete last line, left by a killed process, is dropped."""

    def __init__(self, path: Path | None) -> None:
        """Read the results in the file ``path``; None keeps results in memory only."""
        self._path = path
        self._results: dict[str, Any] = {}
        if path is None:
            return
        path.parent.mkdir(parents=True, exist_ok=True)
        lines = path.read_bytes().splitlines(keepends=True) if path.exists() else []
        whole = [line for line in lines if line.endswith(b"\n")]
        if len(whole) < len(lines):
            with path.open("r+b") as file:
                file.truncate(sum(map(len, whole)))
        for line in whole:
            key, value = json.loads(line)
            self._results[key] = value

    def __contains__(self, key: str) -> bool:
        return key in self._results

    def __getitem__(self, key: str) -> Any:
        return self._results[key]

    def add(self, key: str, value: Any) -> None:
        """Add a result (anything that JSON can hold) and append it to the file."""
        self._results[key] = value
        if self._path is None:
            return
        with naming(self._path), self._path.open("a", encoding="utf-8") as file:
            file.write(json.dumps([key, value], ensure_ascii=False) + "\n")


class RowCache:
    """Rows of float32 in one file, appended as they are made; an incomplete last row is dropped."""

    def __init__(self, path: Path, width: int) -> None:
        """Open the file ``path`` of rows of length ``width``; its name must identify what the rows are of."""
        path.parent.mkdir(parents=True, exist_ok=True)
        self._path, self._width = path, width
        size = path.stat().st_size if path.exists() else 0
        if size % (4 * width):
            with path.open("r+b") as file:
                file.truncate(size - size % (4 * width))

    def __len__(self) -> int:
        return self._path.stat().st_size // (4 * self._width) if self._path.exists() else 0

    def read(self, count: int) -> NDArray[np.float32]:
        """The first ``count`` rows, or as many as there are (n, width)."""
        if not self._path.exists():
            return np.empty((0, self._width), np.float32)
        return np.fromfile(self._path, "<f4", count * self._width).reshape(-1, self._width).astype(np.float32)

    def cut(self, count: int) -> None:
        """Drop all but the first ``count`` rows."""
        if len(self) > count:
            with self._path.open("r+b") as file:
                file.truncate(4 * self._width * count)

    def append(self, rows: NDArray[np.float32]) -> None:
        """Append rows (m, width)."""
        with naming(self._path), self._path.open("ab") as file:
            file.write(np.ascontiguousarray(rows, "<f4").tobytes())


def structures_digest(dataset: PackedDataset, rows: NDArray[np.int64]) -> str:
    """Hash of exactly these crystals in this order; their descriptions do not matter."""
    digest = hashlib.sha256()
    ends = dataset.arrays["atom_offsets"]
    digest.update(np.ascontiguousarray(dataset.arrays["lattice"][rows]).tobytes())
    for row in rows.tolist():
        atoms = slice(ends[row], ends[row + 1])
        for name in ("numbers", "frac"):
            digest.update(np.ascontiguousarray(dataset.arrays[name][atoms]).tobytes())
    return digest.hexdigest()[:16]
