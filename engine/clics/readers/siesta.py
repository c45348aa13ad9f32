"""Siesta: the input (fdf), ``STRUCT_OUT`` and ``XV`` (Siesta manual, "The Flexible Data Format", "Structural information")."""

from __future__ import annotations

import re
from collections.abc import Iterator

import numpy as np

from clics.errors import CrystalError
from clics.readers.assemble import (
    BOHR,
    Matrix,
    bad,
    cell_of_parameters,
    count_of,
    no_cell,
    numbers,
    record,
    symbol_of_number,
)
from clics.readers.decode_text import truncated
from clics.readers.record import Record, Step

_FDF = re.compile(r"^[ \t]*%block[ \t]+(?:AtomicCoordinatesAndAtomicSpecies|ChemicalSpeciesLabel)",
                  re.MULTILINE | re.IGNORECASE)  # fmt: skip
_LENGTHS = {"ang": 1.0, "bohr": BOHR, "nm": 10.0, "pm": 0.01, "cm": 1e8, "m": 1e10}
_COORDINATES = {
    "bohr": "bohr", "notscaledcartesianbohr": "bohr", "ang": "ang", "notscaledcartesianang": "ang",
    "latticeconstant": "constant", "scaledcartesian": "constant", "fractional": "fractional",
    "scaledbylatticevectors": "fractional",
}  # fmt: skip


def is_fdf(_head: bytes, text: str) -> bool:
    """True where a block of the atoms or of their species begins."""
    return bool(_FDF.search(text))


def fdf_steps(text: str, *, where: str) -> Iterator[Step]:
    """The one crystal of an input file."""
    yield Step("", lambda: _read_fdf(text, where))


def _key(word: str) -> str:
    return re.sub(r"[-_.]", "", word.lower())


def _parsed(text: str, where: str) -> tuple[dict[str, list[str]], dict[str, list[list[str]]]]:
    """Values and blocks by their keys. Of a key that is given twice, the first counts, as in Siesta."""
    values: dict[str, list[str]] = {}
    blocks: dict[str, list[list[str]]] = {}
    block: list[list[str]] | None = None
    for line in text.split("\n"):
        words = re.split(r"[#!;]", line, maxsplit=1)[0].replace("=", " ").split()
        first = words[0].lower() if words else ""
        if first == "%block" and len(words) > 1:
            if "<" in words:
                raise bad(where, f"the block {words[1][:40]} stands in another file; write it into this one")
            block = list[list[str]]()
            blocks.setdefault(_key(words[1]), block)
        elif first == "%endblock":
            block = None
        elif block is not None and words:
            block.append(words)
        elif first == "%include" or "<" in words:
            values.setdefault("%include", words)
        elif words:
            values.setdefault(_key(words[0]), words[1:])
    if block is not None:
        raise truncated(where, "a block has no end")
    return values, blocks


def _read_fdf(text: str, where: str) -> Record:
    values, blocks = _parsed(text, where)
    for name in ("zmatrix", "supercell"):
        if name in blocks:
            raise CrystalError(f"{where}: the block {name} is not supported; give the coordinates of all atoms.",
                               kind="unsupported")  # fmt: skip
    if "atomiccoordinatesandatomicspecies" not in blocks:
        where_else = ": it stands in another file (%include)" if "%include" in values else ""
        raise bad(where, f"there is no block AtomicCoordinatesAndAtomicSpecies{where_else}")
    constant, lattice = _lattice(values, blocks, where)
    elements, ghosts = _elements(blocks.get("chemicalspecieslabel", []), where)
    species, positions = [], []
    for words in blocks["atomiccoordinatesandatomicspecies"]:
        index = words[3] if len(words) > 3 else ""
        if index in ghosts:
            continue
        if index not in elements:
            raise bad(where, f"the atom '{' '.join(words)[:40]}' has no species of ChemicalSpeciesLabel")
        positions.append(numbers(words, 3, "an atom", where))
        species.append(elements[index])
    stated = values.get("numberofatoms", [])
    total = len(blocks["atomiccoordinatesandatomicspecies"])
    if stated and count_of(stated[0], "NumberOfAtoms", where) != total:
        raise bad(where, f"NumberOfAtoms is {stated[0]}, and {total} atoms are listed")
    word = _key((values.get("atomiccoordinatesformat") or ["bohr"])[0])
    if word not in _COORDINATES:
        raise bad(where, f"AtomicCoordinatesFormat '{word[:30]}' is not known")
    unit = {"bohr": BOHR, "ang": 1.0, "constant": constant, "fractional": 1.0}[_COORDINATES[word]]
    notes = [f"{total - len(species)} ghost atoms are left out."] if total > len(species) else []
    cartesian = _COORDINATES[word] != "fractional"
    return record(
        lattice, species, np.array(positions).reshape(-1, 3) * unit, where=where, cartesian=cartesian, notes=notes
    )


def _lattice(
    values: dict[str, list[str]], blocks: dict[str, list[list[str]]], where: str
) -> tuple[float, Matrix]:  # fmt: skip
    """The lattice constant in Å and the rows a, b, c in Å."""
    words = values.get("latticeconstant", [])
    if not words:
        raise no_cell(where, "there is no LatticeConstant")
    unit = words[1].lower() if len(words) > 1 else "bohr"
    if unit not in _LENGTHS:
        raise bad(where, f"'{unit[:20]}' is no unit of length that is known")
    constant = numbers(words, 1, "LatticeConstant", where)[0] * _LENGTHS[unit]
    vectors, parameters = blocks.get("latticevectors"), blocks.get("latticeparameters")
    if vectors is not None and parameters is not None:
        raise bad(where, "the lattice is given twice (LatticeVectors and LatticeParameters)")
    if vectors is not None:
        if len(vectors) < 3:
            raise bad(where, f"LatticeVectors has {len(vectors)} of 3 vectors")
        return constant, np.array(
            [numbers(row, 3, "a vector of LatticeVectors", where) for row in vectors[:3]]
        ) * constant
    if parameters is not None:
        six = numbers([word for row in parameters for word in row], 6, "LatticeParameters", where)
        return constant, cell_of_parameters([*(length * constant for length in six[:3]), *six[3:]], where)
    return constant, np.eye(3) * constant


def _elements(rows: list[list[str]], where: str) -> tuple[dict[str, str], set[str]]:
    """Elements by the number of their species, and the species of ghost atoms (basis functions without a nucleus)."""
    elements, ghosts = dict[str, str](), set[str]()
    for words in rows:
        if len(words) < 2 or not re.fullmatch(r"-?\d{1,4}", words[1]):
            raise bad(where, f"'{' '.join(words)[:40]}' in ChemicalSpeciesLabel has no atomic number")
        if words[1].startswith("-"):
            ghosts.add(words[0])
        elif int(words[1]) > 200:
            raise CrystalError(f"{where}: species {words[0]} is an artificial atom ({words[1]}), which stands for no "
                               "element.", kind="unknown-element")  # fmt: skip
        else:
            elements[words[0]] = symbol_of_number(int(words[1]), where)
    return elements, ghosts


def is_struct_out(_head: bytes, text: str) -> bool:
    """True where three vectors and a count stand above lines of two whole numbers and coordinates (``STRUCT_OUT``, ``XV``)."""
    rows = [line.split() for line in text.split("\n", 5)[:5]]
    if (
        len(rows) < 5
        or len(rows[3]) != 1
        or not rows[3][0].isdecimal()
        or {len(row) for row in rows[:3]} not in ({3}, {6})
    ):
        return False
    return len(rows[4]) >= 5 and rows[4][0].isdecimal() and rows[4][1].isdecimal()


def struct_out_steps(text: str, *, where: str) -> Iterator[Step]:
    """The one crystal of ``STRUCT_OUT`` (Å, fractional) or ``XV`` (Bohr, Cartesian, with velocities)."""
    yield Step("", lambda: _read_struct_out(text, where))


def _read_struct_out(text: str, where: str) -> Record:
    rows = [words for line in text.split("\n") if (words := line.split())]
    if len(rows) < 4:
        raise truncated(where, "the cell or the number of atoms")
    with_velocities = len(rows[0]) >= 6
    count = count_of(rows[3][0], "the number of atoms", where)
    if len(rows) < 4 + count:
        raise truncated(where, f"{len(rows) - 4} of {count} atoms")
    width = 6 if with_velocities else 3
    for row, wanted in [*((row, width) for row in rows[:3]), (rows[3], 1), *((row, width + 2) for row in rows[4:])]:
        if len(row) != wanted:
            raise bad(where, f"'{' '.join(row)[:60]}' has {len(row)} words in place of {wanted}")
    if len(rows) > 4 + count:
        raise bad(where, f"{count} atoms are announced, and {len(rows) - 4} are listed")
    unit = BOHR if with_velocities else 1.0
    lattice = np.array([numbers(row, 3, "a vector of the cell", where) for row in rows[:3]]) * unit
    species, positions = [], []
    for row in rows[4 : 4 + count]:
        species.append(symbol_of_number(count_of(row[1], "the atomic number", where), where) if len(row) > 1 else "")
        positions.append(numbers(row[2:], 3, "an atom", where))
    at = np.array(positions).reshape(-1, 3) * unit
    return record(lattice, species, at, where=where, cartesian=with_velocities)
