"""XSF of XCrySDen: the crystal of a file, or every frame of an animation (http://www.xcrysden.org/doc/XSF.html)."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import partial

import numpy as np
from numpy.typing import NDArray

from clics.crystals.atom_symbols import element_symbol
from clics.errors import CrystalError
from clics.readers.decode_text import ends_within_number, number, truncated
from clics.readers.record import Record, Step, fractional

_KEYWORD = re.compile(r"^[ \t]*(PRIMVEC|PRIMCOORD|CONVVEC)\b", re.MULTILINE)
_PARTLY_PERIODIC = {"SLAB": "two directions", "POLYMER": "one direction", "MOLECULE": "no direction"}
LARGEST_NUMBER = 118


@dataclass(frozen=True, slots=True)
class _Frame:
    """Lines of the vectors and of the atoms of a frame, how many atoms it announces, and the line before the first."""

    vectors: list[str]
    atoms: list[str]
    count: int
    row: int


def is_xsf(_head: bytes, text: str) -> bool:
    """True where the primitive vectors or coordinates of XCrySDen begin on a line of their own."""
    return bool(_KEYWORD.search(text))


def xsf_steps(text: str, *, where: str) -> Iterator[Step]:
    """One step a frame; the frames of an animation are named by their numbers, from 1.

    A file states its lattice once (fixed cell) or for each frame. The conventional cell (``CONVVEC``) is passed over,
    since it is another cell of the same crystal.

    Raises:
        CrystalError: ``no-cell`` for a molecule (``ATOMS`` alone), ``bad-xsf`` where a section cannot be read.
    """
    periodicity, frames = _sections(text, where)
    if not frames:
        raise CrystalError(f"{where}: there is no PRIMCOORD; only periodic crystals can be read.", kind="no-cell")
    notes = []
    if periodicity in _PARTLY_PERIODIC:
        directions = _PARTLY_PERIODIC[periodicity]
        notes.append(f"periodic in {directions} only ({periodicity}); it is read as a crystal of its whole cell.")
    cut = ends_within_number(text)
    for place, frame in enumerate(frames, start=1):
        alone, last = len(frames) == 1, place == len(frames)
        yield Step("" if alone else str(place), partial(_read, frame, notes, alone, cut and last, where))


def _sections(text: str, where: str) -> tuple[str, list[_Frame]]:
    """Periodicity, and the frames; the vectors of a frame are the last ones that stand before its atoms."""
    lines = text.split("\n")
    periodicity, vectors, frames = "CRYSTAL", list[str](), list[_Frame]()
    row = 0
    while row < len(lines):
        words = lines[row].split("#")[0].split()
        row += 1
        keyword = words[0].upper() if words else ""
        if keyword.startswith("BEGIN_"):  # fields of data and Fermi surfaces
            row = _behind(lines, row, keyword.replace("BEGIN_", "END_"))
        elif keyword in _PARTLY_PERIODIC:
            periodicity = keyword
        elif keyword == "PRIMVEC":
            vectors = lines[row : row + 3]
            row += 3
        elif keyword == "PRIMCOORD":
            count = _count(lines, row, where)
            frames.append(_Frame(vectors, lines[row + 1 : row + 1 + count], count, row + 1))
            row += 1 + count
    return periodicity, frames


def _behind(lines: list[str], row: int, end: str) -> int:
    while row < len(lines) and lines[row].strip().upper() != end:
        row += 1
    return row + 1


def _count(lines: list[str], row: int, where: str) -> int:
    words = lines[row].split() if row < len(lines) else []
    if not words:
        raise truncated(where, "no count of atoms behind PRIMCOORD")
    if not (words[0].isdigit() and len(words[0]) < 10):
        raise CrystalError(f"{where}: line {row + 1} should begin with the number of atoms.", kind="bad-xsf")
    return int(words[0])


def _read(frame: _Frame, notes: list[str], alone: bool, cut: bool, where: str) -> Record:
    if not frame.vectors:
        raise CrystalError(f"{where}: there is no PRIMVEC; only periodic crystals can be read.", kind="no-cell")
    rows = [*frame.vectors, *frame.atoms]
    if cut or len(rows) < 3 + frame.count or not all(line.strip() for line in rows):
        raise truncated(where, "a line of the vectors or of the atoms is missing")
    count = frame.count
    lattice = np.array([_numbers(line.split(), "a vector of PRIMVEC", where) for line in frame.vectors])
    warnings = list(notes)
    symbols, positions = [], np.empty((count, 3))
    for atom, line in enumerate(frame.atoms):
        words = line.split()
        symbol, note = _element(words[0], where)
        symbols.append(symbol)
        warnings += [note] if note and note not in warnings else []
        positions[atom] = _numbers(words[1:], f"line {frame.row + atom + 1}", where)
        if len(words) not in (4, 7):
            note = "lines of atoms have more words than three coordinates, or these and three forces"
            warnings += [note] if note not in warnings else []
    return Record(lattice.tolist(), [[(symbol, 1.0)] for symbol in symbols], fractional(lattice, positions, where=where),
                  alone=alone, warnings=warnings)  # fmt: skip


def _numbers(words: list[str], what: str, where: str) -> NDArray[np.float64]:
    try:
        vector = np.array([number(word) for word in words[:3]])
    except ValueError as error:
        raise CrystalError(f"{where}: {what} is no three numbers.", kind="bad-xsf") from error
    if len(vector) != 3:
        raise CrystalError(f"{where}: {what} has {len(vector)} of 3 numbers.", kind="bad-xsf")
    return vector


def _element(word: str, where: str) -> tuple[str, str]:
    """Symbol and a warning ("" if none), from an atomic number or a symbol."""
    if not word.isdigit():
        return element_symbol(word, where=where)
    if not 0 < int(word[:4]) <= LARGEST_NUMBER:
        raise CrystalError(f"{where}: there is no element {word[:20]}.", kind="unknown-element")
    from pymatgen.core import Element

    return str(Element.from_Z(int(word)).symbol), ""
