"""A file of many crystals as standard cells, compressed in blocks, read one crystal at a time where it lies.

A line of JSON (format, number of crystals, special positions, bytes and CRC-32 of each block), then the blocks. A block is an
LZMA stream of columns of :data:`BLOCK` crystals: groups, numbers of orbits, atomic numbers, special positions, cell parameters,
free coordinates; whole numbers of more than one byte as planes of bytes, the lowest last, since high bytes repeat.
"""

from __future__ import annotations

import json
import lzma
import mmap
import zlib
from collections.abc import Iterable
from functools import lru_cache
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from clics.atlas.standard_cell import Form, StandardCell, free_cell
from clics.atomic_files import replacing
from clics.errors import InputError

FORMAT = "clics-structures-1"
BLOCK = 256
"""Crystals in a block: fewer are read faster one by one, more take less space."""
_LONGEST_HEADER = 1 << 20
_MOST_BYTES = 64 << 20
"""Bytes of an unpacked block."""
_KEPT = 16
"""Unpacked blocks in memory."""
_FILTERS = [{"id": lzma.FILTER_LZMA2, "preset": 9 | lzma.PRESET_EXTREME, "lc": 0, "lp": 0, "pb": 0}]


def write_structures(path: Path, cells: Iterable[StandardCell]) -> None:
    """Write a file, whole or not at all.

    Args:
        path: The file.
        cells: The crystals, in their order.
    """
    kept = list(cells)
    forms = sorted({form for cell in kept for _, form, _ in cell.orbits})
    index = {form: i for i, form in enumerate(forms)}
    blocks = [_pack(kept[start : start + BLOCK], index) for start in range(0, len(kept), BLOCK)]
    header = {
        "format": FORMAT,
        "crystals": len(kept),
        "forms": forms,
        "blocks": [[len(block), zlib.crc32(block)] for block in blocks],
    }
    with replacing(path) as file:
        file.write(json.dumps(header, separators=(",", ":")).encode() + b"\n")
        file.writelines(blocks)


class StructureFile:
    """The crystals of a file; opening it reads the header alone."""

    def __init__(self, path: Path) -> None:
        """Map a file.

        Raises:
            InputError: It cannot be read, or is not of this format (kind ``bad-atlas``).
        """
        self._path = path
        try:
            with path.open("rb") as file:
                self._bytes = mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ)
            line = self._bytes[: self._bytes.find(b"\n", 0, _LONGEST_HEADER) + 1]
            header = json.loads(line)
            if header["format"] != FORMAT:
                raise ValueError("it is of another format")
            self._forms: list[Form] = [tuple(int(number) for number in form) for form in header["forms"]]
            self._ends = np.cumsum([len(line), *(int(size) for size, _ in header["blocks"])])
            self._sums = [int(checksum) for _, checksum in header["blocks"]]
            self._count = int(header["crystals"])
            if self._ends[-1] != len(self._bytes) or len(header["blocks"]) != -(-self._count // BLOCK):
                raise ValueError("it is cut or damaged")
        except (OSError, ValueError, KeyError, TypeError) as error:
            raise InputError(f"{path}: no file of structures of this program ({error}).", kind="bad-atlas") from error
        self._block = lru_cache(maxsize=_KEPT)(self._unpack)

    def __len__(self) -> int:
        return self._count

    def cell(self, i: int) -> StandardCell:
        """Crystal ``i`` in the standard setting of its group.

        Raises:
            IndexError: There is no such crystal.
            InputError: The file is damaged there (kind ``bad-atlas``).
        """
        if not 0 <= i < self._count:
            raise IndexError(f"crystal {i} of {self._count}")
        return self._block(i // BLOCK)[i % BLOCK]

    def _unpack(self, block: int) -> list[StandardCell]:
        count = min(BLOCK, self._count - block * BLOCK)
        try:
            data = self._bytes[self._ends[block] : self._ends[block + 1]]
            if zlib.crc32(data) != self._sums[block]:
                raise ValueError("another checksum")
            return _unpack(data, self._forms, count)
        except (lzma.LZMAError, EOFError, ValueError, IndexError, StopIteration) as error:
            raise InputError(
                f"{self._path}: crystals {block * BLOCK} to {block * BLOCK + count - 1} are damaged; install the file again.",
                kind="bad-atlas",
            ) from error


def _pack(cells: list[StandardCell], index: dict[Form, int]) -> bytes:
    orbits = [orbit for cell in cells for orbit in cell.orbits]
    columns = [
        _planes([cell.group for cell in cells], 1),
        _planes([len(cell.orbits) for cell in cells], 2),
        _planes([number for number, _, _ in orbits], 1),
        _planes([index[form] for _, form, _ in orbits], 2),
        _planes([value for cell in cells for value in cell.cell], 3),
        _planes([value for _, _, free in orbits for value in free], 3),
    ]
    return lzma.compress(b"".join(columns), format=lzma.FORMAT_RAW, filters=_FILTERS)


def _unpack(data: bytes, forms: list[Form], count: int) -> list[StandardCell]:
    raw = lzma.LZMADecompressor(format=lzma.FORMAT_RAW, filters=_FILTERS).decompress(data, _MOST_BYTES)
    reader = _Planes(raw)
    groups, sizes = reader.take(count, 1).tolist(), reader.take(count, 2)
    if not all(1 <= group <= 230 for group in groups):
        raise ValueError("no space group")
    total = int(sizes.sum())
    numbers, kinds = reader.take(total, 1).tolist(), [forms[i] for i in reader.take(total, 2)]
    cell_sizes = [len(free_cell(group)) for group in groups]
    cells = iter(reader.take(sum(cell_sizes), 3).tolist())
    free_sizes = [(len(form) - 3) // 4 for form in kinds]
    free = iter(reader.take(sum(free_sizes), 3).tolist())
    orbits = iter(
        [
            (number, form, tuple(next(free) for _ in range(size)))
            for number, form, size in zip(numbers, kinds, free_sizes, strict=True)
        ]
    )
    return [
        StandardCell(group, tuple(next(cells) for _ in range(size)), tuple(next(orbits) for _ in range(own)))
        for group, size, own in zip(groups, cell_sizes, sizes.tolist(), strict=True)
    ]


def _planes(values: list[int], width: int) -> bytes:
    """Whole numbers as planes of bytes, the highest first."""
    array = np.array(values, ">u4")
    if array.size and int(array.max()) >= 1 << 8 * width:
        raise ValueError(f"a number of more than {width} bytes")
    return array.view(np.uint8).reshape(-1, 4)[:, 4 - width :].T.tobytes()


class _Planes:
    """Takes columns of planes from bytes, one after the other."""

    def __init__(self, data: bytes) -> None:
        self._data, self._at = data, 0

    def take(self, count: int, width: int) -> NDArray[np.int64]:
        planes = np.frombuffer(self._data, np.uint8, count * width, self._at).reshape(width, count)
        self._at += count * width
        values = np.zeros(count, np.int64)
        for plane in planes:
            values = values * 256 + plane
        return values
