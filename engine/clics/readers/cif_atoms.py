"""The atoms of a CIF block, every row checked."""

from __future__ import annotations

import math
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from clics.crystals.atom_symbols import WITHOUT_HYDROGEN, element_of_label, element_symbol, isotope_of
from clics.errors import CrystalError
from clics.readers import cif_labels
from clics.readers.cif_cartesian import fractional_columns
from clics.readers.cif_formula import stated_formula
from clics.readers.cif_mixed import mixture
from clics.readers.cif_occupancy import FULL as FULL
from clics.readers.cif_occupancy import occupancy
from clics.readers.cif_values import Values, parse_number

_NOTHING = ("", "?", ".")
_FRACTION = re.compile(r"^([+-]?\d+)/([1-9]\d*)$")


@dataclass(frozen=True, slots=True)
class Atom:
    """One occupant of a site of the asymmetric unit.

    ``coords`` are fractional; ``digits`` are the values of their last printed digits; ``label`` and ``row`` (from 0) are
    those of the atom list; ``assembly`` and ``group`` name an alternative of disorder; ``isotope`` is as in
    :class:`~clics.crystals.as_stated.StatedAtom`.
    """

    symbol: str
    coords: tuple[float, float, float]
    occupancy: float
    digits: tuple[float, float, float] = (0.0, 0.0, 0.0)
    label: str = ""
    row: int = -1
    isotope: str = ""
    assembly: str = ""
    group: str = ""


@dataclass(frozen=True, slots=True)
class Variant:
    """One way to read the elements of the atom list, and what must be said if it is taken."""

    atoms: list[Atom]
    notes: tuple[str, ...] = ()


def variants_of(values: Values, cell: Sequence[float], *, where: str) -> list[Variant]:
    """The readings of the atom list: one, or several where labels in capitals leave the elements open.

    Raises CrystalError: ``unknown-element``, ``missing-coordinates``, ``not-finite``, ``bad-occupancy``, ``bad-cif``.
    """
    labels, types = values.column("_atom_site_label"), values.column("_atom_site_type_symbol")
    formula = stated_formula(values)
    unnamed = [label for row, label in enumerate(labels) if row >= len(types) or not types[row]]
    variants = []
    for reading in cif_labels.choices(unnamed, formula):
        atoms, notes = atoms_of(values, cell, where=where, elements=reading)
        notes += cif_labels.notes_of(reading, formula)
        variants.append(Variant(atoms, tuple(notes)))
    return variants


def atoms_of(
    values: Values, cell: Sequence[float], *, where: str, elements: Mapping[str, str] | None = None
) -> tuple[list[Atom], list[str]]:
    """The atoms of the asymmetric unit and warnings.

    Args:
        values: The block.
        cell: a, b, c in Å and α, β, γ in degrees, for Cartesian coordinates.
        where: Begins the message of an error.
        elements: By the letters at the start of their labels, the elements of atoms without an element symbol.

    Raises CrystalError: ``unknown-element``, ``missing-coordinates``, ``not-finite``, ``bad-occupancy``, ``bad-cif``.
    """
    xyz = [values.column(f"_atom_site_fract_{axis}") for axis in "xyz"]
    notes: list[str] = []
    rounded: list[tuple[float, float, float]] = []
    if not any(text not in _NOTHING for text in xyz[0]):
        xyz, rounded, notes = fractional_columns(values, cell, where)
    if not xyz or not xyz[0]:
        raise CrystalError(f"{where}: atoms have no coordinates.", kind="missing-coordinates")
    rows = len(xyz[0])
    labels, types = values.column("_atom_site_label"), values.column("_atom_site_type_symbol")
    shares = values.column("_atom_site_occupancy") or ["1"] * rows
    if not (labels or types) or any(
        len(column) != rows for column in (*xyz[1:], types or labels, labels or types, shares)
    ):
        raise CrystalError(f"{where}: the columns of the atom list do not fit together.", kind="bad-cif")
    atoms: list[Atom] = []
    missing: list[str] = []
    alternatives = [values.column(f"_atom_site_disorder_{name}") for name in ("assembly", "group")]
    dummies = {row for row, flag in enumerate(values.column("_atom_site_calc_flag")) if flag == "dum"}
    for row in range(rows):
        here = f"{where}: atom {row + 1}" + (f" ({labels[row][:20]})" if row < len(labels) else "")
        label = labels[row][:80] if labels else ""
        if row in dummies:
            notes.append(f"atom {row + 1} is marked as a dummy and left out.")
            continue
        share, note = occupancy(shares[row], here, f"atom {row + 1}")
        notes += [note] if note else []
        if share == 0.0:
            continue
        occupants, more = _occupants(types[row] if types else "", label, elements or {}, here)
        texts = [column[row] for column in xyz]
        if not all(texts) and {symbol for symbol, _ in occupants} == {"H"}:
            missing.append(label or f"atom {row + 1}")
            continue
        coords = _coordinates(texts, here)
        digits = rounded[row] if rounded else (_digit(texts[0]), _digit(texts[1]), _digit(texts[2]))
        isotope = isotope_of(types[row] if types else "", label) if len(occupants) == 1 else ""
        disorder = [column[row][:80] if row < len(column) else "" for column in alternatives]
        atoms += [
            Atom(symbol, coords, share * part, digits, label, row, isotope, *disorder) for symbol, part in occupants
        ]
        notes += [more] if more else []
    if any(atom.symbol == "H" for atom in atoms):  # the hydrogen of "OH1" is listed after all
        notes = [note for note in notes if not note.endswith(WITHOUT_HYDROGEN)]
    if missing:
        names = ", ".join(missing[:6]) + (", …" if len(missing) > 6 else "")
        notes.append(f"hydrogen is missing: {names} {'is' if len(missing) == 1 else 'are'} listed without coordinates.")
    if any(text not in ("", "0", ".") for text in values.column("_atom_site_attached_hydrogens")):
        notes.append("hydrogen atoms are stated without positions and are missing here.")
    if not atoms:
        raise CrystalError(f"{where}: there are no atoms in it.", kind="empty")
    return atoms, notes


def _occupants(
    type_symbol: str, label: str, elements: Mapping[str, str], where: str
) -> tuple[list[tuple[str, float]], str]:
    """Elements of a site with their shares, and a note."""
    if mixed := mixture(type_symbol or label, where=where):
        return mixed, ""
    if type_symbol:
        symbol, note = element_symbol(type_symbol, where=where)
    elif (stem := cif_labels.stem_of(label)) in elements:
        symbol, note = elements[stem], ""
        if len(stem) > len(symbol):
            note = f"atom label '{label[:20]}' is read as {symbol}."
    else:
        symbol, note = element_of_label(label, where=where)
    return [(symbol, 1.0)], note


def _coordinates(texts: list[str], where: str) -> tuple[float, float, float]:
    if not all(texts):
        raise CrystalError(f"{where} has no coordinates.", kind="missing-coordinates")
    x, y, z = (_sixths(_coordinate(text, where), text) for text in texts)
    if not (math.isfinite(x) and math.isfinite(y) and math.isfinite(z)):
        raise CrystalError(f"{where} has a coordinate that is not a finite number.", kind="not-finite")
    if max(abs(x), abs(y), abs(z)) > 1e4:
        raise CrystalError(f"{where} lies more than 10000 cells away.", kind="absurd-coordinates")
    return x, y, z


def _coordinate(text: str, where: str) -> float:
    """A decimal number, or a fraction such as ``1/3`` as some write special positions."""
    if fraction := _FRACTION.match(text):
        return int(fraction[1]) / int(fraction[2])
    return parse_number(text, f"{where}: a coordinate")


def _digit(text: str) -> float:
    """Value of the last printed digit: 0.001 for ``0.333(2)``; 0 for fractions and whole numbers, which are exact."""
    decimals = len(text.partition("(")[0].partition(".")[2])
    return 10.0**-decimals if decimals else 0.0


def _sixths(value: float, text: str) -> float:
    """1/3 for ``0.3333``: sixths with 3–6 decimals are meant exactly, or symmetry doubles the atom."""
    decimals = len(text.partition("(")[0].partition(".")[2])
    if 3 <= decimals <= 6:
        exact = round(value * 6) / 6
        if abs(value - exact) < 10.0**-decimals:
            return exact
    return value
