"""Names of structure types, by robocrystallographer's rules and table (180 named AFLOW prototypes).

Mehl et al., Comput. Mater. Sci. 136, S1 (2017), doi:10.1016/j.commatsci.2017.01.017.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from matminer.featurizers.utils.stats import PropertyStats
from numpy.typing import NDArray
from pymatgen.core import Structure
from robocrys.condense.mineral import MineralMatcher, ReducedAflowPrototypeMatcher

from engine.concepts.robocrys.bonds import Bonds, find_bonds
from engine.concepts.robocrys.crystal_nn import SiteCrystalNN
from engine.concepts.robocrys.fingerprint import site_fingerprint


class FormulaMineralMatcher(MineralMatcher):  # type: ignore[misc]
    """The parent's matcher, which fits a crystal only to prototypes of its own anonymous formula.

    The parent tries every prototype and learns in the middle of each fit that the formulae differ; the answer is the
    same.
    """

    mineral_db: Any
    _structure: Structure | None

    def __init__(self) -> None:
        super().__init__()
        self.mineral_db = self.mineral_db.assign(
            anonymous=[_anonymous(structure) for structure in self.mineral_db["structure"]]
        )

    def get_aflow_matches(self, structure: Structure) -> list[dict[str, Any]] | None:
        """Prototypes that the structure fits, nearest fingerprint first; None where there is none."""
        self._set_distance_matrix(structure)
        table = self._mineral_db[self._mineral_db["anonymous"] == _anonymous(structure)]
        if table.empty:
            return None
        matcher = ReducedAflowPrototypeMatcher(
            self.initial_ltol, self.initial_stol, self.initial_angle_tol, mineral_db=table
        )
        found: list[dict[str, Any]] | None = matcher.get_prototypes(structure)
        return found

    def _set_distance_matrix(self, structure: Structure) -> None:
        """Distances of all prototypes from the structure's fingerprint, computed once for the three questions."""
        if structure is self._structure:
            return
        own = structure_fingerprint(find_bonds(structure, SiteCrystalNN()))
        table = np.array(self.mineral_db["fingerprint"].tolist())
        self._mineral_db = self.mineral_db.assign(distance=np.linalg.norm(table - own, axis=1)).sort_values(
            by="distance"
        )
        self._structure = structure


def structure_fingerprint(bonds: Bonds) -> NDArray[np.float64]:
    """Mean and standard deviation over the sites of each entry of their fingerprints, as matminer orders them."""
    first = {site: list(site_fingerprint(around).values()) for site, around in bonds.neighbourhood.items()}
    table = np.array([first[int(site)] for site in bonds.orbit])
    return np.array(
        [PropertyStats.calc_stat(column, stat) for column in table.T for stat in ("mean", "std_dev")], dtype=np.float64
    )


def _anonymous(structure: Structure) -> str:
    """For example ``ABC3`` for a perovskite."""
    return str(structure.composition.anonymized_formula)
