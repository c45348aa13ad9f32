"""A cell → everything robocrystallographer's rules say of it."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from clics.descriptions.robocrys.bonds import Bonds, find_bonds
from clics.descriptions.robocrys.component_formulas import Component, crystal_formula, find_components
from clics.descriptions.robocrys.components import Part, different_parts, find_parts
from clics.descriptions.robocrys.conventional_cell import Cell
from clics.descriptions.robocrys.environments import Environments, find_environments
from clics.descriptions.robocrys.fingerprint import site_fingerprints
from clics.symmetry.analysis import dataset


@dataclass(frozen=True, slots=True)
class Condensed:
    """Everything about a crystal that its description states.

    ``fingerprints`` (s, e) are those of the first sites of the orbits, ``bonds.firsts``.
    """

    cell: Cell
    bonds: Bonds
    parts: list[Part]
    fingerprints: NDArray[np.float64]
    environments: Environments
    components: list[Component]
    formula: str

    @property
    def dimensionality(self) -> int:
        """The highest dimensionality of any part, 0 to 3."""
        return max(part.dimensionality for part in self.parts)

    @property
    def site_of_atom(self) -> list[int]:
        """For each atom of the input the inequivalent site it belongs to."""
        return [self.environments.same_as[site] for site in self.cell.counterpart.tolist()]


def condense(cell: Cell, symprec: float, loosest: int | None = None) -> Condensed:
    """Analyse a standard cell: bonds, parts, environments, formula.

    Args:
        cell: The conventional cell.
        symprec: The tolerance in Å at which it was standardised.
        loosest: The number of the crystal's space group at a tolerance well above ``symprec``, where it is known. Where
            that is the same group, the standard cell cannot have more symmetry than the crystal, and one symmetry
            search is saved.

    Raises:
        DescriptionError: ``no-neighbours`` (a cell thinner than a bond), ``too-large`` or ``no-symmetry``.
    """
    bonds = find_bonds(cell)
    # Robocrystallographer labels sites by the symmetry of the standard cell. Standardising moves atoms, and may bring
    # out symmetry that the crystal itself misses by a little.
    labels_by = cell.orbit.tolist()
    if loosest != cell.number:
        labels_by = dataset(cell.matrix, cell.numbers, cell.frac, symprec).equivalent_atoms.tolist()
    parts = find_parts(bonds)
    kinds, counts = different_parts(parts, cell, bonds.orbit)
    fingerprints = site_fingerprints(bonds.around)
    environments = find_environments(bonds, fingerprints, cell.symbols, labels_by)
    return Condensed(
        cell=cell,
        bonds=bonds,
        parts=parts,
        fingerprints=fingerprints,
        environments=environments,
        components=find_components(kinds, counts, cell, environments.same_as),
        formula=crystal_formula(cell, parts),
    )
