"""``phonopy.yaml``: the unit cell (phonopy documentation, "Output files"). The few lines that matter are read one by one."""

from __future__ import annotations

import re
from collections.abc import Iterator

import numpy as np

from clics.readers.assemble import BOHR, bad, numbers, record
from clics.readers.decode_text import truncated
from clics.readers.record import Record, Step

_SECTION = re.compile(r"^(unit_cell|primitive_cell):[ \t]*$", re.MULTILINE)
_VECTOR = re.compile(r"^\s*-\s*\[([^\]]*)\]")
_SYMBOL = re.compile(r"^\s*-?\s*symbol:\s*([A-Za-z]+)\s*$")
_COORDINATES = re.compile(r"^\s*-?\s*coordinates:\s*\[([^\]]*)\]")
_KEY = re.compile(r"^\s*-?\s*(?!symbol:|coordinates:)\w+:")
_OF_ATOMS = "symbol|coordinates|mass|magnetic_moment|reduced_to|reduced_coordinates|points|lattice|length"
_TOP_KEY = re.compile(rf"^(?!(?:{_OF_ATOMS}):)[a-z_][a-z_0-9]*:|^(?:---|\.\.\.)")
_LENGTH = re.compile(r"^[ \t]*length:[ \t]*[\"']?(\w+)", re.MULTILINE)
_LENGTHS = {"angstrom": 1.0, "au": BOHR, "bohr": BOHR}


def is_phonopy(_head: bytes, text: str) -> bool:
    """True where phonopy tells its name, or a section of a cell begins."""
    return text.startswith("phonopy:") or bool(_SECTION.search(text) and "coordinates:" in text)


def phonopy_steps(text: str, *, where: str) -> Iterator[Step]:
    """The one crystal of a file: its unit cell, else its primitive cell."""
    yield Step("", lambda: _read(text, where))


def _read(text: str, where: str) -> Record:
    sections = {match[1]: match.end() for match in _SECTION.finditer(text)}
    if not sections:
        raise bad(where, "there is no unit_cell or primitive_cell")
    start = sections.get("unit_cell", next(iter(sections.values())))
    unit = _LENGTH.search(text)
    length = unit[1].lower() if unit else "angstrom"
    if length not in _LENGTHS:
        raise bad(where, f"'{length[:20]}' is no unit of length that is known")
    vectors, species, positions = list[list[float]](), list[str](), list[list[float]]()
    for line in text[start:].split("\n"):
        clean = line.partition("#")[0].rstrip()
        if line[:1].strip() and not line.startswith("#"):
            if _COORDINATES.match(clean) or _SYMBOL.match(clean):
                raise bad(where, f"'{clean[:60]}' is not indented as the other atoms are")
            if not _TOP_KEY.match(line):
                raise bad(where, f"'{clean[:60]}' stands behind the atoms and begins no section")
            break  # the next section
        if match := _COORDINATES.match(clean):
            if len(positions) != len(species) - 1:
                raise bad(where, f"'{clean.strip()[:60]}' has no symbol")
            positions.append(_three(match[1], "coordinates", where))
        elif match := _SYMBOL.match(clean):
            if len(positions) != len(species):
                raise bad(where, f"atom {len(species)} has no coordinates")
            species.append(match[1])
        elif (match := _VECTOR.match(clean)) and not species:
            vectors.append(_three(match[1], "a lattice vector", where))
        elif clean.strip() and not _KEY.match(clean):
            raise bad(where, f"'{clean.strip()[:60]}' stands among the atoms and is no part of one")
    if len(vectors) < 3 or len(species) != len(positions):
        raise truncated(where, f"{len(vectors)} of 3 vectors, {len(species)} symbols and {len(positions)} coordinates")
    lattice = np.array(vectors[:3]) * _LENGTHS[length]
    return record(lattice, species, np.array(positions).reshape(-1, 3), where=where, cartesian=False)


def _three(text: str, what: str, where: str) -> list[float]:
    words = text.split(",")
    if len(words) != 3:
        raise bad(where, f"{what} should be 3 numbers: '{text.strip()[:60]}'")
    return numbers([word.strip() for word in words], 3, what, where)
