"""Crystals as plain arrays, streamed from files, for building and packing.

JSON lines of structures (``.jsonl``, ``.jsonl.gz``) are read line by line without pymatgen's objects, at more than 1,000 crystals
a second; every other file goes through :func:`clics.sources.files.read_crystals`.
"""

from __future__ import annotations

import gzip
import hashlib
import json
import zlib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any, cast

import numpy as np
from numpy.typing import NDArray

from clics.crystals.check import check_geometry
from clics.crystals.crystal import Crystal, Refusal
from clics.errors import CrystalError, InputError
from clics.progress import CancelToken
from clics.readers import formats
from clics.readers.folders import files_of

_KEY_DECIMALS = 5
"""Structures equal to this many decimals (Å, fractions) are the same crystal for resuming and joining."""


@dataclass(frozen=True, slots=True)
class Row:
    """One ordered crystal.

    Attributes:
        id: of the crystal.
        formula: reduced formula.
        lattice: rows a, b, c (3, 3) in Å.
        numbers: (n,) atomic numbers.
        frac: (n, 3) fractional coordinates.
        source: name of its file.
        key: hash of id and structure (32 hex digits), by which rows are recognised.
    """

    id: str
    formula: str
    lattice: NDArray[np.float64]
    numbers: NDArray[np.int64]
    frac: NDArray[np.float64]
    source: str
    key: str

    @classmethod
    def of(
        cls,
        identifier: str,
        lattice: NDArray[np.float64],
        numbers: NDArray[np.int64],
        frac: NDArray[np.float64],
        source: str,
    ) -> Row:
        """The row of a structure, with its reduced formula and key."""
        digest = hashlib.blake2b(identifier.encode(), digest_size=16)
        digest.update((np.round(lattice, _KEY_DECIMALS) + 0.0).astype("<f8").tobytes())
        digest.update(numbers.astype("<i8").tobytes())
        digest.update((np.round(frac, _KEY_DECIMALS) + 0.0).astype("<f8").tobytes())
        return cls(identifier, reduced_formula(numbers), lattice, numbers, frac, source, digest.hexdigest())

    def to_json(self) -> dict[str, Any]:
        """Plain values, exact to the last bit; :meth:`from_json` is the inverse."""
        arrays = {name: getattr(self, name).tolist() for name in ("lattice", "numbers", "frac")}
        return {"id": self.id, "formula": self.formula, **arrays, "source": self.source, "key": self.key}

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> Row:
        """The row of :meth:`to_json`, or of a line of a described data set."""
        return cls(
            data["id"],
            data["formula"],
            np.array(data["lattice"], dtype=np.float64).reshape(3, 3),
            np.array(data["numbers"], dtype=np.int64),
            np.array(data["frac"], dtype=np.float64).reshape(-1, 3),
            data["source"],
            data["key"],
        )

    def crystal(self) -> Crystal:
        """The crystal as a :class:`~clics.crystals.crystal.Crystal`."""
        from pymatgen.core import Element, Structure

        structure = Structure(self.lattice, [Element.from_Z(int(z)) for z in self.numbers], self.frac)
        return Crystal(id=self.id, structure=structure, source=self.source)


def read_rows(sources: Iterable[Path], cancel: CancelToken | None = None) -> Iterator[Row | Refusal]:
    """Read crystals, one in memory at a time.

    Args:
        sources: files, archives and folders; their names are the ``source`` of the rows, not those of members inside.
        cancel: stops reading.

    Yields:
        A row per crystal, or a refusal with the reason.

    Raises:
        InputError: a source does not exist (kind ``missing-file``).
    """
    for source in sources:
        if not source.exists():
            raise InputError(f"{source} does not exist; name a file or folder of structures.", kind="missing-file")
        yield from _read_plain_lines(source) if _is_plain_lines(source) else _read_any(source, cancel)


def count_rows(sources: Iterable[Path]) -> int | None:
    """Number of rows of ``sources`` where counting is cheap, else None (archives, tables).

    Lines of JSON lines; of other files and folders of files the number of files, which most often hold one crystal.
    """
    total = 0
    for source in sources:
        for file in files_of([source]):
            path = Path(file) if isinstance(file, str) else source
            if is_json_lines(path):
                lines = _count_lines(path)
                if lines is None:
                    return None
                total += lines
            elif formats.by_name(path.name)[0] in formats.ARCHIVES | formats.STREAMED:
                return None
            else:
                total += 1
    return total


def _count_lines(path: Path) -> int | None:
    try:
        with open_lines(path) as lines:
            return sum(1 for _ in lines)
    except (OSError, EOFError, zlib.error):
        return None


def is_json_lines(path: Path) -> bool:
    """True if a file has the name of a file of JSON lines."""
    return path.is_file() and path.name.lower().endswith((".jsonl", ".jsonl.gz"))


def open_lines(path: Path) -> IO[bytes]:
    """Open a file of lines for reading, unpacking ``.gz``."""
    return cast(IO[bytes], gzip.open(path, "rb")) if path.suffix.lower() == ".gz" else path.open("rb")


def _is_plain_lines(path: Path) -> bool:
    """True if the first line has ``species``, ``lattice`` and ``frac_coords``; other JSON is for the general reader."""
    if not is_json_lines(path):
        return False
    try:
        with open_lines(path) as lines:
            first = json.loads(lines.readline())
        return isinstance(first, dict) and {"species", "lattice", "frac_coords"} <= first.keys()
    except (OSError, EOFError, zlib.error, ValueError):
        return False


def _read_plain_lines(path: Path) -> Iterator[Row | Refusal]:
    from pymatgen.core import Element

    atomic_number = {element.symbol: element.Z for element in Element}
    line_number = 0
    try:
        with open_lines(path) as lines:
            for line_number, line in enumerate(lines, start=1):
                if line.strip():
                    yield _row_of_line(line, f"line {line_number}", path.name, atomic_number)
    except (OSError, EOFError, zlib.error) as error:
        yield Refusal(
            path.name,
            f"line {line_number + 1}",
            "truncated",
            f"{path} breaks off after line {line_number} ({error}); what came before was read, get a whole copy.",
        )


def _row_of_line(line: bytes, block: str, source: str, atomic_number: dict[str, int]) -> Row | Refusal:
    try:
        data: dict[str, Any] = json.loads(line)
        numbers = np.array([atomic_number[symbol] for symbol in data["species"]], dtype=np.int64)
        lattice = np.array(data["lattice"], dtype=np.float64).reshape(3, 3)
        frac = np.array(data["frac_coords"], dtype=np.float64).reshape(len(numbers), 3)
        identifier = str(data.get("id") or f"{source}:{block}")
    except (ValueError, TypeError, KeyError) as error:
        reason = f"unknown element or missing field {error}" if isinstance(error, KeyError) else str(error)
        return Refusal(source, block, "not-a-crystal", f"{source}, {block} is not a structure: {reason}.")
    try:
        check_geometry(lattice, frac, np.ones(len(numbers)), where=f"{source}, {block} ({identifier})")
    except CrystalError as error:
        return Refusal(source, block, error.kind, error.message)
    return Row.of(identifier, lattice, numbers, frac, source)


def reduced_formula(numbers: NDArray[np.int64]) -> str:
    """Reduced formula of atomic numbers as pymatgen writes it, for example ``"SrTiO3"``."""
    from pymatgen.core import Composition, Element

    values, counts = np.unique(numbers, return_counts=True)
    amounts = {Element.from_Z(int(z)): int(n) for z, n in zip(values, counts, strict=True)}
    return str(Composition(amounts).reduced_formula)


def _read_any(path: Path, cancel: CancelToken | None) -> Iterator[Row | Refusal]:
    from clics.sources.files import read_crystals

    for read in read_crystals([path], cancel=cancel):
        if isinstance(read, Refusal):
            yield read
        elif not read.is_ordered:
            message = f"{read.source} ({read.id}) has shared or partly empty sites; training needs ordered crystals."
            yield Refusal(read.source, read.block, "disordered", message)
        else:
            lattice, numbers, frac = read.arrays()
            yield Row.of(read.id, lattice, numbers, frac, path.name)
