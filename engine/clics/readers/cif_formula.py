"""Does the crystal have the composition that its file announces? The one sign of atoms lost without a trace."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from clics.crystals.atom_symbols import SYMBOLS
from clics.readers.decode_text import truncated

if TYPE_CHECKING:
    from pymatgen.core import Structure

    from clics.readers.cif_values import Values

_TOKEN = re.compile(r"([A-Z][a-z]?)\s*(\d*\.?\d*)")
_TOLERANCE = 0.02


def formula_warnings(values: Values, structure: Structure, *, ends_in_atoms: bool, where: str) -> list[str]:
    """Warnings where atoms and ``_chemical_formula_sum`` disagree.

    Where the file ends with the list of atoms and only lacks atoms, the list is cut: CrystalError (``truncated``).
    Hydrogen is not counted then, because X-rays often do not see it.
    """
    declared = _declared(values.text("_chemical_formula_sum"))
    if not declared:
        return []
    counted = {str(element): float(amount) for element, amount in structure.composition.items()}
    units = _units(values, declared, counted)
    short = [e for e, n in declared.items() if counted.get(e, 0.0) < n * units * (1 - _TOLERANCE)]
    excess = [e for e, n in counted.items() if n > declared.get(e, 0.0) * units * (1 + _TOLERANCE)]
    if not short and not excess:
        return []
    if ends_in_atoms and not excess and set(short) - {"H"}:
        raise truncated(where, f"atoms of {', '.join(sorted(set(short) - {'H'}))} are missing from the end of the list")
    text = values.text("_chemical_formula_sum")[:60]
    return [f"the atoms give {structure.composition.reduced_formula}, the file says '{text}'."]


def _declared(text: str) -> dict[str, float]:
    """Element counts of a sum formula; {} for anything that is not plainly one."""
    if not text or _TOKEN.sub("", text).strip():
        return {}
    counts: dict[str, float] = {}
    for symbol, count in _TOKEN.findall(text):
        symbol = "H" if symbol in ("D", "T") else symbol
        if symbol not in SYMBOLS:
            return {}
        try:
            counts[symbol] = counts.get(symbol, 0.0) + (float(count) if count else 1.0)
        except ValueError:
            return {}
    return {symbol: count for symbol, count in counts.items() if count > 0}


def _units(values: Values, declared: dict[str, float], counted: dict[str, float]) -> float:
    """Formula units in the cell: as stated, else what the most complete element says."""
    stated = values.text("_cell_formula_units_z")
    ratios = [counted.get(element, 0.0) / count for element, count in declared.items()]
    if stated.isdigit() and int(stated) > 0 and any(abs(ratio / int(stated) - 1) < _TOLERANCE for ratio in ratios):
        return float(stated)
    return max(ratios)
