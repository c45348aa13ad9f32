"""Structure → robocrystallographer's condensed form, without the detours."""

from __future__ import annotations

from typing import Any

import numpy as np
from pymatgen.analysis.structure_matcher import StructureMatcher
from pymatgen.core import Structure
from robocrys import StructureCondenser
from robocrys.condense.component import (
    components_are_vdw_heterostructure,
    get_component_formula,
    get_vdw_heterostructure_information,
)

from engine.concepts.robocrys.bonds import Bonds, find_bonds
from engine.concepts.robocrys.cell import conventional_cell
from engine.concepts.robocrys.components import find_parts
from engine.concepts.robocrys.crystal_nn import SiteCrystalNN
from engine.concepts.robocrys.site_analyzer import OrbitSiteAnalyzer

Condensed = dict[str, Any]


class OrbitCondenser(StructureCondenser):  # type: ignore[misc]
    """Robocrystallographer's condenser over arrays. Molecules are never named, minerals only with a matcher."""

    def __init__(self, *, mineral_matcher: Any = False, symprec: float = 0.01) -> None:
        super().__init__(near_neighbors=SiteCrystalNN(), mineral_matcher=mineral_matcher, symprec=symprec)

    def condense_structure(self, structure: Structure) -> Condensed:
        """The parent's dictionary, and ``site_of_atom``: for each atom of ``structure`` its key in ``sites``."""
        cell = conventional_cell(structure, self.symprec)
        conventional = cell.structure
        bonds = find_bonds(conventional, self.near_neighbors)
        components = [part.component(conventional) for part in find_parts(bonds)]
        analyzer = OrbitSiteAnalyzer(bonds, symprec=self.symprec)
        summaries, makeup = self._condense_parts(components, bonds, analyzer)
        layered = components_are_vdw_heterostructure(components)
        return {
            "formula": self._condense_formula(conventional, components),
            "spg_symbol": cell.symbol,
            "crystal_system": cell.crystal_system,
            "mineral": self._condense_mineral(conventional, components),
            "dimensionality": max(component["dimensionality"] for component in components),
            "sites": analyzer.get_all_site_summaries(),
            "distances": analyzer.get_all_bond_distance_summaries(),
            "angles": analyzer.get_all_connectivity_angle_summaries(),
            "nnn_distances": analyzer.get_all_nnn_distance_summaries(),
            "components": summaries,
            "component_makeup": makeup,
            "vdw_heterostructure_info": get_vdw_heterostructure_information(
                components, use_iupac_formula=self.use_iupac_formula, use_common_formulas=self.use_common_formulas
            )
            if layered
            else None,
            "site_of_atom": [analyzer.equivalent_sites[site] for site in cell.counterpart],
        }

    def _condense_parts(
        self, components: list[Condensed], bonds: Bonds, analyzer: OrbitSiteAnalyzer
    ) -> tuple[dict[int, Condensed], list[int]]:
        """Summaries of the structurally different components, and the makeup of the crystal from them.

        Parts on the same symmetry orbits are the same; others are compared as the parent does, by ``StructureMatcher``.
        """
        matcher = StructureMatcher()
        kinds: list[Condensed] = []
        counts: list[int] = []
        orbits: list[frozenset[int]] = []
        for component in components:
            orbit = frozenset(bonds.orbit[list(component["site_ids"])].tolist())
            for i, kind in enumerate(kinds):
                if orbit == orbits[i] or matcher.fit(
                    component["structure_graph"].structure, kind["structure_graph"].structure
                ):
                    counts[i] += 1
                    break
            else:
                kinds.append(component)
                counts.append(1)
                orbits.append(orbit)
        summaries = {
            i: {
                "formula": get_component_formula(kind, self.use_iupac_formula, self.use_common_formulas),
                "dimensionality": kind["dimensionality"],
                "orientation": kind["orientation"],
                "molecule_name": None,
                "sites": analyzer.get_inequivalent_site_indices(kind["site_ids"]),
            }
            for i, kind in enumerate(kinds)
        }
        return summaries, np.repeat(np.arange(len(kinds)), counts).tolist()
