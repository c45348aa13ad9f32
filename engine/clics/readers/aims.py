"""``geometry.in`` of FHI-aims, and the structure that it writes for a next step (FHI-aims manual, section 2.1)."""

from __future__ import annotations

import re
from collections.abc import Iterator

import numpy as np

from clics.readers.assemble import Matrix, bad, no_cell, numbers, record
from clics.readers.record import Record, Step

_LINE = re.compile(r"^[ \t]*(?:lattice_vector|atom|atom_frac)(?:[ \t]+[-+.\deEdD]+){3}", re.MULTILINE)


def is_aims(_head: bytes, text: str) -> bool:
    """True where a line is a lattice vector or an atom of FHI-aims."""
    return bool(_LINE.search(text))


def aims_steps(text: str, *, where: str) -> Iterator[Step]:
    """The one crystal of a geometry.in."""
    yield Step("", lambda: _read(text, where))


def _read(text: str, where: str) -> Record:
    vectors, species, positions, fractional = list[list[float]](), list[str](), list[list[float]](), list[bool]()
    skipped: dict[str, int] = {}
    for row, line in enumerate(text.split("\n"), start=1):
        words = line.partition("#")[0].split()
        keyword = words[0] if words else ""
        if keyword == "lattice_vector":
            vectors.append(numbers(words[1:], 3, f"line {row}", where))
        elif keyword in ("atom", "atom_frac"):
            if len(words) < 5:
                raise bad(where, f"line {row}: an atom has three coordinates and an element")
            positions.append(numbers(words[1:], 3, f"line {row}", where))
            species.append(words[4])
            fractional.append(keyword == "atom_frac")
        elif keyword in ("empty", "multipole", "pseudocore"):
            skipped[keyword] = skipped.get(keyword, 0) + 1
    if len(vectors) != 3:
        raise no_cell(where, f"{len(vectors)} of 3 lattice vectors are given")
    lattice, at = np.array(vectors), np.array(positions).reshape(-1, 3)
    notes = [f"{count} of '{keyword}' are no atoms and are left out." for keyword, count in skipped.items()]
    return record(lattice, species, _cartesian(lattice, at, fractional), where=where, cartesian=True, notes=notes)


def _cartesian(lattice: Matrix, at: Matrix, fractional: list[bool]) -> Matrix:
    return np.where(np.array(fractional, dtype=bool)[:, None], at @ lattice, at)
