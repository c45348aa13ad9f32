"""An independent judge of what was read: no crystal may be accepted in silence that the file does not describe.

Three witnesses, none of which is the program's own reader: the crystal that the sound file was written from; what pymatgen,
ASE and gemmi read from the damaged file (:mod:`tests.stress.peers`); and what a CIF states beside its atoms, taken out of it
by gemmi.
"""

from __future__ import annotations

import math
import re
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
from pymatgen.core import Composition, Structure

REACH = 3.2
"""Å; distances up to here make the fingerprint of a structure."""
_NEAR = 0.02


def fingerprint(structure: Structure) -> dict[str, Any]:
    """What two readings of one crystal must have in common, whatever cell they chose."""
    atoms = sum(structure.composition.get_el_amt_dict().values())
    shares: dict[str, float] = {}
    for symbol, amount in structure.composition.get_el_amt_dict().items():
        name = "H" if symbol in ("D", "T") else symbol
        shares[name] = shares.get(name, 0.0) + amount / atoms
    found = np.sort(structure.get_neighbor_list(REACH)[3])[:40_000]
    # the same count of quantiles for every multiple of the cell
    quantiles = np.quantile(found, np.linspace(0, 1, 21)).tolist() if len(found) else []
    return {
        "composition": shares,
        "volume": structure.volume / atoms,
        "sites": len(structure) / atoms,
        "neighbours": len(found) / atoms,
        "distances": quantiles,
    }


def agree(one: dict[str, Any], two: dict[str, Any]) -> bool:
    """True for fingerprints of the same crystal."""
    if one["composition"].keys() != two["composition"].keys():
        return False
    if any(abs(share - two["composition"][name]) > 2e-3 for name, share in one["composition"].items()):
        return False
    if not math.isclose(one["volume"], two["volume"], rel_tol=2e-3):
        return False
    if len(one["distances"]) != len(two["distances"]) or abs(one["neighbours"] - two["neighbours"]) > 0.35:
        return False
    return all(abs(a - b) < _NEAR for a, b in zip(one["distances"], two["distances"]))


def impossible(structure: Structure) -> list[str]:
    """What no crystal can be."""
    faults = []
    matrix = np.array(structure.lattice.matrix)
    if not np.isfinite(matrix).all() or not np.isfinite(structure.frac_coords).all():
        return ["numbers that are not finite"]
    if structure.volume < 1.0 or structure.volume / len(structure) > 1e5:
        faults.append(f"a cell of {structure.volume:.3g} Å³ for {len(structure)} sites")
    shares = [site.species.num_atoms for site in structure]
    if any(not 0 < share <= 1.001 for share in shares):
        faults.append(f"an occupancy of {max(shares)}")
    return faults


_BRACKET = re.compile(r"\(.*?\)")


def contradictions(path: Path, read: Sequence[Structure]) -> list[str]:
    """What a CIF states and no crystal that was read from it fulfils."""
    import gemmi

    try:
        document = gemmi.cif.read_string(path.read_bytes().decode("utf-8-sig", "replace"))
    except (RuntimeError, ValueError, OSError):
        return []
    found: list[str] = []
    for block in document:
        if len(block.find_loop("_atom_site_label")) == 0 or len(document) > 1:
            continue
        for structure in read:
            found += _formula(block, structure) + _units(block, structure) + _volume(block, structure)
            found += _group(block, structure)
    return found


def _value(block: Any, *names: str) -> str:
    import gemmi

    for name in names:
        value = block.find_value(name)
        if value and value not in ("?", "."):
            return str(gemmi.cif.as_string(value)).strip()
    return ""


def _number(block: Any, *names: str) -> float | None:
    try:
        number = float(_BRACKET.sub("", _value(block, *names)))
    except ValueError:
        return None
    return number if math.isfinite(number) else None


def _stated(block: Any) -> Composition | None:
    text = _value(block, "_chemical_formula_sum")
    if not re.fullmatch(r"(?:[A-Z][a-z]?\d*\.?\d*\s*)+", text):
        return None
    try:
        stated = Composition(text.replace("D", "H") if re.search(r"\bD\d", text) else text)
    except (ValueError, KeyError):
        return None
    return stated if len(stated) else None


def _formula(block: Any, structure: Structure) -> list[str]:
    stated = _stated(block)
    if stated is None:
        return []
    ours = Composition(structure.composition.get_el_amt_dict()).fractional_composition
    theirs = Composition(stated.get_el_amt_dict()).fractional_composition
    if ours.almost_equals(theirs, rtol=0.03, atol=5e-3):
        return []
    return [f"the formula {stated.formula!r} is stated, {structure.composition.formula!r} was read"]


def _units(block: Any, structure: Structure) -> list[str]:
    stated, units = _stated(block), _number(block, "_cell_formula_units_Z")
    if stated is None or not units:
        return []
    atoms = sum(structure.composition.get_el_amt_dict().values())
    if abs(units * stated.num_atoms - atoms) <= 0.03 * atoms:
        return []
    reduced = stated.get_reduced_composition_and_factor()[1]
    if abs(stated.num_atoms - atoms) <= 0.03 * atoms and units == reduced:  # pymatgen writes the sum of the whole cell
        return []
    return [f"Z = {units:g} of {stated.formula!r} is stated, {atoms:g} atoms were read"]


def _volume(block: Any, structure: Structure) -> list[str]:
    stated = _number(block, "_cell_volume")
    if not stated or math.isclose(stated, structure.volume, rel_tol=0.02):
        return []
    return [f"a volume of {stated:g} Å³ is stated, the cell read has {structure.volume:.4g}"]


def _group(block: Any, structure: Structure) -> list[str]:
    import spglib

    stated = _number(block, "_space_group_IT_number", "_symmetry_Int_Tables_number")
    if stated is None or not structure.is_ordered or len(structure) > 200:
        return []
    numbers = [site.specie.Z for site in structure]
    cell = (structure.lattice.matrix, structure.frac_coords, numbers)
    dataset = spglib.get_symmetry_dataset(cell, symprec=0.01)
    if dataset is None or not 1 <= stated <= 230 or stated != int(stated):
        return [f"space group {stated:g} is stated"] if not 1 <= stated <= 230 else []
    if _order(int(stated)) > _order(int(dataset.number)):
        return [f"space group {stated:g} is stated, the crystal read has {dataset.number}"]
    return []


def _order(number: int) -> int:
    """Order of the point group of a space group."""
    from pymatgen.symmetry.groups import SpaceGroup

    group = SpaceGroup.from_int_number(number)
    return len({tuple(op.rotation_matrix.round().astype(int).ravel()) for op in group.symmetry_ops})
