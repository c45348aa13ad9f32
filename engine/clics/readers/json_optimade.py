"""Structures of OPTIMADE (specification 1.2, "Structures entries"): in answers of servers, and in JSON lines of theirs."""

from __future__ import annotations

import re
from typing import Any

import numpy as np

from clics.crystals.atom_symbols import element_symbol
from clics.errors import CrystalError
from clics.readers.assemble import bad, no_cell
from clics.readers.record import Occupants, Record, fractional
from clics.readers.site_labels import with_labels

_PERIODIC = (1, 1, 1)
_PART = re.compile(r"([A-Z][a-z]?)(\d{0,6})")
_FORMULA = re.compile(r"(?:[A-Z][a-z]?\d{0,6}){1,40}")
_SHARE = 0.02
"""Share of an element by which formulas, whose numbers are whole, differ from sites that are partly occupied."""
_STRANGE = {"assemblies": "its sites are occupied in groups (assemblies), which are not shown"}


def is_optimade(data: dict[str, Any]) -> bool:
    """True for the attributes of a structure entry."""
    return "cartesian_site_positions" in data or ("lattice_vectors" in data and "species_at_sites" in data)


def read_optimade(data: dict[str, Any], where: str) -> Record:
    """The crystal of the attributes of a structure entry.

    Raises:
        CrystalError: ``no-cell`` for what is no crystal, ``unknown-element`` for species without one, ``bad-format``.
    """
    vectors = data.get("lattice_vectors")
    if not vectors or all(vector is None or None in vector for vector in vectors):
        raise no_cell(where)
    if any(vector is None or None in vector for vector in vectors):
        raise no_cell(where, "some lattice vectors are not given")
    for key in ("cartesian_site_positions", "species_at_sites"):
        if not data.get(key):
            raise CrystalError(f"{where}: the entry has no {key}; ask the server for it (response_fields).",
                               kind="missing-coordinates")  # fmt: skip
    lattice = np.array(vectors, dtype=float).reshape(3, 3)
    positions = np.array(data["cartesian_site_positions"], dtype=float).reshape(-1, 3)
    names = [str(name) for name in data["species_at_sites"]]
    if len(names) != len(positions):
        raise bad(where, f"{len(names)} species and {len(positions)} positions")
    notes: dict[str, None] = {}
    species = {str(each["name"]): _occupants(each, notes, where) for each in data.get("species") or []}
    for name in dict.fromkeys(names):
        if name not in species:  # servers leave out species whose name is an element
            symbol, note = element_symbol(name, where=where)
            species[name] = [(symbol, 1.0)]
            notes |= {note: None} if note else {}
    if tuple(data.get("dimension_types") or _PERIODIC) != _PERIODIC:
        notes["not periodic in all directions (dimension_types); it is read as a crystal of its whole cell."] = None
    for feature in data.get("structure_features") or []:
        if feature in _STRANGE:
            notes[f"{_STRANGE[feature]}."] = None
    notes |= dict.fromkeys(_contradictions(data, names, species))
    coords = fractional(lattice, positions, where=where)
    filled = [(species[name], at, name) for name, at in zip(names, coords, strict=True) if species[name]]
    if len(filled) < len(names):
        notes[f"{len(names) - len(filled)} sites are empty (vacancy) and are left out."] = None
    sites = [list(site) for site, _, _ in filled]
    found = Record(lattice.tolist(), sites, [at for _, at, _ in filled], warnings=list(notes))
    return with_labels(found, [[name if len(site) == 1 else ""] * len(site) for site, _, name in filled])


def _contradictions(data: dict[str, Any], names: list[str], species: dict[str, Occupants]) -> list[str]:
    """Notes on counts, elements and formula of an entry that its sites do not have; hydrogen may be attached."""
    notes = []
    if isinstance(count := data.get("nsites"), int) and count != len(names):
        notes.append(f"contradiction in the sites: the entry states nsites = {count}, and lists {len(names)}.")
    found: dict[str, float] = {}
    for symbol, share in (occupant for name in names for occupant in species[name]):
        found[symbol] = found.get(symbol, 0.0) + share
    stated = data.get("elements")
    if isinstance(stated, list) and stated and {str(each) for each in stated} != set(found):
        notes.append(f"contradiction in the elements: the entry states {', '.join(map(str, stated[:12]))[:80]}, and its "
                     f"sites have {', '.join(sorted(found))}.")  # fmt: skip
    formula = data.get("chemical_formula_reduced")
    text = formula if isinstance(formula, str) and _FORMULA.fullmatch(formula) else ""
    parts = _PART.findall(text)
    amounts = {symbol: float(amount or 1) for symbol, amount in parts}
    whole, total = sum(amounts.values()), sum(found.values())
    if parts and (amounts.keys() != found.keys() or any(
        abs(amount / whole - found[symbol] / total) > _SHARE for symbol, amount in amounts.items()
    )):  # fmt: skip
        has = " ".join(f"{symbol}{amount:g}" for symbol, amount in sorted(found.items()))
        notes.append(f"contradiction in the formula: the entry states {text[:60]}, and its sites have {has[:80]}.")
    return notes


def _occupants(species: dict[str, Any], notes: dict[str, None], where: str) -> Occupants:
    """Elements and their shares. A vacancy takes its share and is no occupant."""
    symbols = [str(symbol) for symbol in species["chemical_symbols"]]
    shares = [float(share) for share in species["concentration"]]
    if len(symbols) != len(shares) or not all(0 <= share <= 1.001 for share in shares):
        raise CrystalError(f"{where}: the concentrations of species {str(species['name'])[:20]} cannot be occupancies.",
                           kind="bad-occupancy")  # fmt: skip
    if species.get("attached"):
        notes["atoms are attached to sites without positions of their own; they are not shown."] = None
    occupants: dict[str, float] = {}
    for text, share in zip(symbols, shares, strict=True):
        if text == "vacancy" or share == 0:
            continue
        if text == "X":
            raise CrystalError(f"{where}: a species ({str(species['name'])[:20]}) is of an unknown element (X).",
                               kind="unknown-element")  # fmt: skip
        symbol, note = element_symbol(text, where=where)
        notes |= {note: None} if note else {}
        occupants[symbol] = occupants.get(symbol, 0.0) + share
    total = sum(occupants.values())
    if total > 1.02:
        raise CrystalError(f"{where}: the concentrations of a species add up to {total:.3g}.", kind="bad-occupancy")
    return [(symbol, share / max(1.0, total)) for symbol, share in occupants.items()]
