"""Structures of OPTIMADE (specification 1.2, "Structures entries"): in answers of servers, and in JSON lines of theirs."""

from __future__ import annotations

from typing import Any

import numpy as np

from clics.crystals.atom_symbols import element_symbol
from clics.errors import CrystalError
from clics.readers.assemble import bad, no_cell
from clics.readers.record import Occupants, Record, fractional
from clics.readers.site_labels import with_labels

_PERIODIC = (1, 1, 1)
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
    coords = fractional(lattice, positions, where=where)
    filled = [(species[name], at, name) for name, at in zip(names, coords, strict=True) if species[name]]
    if len(filled) < len(names):
        notes[f"{len(names) - len(filled)} sites are empty (vacancy) and are left out."] = None
    sites = [list(site) for site, _, _ in filled]
    found = Record(lattice.tolist(), sites, [at for _, at, _ in filled], warnings=list(notes))
    return with_labels(found, [[name if len(site) == 1 else ""] * len(site) for site, _, name in filled])


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
