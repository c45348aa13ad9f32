"""What an evaluation has done outlasts an interruption: a folder of vectors and of results, written as they are made."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from clics.dataset.packed_reader import PackedDataset


class Kept:
    """Results in a file of JSON lines, by key. A line that was cut off by a kill is dropped and made again."""

    def __init__(self, path: Path | None) -> None:
        """``path``: the file; None keeps them in memory alone."""
        self._path = path
        self._found: dict[str, Any] = {}
        if path is None:
            return
        path.parent.mkdir(parents=True, exist_ok=True)
        lines = path.read_bytes().splitlines(keepends=True) if path.exists() else []
        whole = [line for line in lines if line.endswith(b"\n")]
        if len(whole) < len(lines):
            path.write_bytes(b"".join(whole))
        for line in whole:
            key, value = json.loads(line)
            self._found[key] = value

    def __contains__(self, key: str) -> bool:
        return key in self._found

    def __getitem__(self, key: str) -> Any:
        return self._found[key]

    def add(self, key: str, value: Any) -> None:
        """Keep a result (anything that JSON can hold)."""
        self._found[key] = value
        if self._path is None:
            return
        with self._path.open("a", encoding="utf-8") as file:
            file.write(json.dumps([key, value], ensure_ascii=False) + "\n")


class KeptRows:
    """Rows of float32 in one file, appended as they are made; a row that was cut off by a kill is made again.

    ``path`` names what the rows are of: whoever gives it must see to it that other rows have another name.
    """

    def __init__(self, path: Path, width: int) -> None:
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
        """Forget all but the first ``count`` rows."""
        if len(self) > count:
            with self._path.open("r+b") as file:
                file.truncate(4 * self._width * count)

    def append(self, rows: NDArray[np.float32]) -> None:
        """Keep further rows (m, width)."""
        with self._path.open("ab") as file:
            file.write(np.ascontiguousarray(rows, "<f4").tobytes())


def structures_digest(dataset: PackedDataset, rows: NDArray[np.int64]) -> str:
    """A name for exactly these crystals in this order; what is said of them does not matter."""
    digest = hashlib.sha256()
    ends = dataset.arrays["atom_offsets"]
    digest.update(np.ascontiguousarray(dataset.arrays["lattice"][rows]).tobytes())
    for row in rows.tolist():
        atoms = slice(ends[row], ends[row + 1])
        for name in ("numbers", "frac"):
            digest.update(np.ascontiguousarray(dataset.arrays[name][atoms]).tobytes())
    return digest.hexdigest()[:16]
