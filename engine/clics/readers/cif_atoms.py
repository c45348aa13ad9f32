"""The atoms of a CIF block, every row checked."""

from __future__ import annotations

import math
import re
from dataclasses import dataclass

from clics.crystals.atom_symbols import element_of_label, element_symbol
from clics.errors import CrystalError
from clics.readers.cif_values import Values, parse_number

FULL = 0.995  # an occupancy that rounds to 1.00 is refined, not meant: 0.998 is no vacancy
_FRACTION = re.compile(r"^([+-]?\d+)/([1-9]\d*)$")
# One part of "0.8Nb + 0.2(1)Zr", as the Pauling File writes sites.
_MIXED = re.compile(r"^(\d*\.?\d+)(?:\(\d+\))?([A-Z][a-z]?)$")


@dataclass(frozen=True, slots=True)
class Atom:
    """One occupant of a site of the asymmetric unit.

    ``coords`` are fractional; ``digits`` are the values of their last printed digits; ``label`` and ``row`` (from 0) are
    those of the atom list.
    """

    symbol: str
    coords: tuple[float, float, float]
    occupancy: float
    digits: tuple[float, float, float] = (0.0, 0.0, 0.0)
    label: str = ""
    row: int = -1


def atoms_of(values: Values, *, where: str) -> tuple[list[Atom], list[str]]:
    """The atoms of the asymmetric unit and warnings.

    Raises CrystalError: ``unknown-element``, ``missing-coordinates``, ``not-finite``, ``bad-occupancy``, ``bad-cif``.
    """
    xyz = [values.column(f"_atom_site_fract_{axis}") for axis in "xyz"]
    if not xyz[0]:
        raise CrystalError(f"{where}: atoms have no fractional coordinates.", kind="missing-coordinates")
    rows = len(xyz[0])
    labels, types = values.column("_atom_site_label"), values.column("_atom_site_type_symbol")
    shares = values.column("_atom_site_occupancy") or ["1"] * rows
    if not (labels or types) or any(len(column) != rows for column in (*xyz[1:], types or labels, shares)):
        raise CrystalError(f"{where}: the columns of the atom list do not fit together.", kind="bad-cif")
    atoms: list[Atom] = []
    notes: list[str] = []
    dummies = {row for row, flag in enumerate(values.column("_atom_site_calc_flag")) if flag == "dum"}
    for row in range(rows):
        here = f"{where}: atom {row + 1}" + (f" ({labels[row][:20]})" if row < len(labels) else "")
        if row in dummies:
            notes.append(f"atom {row + 1} is marked as a dummy and left out.")
            continue
        texts = [column[row] for column in xyz]
        coords, digits = _coordinates(texts, here), (_digit(texts[0]), _digit(texts[1]), _digit(texts[2]))
        share = _occupancy(shares[row], here)
        if share == 0.0:
            notes.append(f"atom {row + 1} has occupancy 0 and is left out.")
            continue
        if FULL <= share < 1.0:
            notes.append(f"atom {row + 1} has occupancy {shares[row][:20]}, which is taken as 1.")
            share = 1.0
        for symbol, part, note in _occupants(types[row] if types else "", labels[row] if labels else "", here):
            label = labels[row][:80] if labels and labels[row] not in ("?", ".") else ""
            atoms.append(Atom(symbol, coords, share * part, digits, label, row))
            notes += [note] if note else []
    if any(text not in ("", "0", ".") for text in values.column("_atom_site_attached_hydrogens")):
        notes.append("hydrogen atoms are stated without positions and are missing here.")
    if not atoms:
        raise CrystalError(f"{where}: there are no atoms in it.", kind="empty")
    return atoms, notes


def _occupants(type_symbol: str, label: str, where: str) -> list[tuple[str, float, str]]:
    if "+" in type_symbol.strip("+") and " " in type_symbol:
        parts = [_MIXED.match(part.strip()) for part in type_symbol.split("+")]
        return [(element_symbol(part[2] if part else type_symbol, where=where)[0], float(part[1]) if part else 1.0, "")
                for part in parts]  # fmt: skip
    if type_symbol:
        symbol, note = element_symbol(type_symbol, where=where)
    else:
        symbol, note = element_of_label(label, where=where)
    return [(symbol, 1.0, note)]


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


def _occupancy(text: str, where: str) -> float:
    if not text:
        return 1.0  # the CIF dictionary's default
    share = parse_number(text, f"{where}: the occupancy")
    if not 0.0 <= share <= 1.02:
        kind = "not-finite" if not math.isfinite(share) else "bad-occupancy"
        raise CrystalError(f"{where} has occupancy {text[:20]}; it must lie between 0 and 1.", kind=kind)
    return share
