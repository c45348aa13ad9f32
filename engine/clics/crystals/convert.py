"""Crystals from objects of other packages: pymatgen's ``Structure`` and ASE's ``Atoms``."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, TypeAlias

import numpy as np

from clics.crystals.atom_symbols import element_symbol
from clics.crystals.check import check_structure
from clics.errors import CrystalError

if TYPE_CHECKING:
    from ase import Atoms
    from pymatgen.core import IStructure, Structure

Foreign: TypeAlias = "Structure | Atoms"
"""A pymatgen ``Structure`` or ASE ``Atoms``."""

PARTLY_PERIODIC = "not periodic in all directions (pbc); it is read as a crystal of its whole cell."
MAX_OCCUPANCY = 1.02  # rounding of files; more is a mistake


def is_foreign(value: object) -> bool:
    """True for a pymatgen ``Structure`` and for ASE ``Atoms``; neither package is imported to find out."""
    return _is_structure(value) or _is_atoms(value)


def structure_of(value: object, *, where: str) -> tuple[Structure, list[str]]:
    """A structure of neutral elements, as files are read, and the remarks on what was changed or is odd.

    Args:
        value: A pymatgen ``Structure`` (oxidation states are dropped, isotopes become H) or ASE ``Atoms`` with a cell.
        where: Begins every message.

    Raises:
        CrystalError: The kinds of :func:`clics.crystals.check.check_structure`, ``bad-occupancy``, and
            ``not-a-crystal`` for an object of another type.
    """
    if _is_structure(value):
        structure, notes = _from_pymatgen(value, where)
    elif _is_atoms(value):
        structure, notes = _from_ase(value, where)
    else:
        raise CrystalError(f"A {type(value).__name__} is no pymatgen Structure and no ASE Atoms.", kind="not-a-crystal")
    return structure, notes + check_structure(structure, where=where)


def _is_structure(value: object) -> bool:
    if "pymatgen.core.structure" not in sys.modules:
        return False
    from pymatgen.core import IStructure

    return isinstance(value, IStructure)


def _is_atoms(value: object) -> bool:
    if "ase.atoms" not in sys.modules:
        return False
    from ase import Atoms

    return isinstance(value, Atoms)


def _from_pymatgen(given: IStructure, where: str) -> tuple[Structure, list[str]]:
    from pymatgen.core import Lattice, Structure

    notes: dict[str, None] = {}
    species = []
    for site in given:
        shares: dict[str, float] = {}  # one element may occur with two charges
        for occupant, share in site.species.items():
            symbol, note = element_symbol(str(getattr(occupant, "element", occupant)), where=where)
            shares[symbol] = shares.get(symbol, 0.0) + float(share)
            notes |= {note: None} if note else {}
        total = sum(shares.values())
        if not 0.0 < total <= MAX_OCCUPANCY:
            raise CrystalError(f"{where}: the occupancies of a site add up to {total:.3g}.", kind="bad-occupancy")
        shares = {symbol: share / max(1.0, total) for symbol, share in shares.items()}
        species.append(next(iter(shares)) if list(shares.values()) == [1.0] else shares)
    if not all(given.lattice.pbc):
        notes[PARTLY_PERIODIC] = None
    return Structure(Lattice(given.lattice.matrix), species, given.frac_coords), list(notes)


def _from_ase(given: Atoms, where: str) -> tuple[Structure, list[str]]:
    from pymatgen.core import Lattice, Structure

    lattice = np.array(given.cell.array, float)
    if given.cell.rank < 3:
        raise CrystalError(f"{where}: there is no unit cell; only periodic crystals can be read.", kind="no-cell")
    symbols = [element_symbol(symbol, where=where)[0] for symbol in given.get_chemical_symbols()]
    notes = [] if all(given.pbc) else [PARTLY_PERIODIC]
    frac = given.positions @ np.linalg.inv(lattice)
    return Structure(Lattice(lattice), symbols, frac), notes
