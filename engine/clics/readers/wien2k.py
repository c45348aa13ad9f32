"""``.struct`` of WIEN2k (WIEN2k user's guide, "Definition of the structure: case.struct")."""

from __future__ import annotations

import re
from collections.abc import Iterator

import numpy as np

from clics.crystals.atom_symbols import SYMBOLS
from clics.readers.assemble import BOHR, bad, cell_of_parameters, record
from clics.readers.decode_text import number, truncated
from clics.readers.record import Record, Step

_SECOND = re.compile(r"\A[^\n]*\n[A-Z]{1,3}[^\n]*LATTICE", re.IGNORECASE)
_POSITION = re.compile(r"^(?:ATOM)?\s*-?\s*\d+\s*:\s*X=\s*(\S+?)\s*Y=\s*(\S+?)\s*Z=\s*(\S+)", re.IGNORECASE)
_MULTIPLICITY = re.compile(r"MULT=\s*(\d{1,6})")
_CENTRING = {
    "P": [], "H": [], "R": [], "B": [(0.5, 0.5, 0.5)], "F": [(0.0, 0.5, 0.5), (0.5, 0.0, 0.5), (0.5, 0.5, 0.0)],
    "CXY": [(0.5, 0.5, 0.0)], "CXZ": [(0.5, 0.0, 0.5)], "CYZ": [(0.0, 0.5, 0.5)],
}  # fmt: skip
# Rows: the rhombohedral vectors in terms of the hexagonal ones, obverse setting.
_RHOMBOHEDRAL = np.array([[2, 1, 1], [-1, 1, 1], [-1, -2, 1]]) / 3


def is_wien2k(_head: bytes, text: str) -> bool:
    """True where the second line names the type of the lattice as WIEN2k does."""
    return bool(_SECOND.match(text)) and "MULT=" in text


def wien2k_steps(text: str, *, where: str) -> Iterator[Step]:
    """The one crystal of a struct file."""
    yield Step("", lambda: _read(text, where))


def _read(text: str, where: str) -> Record:
    lines = text.split("\n")
    if len(lines) < 5:
        raise truncated(where, "cell and atoms")
    kind = lines[1][:4].split()[0].upper() if lines[1][:4].strip() else ""
    if kind not in _CENTRING:
        raise bad(where, f"'{lines[1][:4].strip()}' is no type of lattice (P, F, B, CXY, CXZ, CYZ, R, H)")
    in_angstrom = re.search(r"unit\s*=\s*ang", lines[2], re.IGNORECASE)
    parameters = _cell(lines[3], where)
    lengths = [length * (1.0 if in_angstrom else BOHR) for length in parameters[:3]]
    lattice = cell_of_parameters([*lengths, *parameters[3:]], where)
    if kind == "R":
        lattice = _RHOMBOHEDRAL @ lattice
    species, positions, listed = _atoms(lines[4:], where)
    stated = lines[1][27:30].strip()  # in fixed columns; the number of the space group may follow without a blank
    if stated.isdecimal() and int(stated) != listed:
        raise bad(where, f"{int(stated)} inequivalent atoms are stated in line 2, and {listed} are listed")
    shifts = np.array([(0.0, 0.0, 0.0), *_CENTRING[kind]])
    at = (np.array(positions).reshape(-1, 1, 3) + shifts) % 1.0
    named = [symbol for symbol in species for _ in shifts]
    return record(lattice, named, at.reshape(-1, 3), where=where, cartesian=False)


def _cell(line: str, where: str) -> list[float]:
    """a, b, c and the angles; columns are ten wide, and may touch."""
    words = [line[start : start + 10].strip() for start in range(0, 60, 10)]
    try:
        values = [number(word) for word in words if word]
    except ValueError:
        try:
            values = [number(word) for word in line.split()[:6]]
        except ValueError as error:
            raise bad(where, "line 4 should be three lengths and three angles") from error
    if len(values) < 3:
        raise bad(where, f"line 4 has {len(values)} of 6 numbers")
    # Angles that are left out or 0 are right.
    return [*values[:3], *(angle or 90.0 for angle in (*values[3:6], 90.0, 90.0, 90.0)[:3])]


def _atoms(lines: list[str], where: str) -> tuple[list[str], list[list[float]], int]:
    """Elements, all positions, and the number of inequivalent atoms; the name of an atom stands behind its positions."""
    species, positions, waiting = list[str](), list[list[float]](), list[list[float]]()
    multiplicity = listed = 0
    for line in lines:
        if match := _POSITION.match(line):
            try:
                waiting.append([number(word) for word in match.groups()])
            except ValueError as error:
                raise bad(where, f"'{line[:60].strip()}' has no three numbers") from error
        elif match := _MULTIPLICITY.search(line):
            multiplicity = int(match[1])
        elif "NPT=" in line:
            if len(waiting) != multiplicity or not waiting:
                atom = line[:10].strip()
                raise bad(where, f"the atom '{atom}' has MULT {multiplicity}, and {len(waiting)} positions can be read")
            charge = re.search(r"Z:\s*(\d+)", line)
            name = re.match(r"[A-Z][a-z]?", line)
            if name is None or name[0] not in SYMBOLS:
                raise bad(where, f"'{line[:10].strip()}' names no element")
            symbol = name[0]
            if charge and int(charge[1]) != _number_of(symbol):
                raise bad(where, f"the atom '{line[:10].strip()}' has Z {charge[1]}, which is not {symbol}")
            species += [symbol] * len(waiting)
            positions += waiting
            waiting, multiplicity, listed = [], 0, listed + 1
    if waiting or not species:
        raise truncated(where, "atoms, or the line of an atom's name, are missing")
    return species, positions, listed


def _number_of(symbol: str) -> int:
    from clics.elements import BY_SYMBOL

    return BY_SYMBOL[symbol].number
