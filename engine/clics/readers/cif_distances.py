"""Are the shortest distances of a crystal those of any crystal? Decides between two readings of one file.

Nothing is refused for it: it is asked only where a file leaves two readings open.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from clics.elements import BY_SYMBOL

if TYPE_CHECKING:
    from pymatgen.core import Structure

_LIGHT = frozenset({"H", "B", "C", "N", "O", "F", "P", "S", "Cl", "Se"})
"""Elements with multiple bonds to all others: U=O has 0.67 of the sum of the covalent radii, N≡N 0.77."""
_MULTIPLE = frozenset(
    {"V", "Nb", "Ta", "Cr", "Mo", "W", "Tc", "Re", "Ru", "Os", "Rh", "Ir", "Fe", "Co", "Ni", "Pt", "Pd", "Mn"}
)
"""Metals with multiple bonds among each other: Mo–Mo 2.09 Å has 0.68."""
_SHORTEST, _SHORTEST_OF_OTHERS = 0.65, 0.88
"""Shortest distance as a share of the sum of the covalent radii (B. Cordero et al., Dalton Trans. 2008, 2832)."""
_ALIKE = {"H": 0.7, "B": 1.4, "C": 1.18, "N": 1.08, "O": 1.18, "F": 1.38, "P": 1.87, "S": 1.86, "Cl": 1.95, "Se": 2.1}
"""Shortest distance in Å between two atoms of one of these elements; the molecules (H2, C2H2, O2, …) have more."""
_REACH = 3.0  # Å


def shortest(structure: Structure) -> tuple[float, str]:
    """The shortest distance between two atoms of fully occupied sites in Å, and their elements; (nan, "") beyond 8 Å."""
    full = [i for i, site in enumerate(structure) if sum(site.species.values()) > 0.999]
    best, names = float("nan"), ""
    for reach in (_REACH, 8.0):
        for i, j, distance in _pairs(structure, reach):
            if i in full and j in full and not distance >= best:
                best, names = distance, "–".join(sorted((_symbol(structure, i), _symbol(structure, j))))
        if names:
            break
    return best, names


def implausible(structure: Structure) -> str:
    """The distance that no crystal has (``"Si–Si 1.92 Å"``), "" where there is none."""
    worst, named = 1.0, ""
    full = {i for i, site in enumerate(structure) if sum(site.species.values()) > 0.999}
    for i, j, distance in _pairs(structure, _REACH):
        if i in full and j in full:
            a, b = _symbol(structure, i), _symbol(structure, j)
            ratio = distance / _limit(a, b)
            if ratio < worst:
                worst, named = ratio, f"{a}–{b} {distance:.2f} Å"
    return named


def _limit(a: str, b: str) -> float:
    """The shortest distance in Å that atoms of two elements have in crystals; nan where a radius is unknown."""
    if a == b and a in _ALIKE:
        return _ALIKE[a]
    bonded = a in _LIGHT or b in _LIGHT or (a in _MULTIPLE and b in _MULTIPLE)
    radii = BY_SYMBOL[a].covalent_radius + BY_SYMBOL[b].covalent_radius
    return radii * (_SHORTEST if bonded else _SHORTEST_OF_OTHERS)


def _symbol(structure: Structure, site: int) -> str:
    return str(max(structure[site].species.items(), key=lambda item: item[1])[0].symbol)


def _pairs(structure: Structure, reach: float) -> list[tuple[int, int, float]]:
    centres, points, _, distances = structure.get_neighbor_list(reach, exclude_self=True)
    order = np.argsort(distances)
    return [(int(centres[k]), int(points[k]), float(distances[k])) for k in order[:20000] if distances[k] > 1e-3]
