"""Neighbours of metals and alloys up to the largest gap, where the bonds of a site end at no gap.

CrystalNN gives Mg in MgCu2 twelve copper atoms at 2.92 Å but not four magnesium atoms at 3.05 Å. What is left has the
shape of no polyhedron. How many neighbours a crystallographer counts is told by the largest gap among the distances (G. O.
Brunner & D. Schwarzenbach, Z. Kristallogr. 133, 127 (1971); J. L. C. Daams, P. Villars & J. H. N. van Vucht, Atlas of Crystal
Structure Types for Intermetallic Phases, 1991).
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray
from pymatgen.optimization.neighbors import find_points_in_spheres

from clics.descriptions.element_classes import ELEMENT_CLASSES
from clics.descriptions.facts.left_out import SAME_PLACE
from clics.descriptions.robocrys.bonds import Bonds
from clics.descriptions.robocrys.conventional_cell import Cell

NO_GAP = 1.1
"""Ratio of the nearest atom that is left out to the farthest bonded one up to which the bonds of an alloy end at no gap."""
REACH = 2.0
"""Distance up to which neighbours are looked at, as a multiple of the longest bond of a site."""
FARTHEST = 1.6
"""The largest gap begins at most at this multiple of the shortest distance."""
LEAST_SHELL = 4
"""Fewest neighbours in front of the largest gap."""
FEW = 8
"""Fewer bonds than this are too few for an alloy if a wider gap follows than the one at which they end."""


def shells_of_metal(cell: Cell, bonds: Bonds, sites: Sequence[int]) -> list[int | None]:
    """The numbers of neighbours up to the largest gap, where the bonds of a site end at no clear gap.

    Args:
        cell: The cell of the bonds.
        bonds: Its bonds, as an algorithm found them.
        sites: (k,) sites of the cell.

    Returns:
        (k,) numbers; None where the bonds end at a clear gap, where no gap follows them, and in crystals with nonmetals, whose
        bonds do not depend on gaps alone. In crystals with metalloids only atoms of bonded elements count as left out.
    """
    elements = set(cell.symbols)
    classes = {ELEMENT_CLASSES[symbol] for symbol in elements}
    longest = [float(bonds.length[bonds.bounds[site] : bonds.bounds[site + 1]].max(initial=0.0)) for site in sites]
    if "NONMETAL" in classes or not max(longest, default=0.0):
        return [None] * len(sites)
    places = cell.frac @ cell.matrix
    begin, end, _, distance = find_points_in_spheres(
        places, places[list(sites)], REACH * max(longest), np.ones(3, np.int64), np.ascontiguousarray(cell.matrix), 1e-8
    )
    order = np.lexsort((distance, begin))
    begin, end, distance = begin[order], end[order], distance[order]
    bounds = np.searchsorted(begin, np.arange(len(sites) + 1))
    found: list[int | None] = []
    for number, site in enumerate(sites):
        own = slice(bounds[number], bounds[number + 1])
        near = (distance[own] > SAME_PLACE) & (distance[own] <= REACH * longest[number])
        bonded = slice(bonds.bounds[site], bonds.bounds[site + 1])
        of_bonded = np.isin(cell.numbers[end[own][near]], cell.numbers[bonds.end[bonded]])
        of_bonded |= classes == {"METAL"}
        few = FEW if classes == {"METAL"} and len(elements) > 1 else 0
        found.append(_shell(distance[own][near], of_bonded, bonds.length[bonded], few))
    return found


def _shell(
    distances: NDArray[np.float64], counted: NDArray[np.bool_], lengths: NDArray[np.float64], few: int
) -> int | None:
    """The number of neighbours of one site up to the largest gap; None where its bonds end at a clear one.

    Args:
        distances: (n,) distances of all atoms around it, ascending.
        counted: (n,) Those that may be left out.
        lengths: (b,) lengths of its bonds.
        few: Fewer bonds than this are too few where a wider gap follows.
    """
    count = len(lengths)
    shell, width, widths = _largest_gap(distances)
    if not count or shell <= count:
        return None
    ends_at = float(lengths.max()) * NO_GAP
    left_out = int((distances[counted] <= ends_at).sum()) > int((lengths <= ends_at).sum())
    return shell if left_out or (count < few and widths[count - 1] < width) else None


def _largest_gap(distances: NDArray[np.float64]) -> tuple[int, float, NDArray[np.float64]]:
    """Neighbours up to the largest gap, its width, and all widths, in units of the shortest of the ascending distances."""
    if not len(distances):
        return 0, 0.0, distances
    ratios = distances / distances[0]
    widths = np.diff(ratios)
    allowed = np.flatnonzero((ratios[:-1] < FARTHEST) & (np.arange(1, len(ratios)) >= LEAST_SHELL))
    if not len(allowed):
        return 0, 0.0, widths
    place = int(allowed[np.argmax(widths[allowed])])
    return place + 1, float(widths[place]), widths
