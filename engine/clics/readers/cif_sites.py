"""What a CIF says about the sites of its atoms: multiplicities, orders of site symmetries, Wyckoff letters."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import pairwise
from typing import TYPE_CHECKING

from clics.readers.cif_groups import group_of
from clics.readers.cif_structure import multiplicity
from clics.readers.cif_values import loose_number
from clics.results.check import Statement

if TYPE_CHECKING:
    from clics.readers.cif_atoms import Atom
    from clics.readers.cif_build import Built
    from clics.readers.cif_values import Values

_MULTIPLICITIES = ("_atom_site_symmetry_multiplicity", "_atom_site_site_symmetry_multiplicity")
_ORDER = "_atom_site_site_symmetry_order"
_WYCKOFF = "_atom_site_wyckoff_symbol"
_LETTER = re.compile(r"^(\d{0,3})\s*\(?([a-zA])\)?$")
_LETTERS = "abcdefghijklmnopqrstuvwxyzA"
"""Wyckoff letters in their order; the general position of Pmmm, its 27th, has the last (International Tables A)."""
_PRIMITIVE = {"F": frozenset({4.0}), "R": frozenset({3.0}), **dict.fromkeys("ABCI", frozenset({2.0}))}
"""Sites in the conventional cell over those in the primitive one, by the letter of the lattice."""
_SHOWN = 12


def site_statements(values: Values, built: Built) -> Iterator[Statement]:
    """Multiplicities, orders and letters of a block against those of the crystal that was read."""
    tags = (*_MULTIPLICITIES, _ORDER, _WYCKOFF)
    if not any(values.column(tag) for tag in tags):
        return
    found = {atom.row: multiplicity(atom.coords, built.operations) for atom in built.placed}
    atoms = {atom.row: atom for atom in built.placed}
    for tag in (*_MULTIPLICITIES, _ORDER):
        yield from _numbers(tag, values.column(tag), atoms, found, len(built.operations.rotations))
    yield from _letters(values.column(_WYCKOFF), atoms, found, built)


def _numbers(
    tag: str, column: list[str], atoms: dict[int, Atom], found: dict[int, int], order: int
) -> Iterator[Statement]:
    numbers = {row: loose_number(column[row]) for row in atoms if row < len(column)}
    stated = {row: number for row, number in numbers.items() if number}
    if not stated:
        return
    counts = all(number == found[row] for row, number in stated.items())
    # SHELXL-97 writes the order of the site symmetry under the name of the multiplicity.
    orders = all(number * found[row] in (order, found[row] * found[row]) for row, number in stated.items())
    read = {row: order // found[row] for row in stated} if tag == _ORDER else found
    what = "orders of site symmetry" if tag == _ORDER else "multiplicities"
    texts = [f"{number:g}" for number in stated.values()]
    yield _statement(what, tag, list(stated), texts, [str(read[row]) for row in stated], atoms, orders or counts)


def _letters(column: list[str], atoms: dict[int, Atom], found: dict[int, int], built: Built) -> Iterator[Statement]:
    """Letters follow the multiplicities of their positions: no letter stands for fewer sites than one before it.

    Which of several positions of one multiplicity is called ``a`` depends on the choice of the origin, and is not compared.
    """
    named = {row: match for row in atoms if row < len(column) and (match := _LETTER.match(column[row].strip()))}
    if not named:
        return
    ranked = sorted((_LETTERS.index(match[2]), found[row]) for row, match in named.items())
    agrees = all(a <= b and (one != other or a == b) for (one, a), (other, b) in pairwise(ranked))
    counted = {row: int(match[1]) for row, match in named.items() if match[1]}
    ratios = {count / found[row] for row, count in counted.items()}
    if counted and ratios != {1.0}:  # the cell that is listed may be a primitive one
        agrees = (
            agrees and len(ratios) == 1 and ratios <= _PRIMITIVE.get(group_of(built.operations)[1][:1], frozenset())
        )
    texts = [named[row][0].strip() for row in named]
    yield _statement(
        "Wyckoff letters", _WYCKOFF, list(named), texts, [f"multiplicity {found[row]}" for row in named], atoms, agrees
    )


def _statement(
    what: str, tag: str, rows: list[int], stated: list[str], read: list[str], atoms: dict[int, Atom], agrees: bool
) -> Statement:
    names = [atoms[row].label or atoms[row].symbol for row in rows]
    more = ", …" if len(rows) > _SHOWN else ""
    says, has = (
        ", ".join(f"{name} {text}" for name, text in list(zip(names, texts, strict=True))[:_SHOWN]) + more
        for texts in (stated, read)
    )
    return Statement(what, tag, says, has, agrees)
