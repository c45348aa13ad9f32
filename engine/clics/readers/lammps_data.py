"""Data files of LAMMPS whose types name elements, by labels, comments or masses (LAMMPS documentation, ``read_data``)."""

from __future__ import annotations

import math
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

import numpy as np

from clics.crystals.atom_symbols import SYMBOLS
from clics.elements import BY_SYMBOL
from clics.errors import CrystalError
from clics.readers.assemble import BOHR, Matrix, bad, count_of, no_cell, numbers, record
from clics.readers.record import Record, Step

_HEAD = re.compile(r"^[ \t]*\d+[ \t]+atoms\b", re.MULTILINE)
_TYPES = re.compile(r"^[ \t]*\d+[ \t]+atom types\b", re.MULTILINE)
_COLUMNS = {
    "atomic": 1, "charge": 1, "molecular": 2, "bond": 2, "angle": 2, "full": 2, "sphere": 1, "dipole": 1,
}  # fmt: skip
"""Column of the type, from 0, by the style of the atoms."""
_POSITIONS = {"atomic": 2, "charge": 3, "molecular": 3, "bond": 3, "angle": 3, "full": 4, "sphere": 4, "dipole": 3}
_SECTION = re.compile(r"^[A-Z][A-Za-z/ ]*$")
_LENGTHS = {"metal": 1.0, "real": 1.0, "electron": BOHR, "nano": 10.0, "micro": 1e4, "si": 1e10, "cgs": 1e8}
SAME_MASS = 0.06
"""u; cobalt and nickel are 0.24 apart, argon and calcium 0.13."""


def is_lammps_data(_head: bytes, text: str) -> bool:
    """True where the counts of atoms and of their types stand on lines of their own."""
    return bool(_HEAD.search(text) and _TYPES.search(text))


def lammps_steps(text: str, *, where: str) -> Iterator[Step]:
    """The one crystal of a data file."""
    yield Step("", lambda: _read(text, where))


@dataclass(slots=True)
class _File:
    title: str = ""
    header: dict[str, list[str]] = field(default_factory=dict)
    sections: dict[str, list[tuple[list[str], str]]] = field(default_factory=dict)
    style: str = ""


def _parsed(text: str) -> _File:
    """Header by its keywords, and the words and comment of each line of the sections."""
    lines = text.split("\n")
    file = _File(title=lines[0])
    rows: list[tuple[list[str], str]] | None = None
    for line in lines[1:]:
        content, _, comment = line.partition("#")
        content = content.strip()
        if _SECTION.match(content):
            rows = file.sections.setdefault(content, [])
            if content == "Atoms":
                file.style = comment.strip().lower()
        elif content and rows is not None:
            rows.append((content.split(), comment.strip()))
        elif content:
            words = re.findall(r"\S+", content)
            split = next((place for place, word in enumerate(words) if word[0].isalpha()), len(words))
            file.header[" ".join(words[split:])] = words[:split]
    return file


def _read(text: str, where: str) -> Record:
    file = _parsed(text)
    count = count_of((file.header.get("atoms") or [""])[0], "the number of atoms", where)
    scale, notes = _unit(file, where)
    lattice, origin = _box(file.header, where)
    atoms = [words for words, _ in file.sections.get("Atoms", [])]
    if len(atoms) < count:
        raise bad(where, f"{count} atoms are announced, and {len(atoms)} are listed")
    type_at, position_at = _columns(file.style, atoms, where)
    elements = _elements(file, where)
    species, positions = [], []
    for words in atoms[:count]:
        kind = words[type_at] if len(words) > type_at else ""
        if kind not in elements:
            raise bad(where, f"the atom '{' '.join(words)[:40]}' has the type '{kind[:20]}', which is not stated")
        species.append(elements[kind])
        positions.append(numbers(words[position_at:], 3, f"the atom '{' '.join(words)[:40]}'", where))
    at = (np.array(positions).reshape(-1, 3) - origin) * scale
    return record(lattice * scale, species, at, where=where, cartesian=True, notes=notes)


def _unit(file: _File, where: str) -> tuple[float, list[str]]:
    """Å of the unit of length. LAMMPS states it in the title of files that it writes; else Å is taken with a note."""
    match = re.search(r"units\s*=\s*(\w+)", file.title)
    if match is None:
        return 1.0, ["the file states no units; lengths are taken as Å (units metal or real)."]
    if match[1] not in _LENGTHS:
        raise CrystalError(f"{where}: the units '{match[1][:20]}' have no length in Å; convert the file to units metal.",
                           kind="unsupported")  # fmt: skip
    return _LENGTHS[match[1]], []


def _box(header: dict[str, list[str]], where: str) -> tuple[Matrix, Matrix]:
    """Rows a, b, c, and the corner of the cell."""
    if "avec" in header:  # general triclinic
        rows = [numbers(header.get(name, []), 3, name, where) for name in ("avec", "bvec", "cvec")]
        corner = numbers(header.get("abc origin", ["0", "0", "0"]), 3, "abc origin", where)
        return np.array(rows), np.array(corner)
    names = ("xlo xhi", "ylo yhi", "zlo zhi")
    if not all(name in header for name in names):
        raise no_cell(where, "the bounds of the box (xlo xhi, …) are missing")
    low, high = np.array([numbers(header[name], 2, name, where) for name in names]).T
    tilt = header.get("xy xz yz", ["0", "0", "0"])
    xy, xz, yz = numbers(tilt, 3, "xy xz yz", where)
    a, b, c = high - low
    return np.array([[a, 0.0, 0.0], [xy, b, 0.0], [xz, yz, c]]), low


def _columns(style: str, atoms: Sequence[list[str]], where: str) -> tuple[int, int]:
    """First columns of type and position, by the style that the file states, else by the number of columns."""
    name = style.split()[0] if style else ""
    if name and name not in _COLUMNS:
        raise CrystalError(f"{where}: atoms of style '{name[:20]}' are not supported ({', '.join(_COLUMNS)} are).",
                           kind="unsupported")  # fmt: skip
    if not name and atoms:
        width = len(atoms[0])
        whole_third = all(re.fullmatch(r"\d+", row[2]) for row in atoms if len(row) > 2)
        if width in (5, 8):
            name = "atomic"
        elif width in (7, 10) and whole_third:
            name = "full"
        elif width in (6, 9):
            name = "molecular" if whole_third else "charge"
        if (width in (6, 9) and whole_third) or not name:
            raise bad(where, "the style of the atoms is not stated; write it behind 'Atoms', as in 'Atoms # charge'")
    return (_COLUMNS[name], _POSITIONS[name]) if name else (1, 2)


def _elements(file: _File, where: str) -> dict[str, str]:
    """The element of each type (and of its label), by labels, comments of the masses, or masses."""
    elements: dict[str, str] = {}
    labels = {words[0]: words[1] for words, _ in file.sections.get("Atom Type Labels", []) if len(words) > 1}
    masses = [(words, comment) for words, comment in file.sections.get("Masses", []) if len(words) > 1]
    unnamed = "give its mass under 'Masses', or its element as a comment there"
    values = [numbers(words[1:], 1, "a mass", where)[0] for words, _ in masses]
    if values and all(value == 1.0 for value in values):
        masses = [(words, comment) for words, comment in masses if _named(comment)]
    for words, comment in masses:
        mass = float(words[1].lower().replace("d", "e"))
        label = labels.get(words[0], words[0] if not words[0].isdecimal() else "")
        symbol = _named(label) or _named(comment) or _of_mass(mass)
        if not symbol:
            raise CrystalError(f"{where}: type {words[0][:20]} of mass {mass:g} is no element; {unnamed}.",
                               kind="unknown-element")  # fmt: skip
        elements[words[0]] = symbol
        if label:
            elements[label] = symbol
    for number_of_type, label in labels.items():
        if number_of_type not in elements and (symbol := _named(label)):
            elements[number_of_type] = elements[label] = symbol
    types = count_of((file.header.get("atom types") or [""])[0], "the number of atom types", where)
    missing = [str(kind) for kind in range(1, min(types, 1000) + 1) if str(kind) not in elements
               and labels.get(str(kind)) not in elements]  # fmt: skip
    if missing:
        raise CrystalError(
            f"{where}: nothing names the element of type {missing[0]}; {unnamed}.", kind="unknown-element"
        )
    return elements


def _named(text: str) -> str:
    word = text.split()[0] if text.split() else ""
    return word if word in SYMBOLS else ""


def _of_mass(mass: float) -> str:
    nearest = min(
        (each for each in BY_SYMBOL.values() if math.isfinite(each.mass)), key=lambda each: abs(each.mass - mass)
    )
    return nearest.symbol if abs(nearest.mass - mass) <= SAME_MASS else ""
