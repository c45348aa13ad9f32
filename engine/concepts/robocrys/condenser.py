"""Structure → robocrystallographer's condensed form, without the detours."""

from __future__ import annotations

import contextlib
from typing import Any

import numpy as np
from pymatgen.core import Structure
from robocrys import StructureCondenser
from robocrys.condense.component import get_component_formula

from engine.concepts.robocrys.bonds import find_bonds
from engine.concepts.robocrys.cell import conventional_cell
from engine.concepts.robocrys.components import Part, different_parts, find_parts, molecules_as_atoms
from engine.concepts.robocrys.crystal_nn import SiteCrystalNN
from engine.concepts.robocrys.site_analyzer import OrbitSiteAnalyzer
from engine.concepts.symmetry import crystal_system
from engine.errors import DescriptionError

Condensed = dict[str, Any]


class OrbitCondenser(StructureCondenser):  # type: ignore[misc]
    """Robocrystallographer's condenser over arrays. Molecules are never named, minerals only with a matcher."""

    def __init__(self, *, mineral_matcher: Any = False, symprec: float = 0.01) -> None:
        super().__init__(near_neighbors=SiteCrystalNN(), mineral_matcher=mineral_matcher, symprec=symprec)

    def condense_structure(self, structure: Structure) -> Condensed:
        """The parent's dictionary, and ``site_of_atom``: for each atom of ``structure`` its key in ``sites``.

        Besides, ``spg_number`` is the space group's number. The order of stacked layers, which no text speaks of and
        which the parent cannot give where layers cross, is left out.
        """
        cell = conventional_cell(structure, self.symprec)
        bonds = find_bonds(cell.structure, self.near_neighbors, space_group=cell.number, symprec=self.symprec)
        parts = find_parts(bonds)
        kinds, counts = different_parts(parts, cell.structure, bonds.orbit)
        components = [part.component(bonds.symbols) for part in parts]
        analyzer = OrbitSiteAnalyzer(bonds)
        return {
            "formula": self._condense_formula(cell.structure, components),
            "spg_symbol": cell.symbol,
            "spg_number": cell.number,
            "crystal_system": crystal_system(cell.number),
            "mineral": self._condense_mineral(cell.structure, parts),
            "dimensionality": max(part.dimensionality for part in parts),
            "sites": analyzer.get_all_site_summaries(),
            "distances": analyzer.get_all_bond_distance_summaries(),
            "angles": analyzer.get_all_connectivity_angle_summaries(),
            "nnn_distances": analyzer.get_all_nnn_distance_summaries(),
            "components": {
                i: {
                    "formula": get_component_formula(
                        part.component(bonds.symbols), self.use_iupac_formula, self.use_common_formulas
                    ),
                    "dimensionality": part.dimensionality,
                    "orientation": part.orientation,
                    "molecule_name": None,
                    "sites": analyzer.get_inequivalent_site_indices(list(part.sites)),
                }
                for i, part in enumerate(kinds)
            },
            "component_makeup": np.repeat(np.arange(len(kinds)), counts).tolist(),
            "vdw_heterostructure_info": None,
            "site_of_atom": [analyzer.equivalent_sites[site] for site in cell.counterpart],
        }

    def _condense_mineral(self, structure: Structure, parts: list[Part]) -> Condensed:
        """Name of the structure type, of the cell itself or else with its molecules as atoms; the parent's format."""
        if not self.mineral_matcher:
            return {"type": None, "distance": -1, "n_species_type_match": True, "simplified": False}
        found: Condensed = self.mineral_matcher.get_best_mineral_name(structure)
        molecules = any(part.dimensionality == 0 for part in parts)
        if found["type"] is None and molecules:
            with contextlib.suppress(DescriptionError):  # what is left has no neighbours, so it has no name either
                return {**self.mineral_matcher.get_best_mineral_name(molecules_as_atoms(parts, structure)),
                        "simplified": True}  # fmt: skip
        return {**found, "simplified": False}
