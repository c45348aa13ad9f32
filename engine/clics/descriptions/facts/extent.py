"""How far the matter of a cell reaches: everywhere, or with vacuum around it (slab, wire, molecule in a box)."""

from __future__ import annotations

from collections import defaultdict

import numpy as np
from numpy.typing import NDArray
from pymatgen.optimization.neighbors import find_points_in_spheres
from scipy.sparse import coo_matrix
from scipy.sparse.csgraph import breadth_first_order, connected_components

from clics.descriptions.facts.indices import Vector, span
from clics.descriptions.robocrys.conventional_cell import Cell
from clics.elements import BY_SYMBOL

VACUUM = 4.0
"""Å. Atoms farther apart than their covalent radii and this do not touch. In crystals the gap between atoms that are not
bonded is 1.4 (layers of MoS2), 1.6 (argon), 2.0 (graphite) to 3.0 (helium); models of surfaces and of molecules keep 8 or more
apart."""

LARGEST_RADIUS = 2.6
"""Å, the covalent radius of francium; taken for elements of which none is known."""

_WEIGHTS = np.array([1 << 45, 1 << 30, 1 << 15, 1])
"""With which part and lattice translation become one number."""

_PERIODIC = np.array([1, 1, 1], dtype=np.int64)


def extent_of(cell: Cell) -> tuple[int, Vector | None]:
    """In how many directions atoms touch without end, 0 to 3, and the direction (1) or plane (2) on the cell's axes."""
    begin, end, image = _contacts(cell)
    count = len(cell.symbols)
    graph = coo_matrix((np.ones(len(begin)), (begin, end)), (count, count)).tocsr()
    _, label = connected_components(graph, directed=False)
    shift = _shifts(graph, label, begin, end, image)
    walks: dict[int, list[Vector]] = defaultdict(list)
    closed = np.column_stack([label[begin], shift[begin] + image - shift[end]]).astype(np.int64)
    _, once = np.unique(closed @ _WEIGHTS, return_index=True)
    for part, a, b, c in closed[once].tolist():
        walks[part].append((a, b, c))
    spans = [span(each) for each in walks.values()]
    return max(spans, key=lambda each: each[0], default=(0, None))


def empty_width(cell: Cell, plane: Vector) -> float:
    """Width in Å of the widest layer parallel to a plane (hkl) that holds no centre of an atom."""
    height = np.sort(np.mod(cell.frac @ np.array(plane), 1))
    widest = np.diff(height, append=height[0] + 1).max()
    return float(widest / np.linalg.norm(np.linalg.inv(cell.matrix) @ np.array(plane)))


def _contacts(cell: Cell) -> tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.int64]]:
    """Pairs of atoms that touch (m,), (m,) from either end, and the lattice image (m, 3) of the second."""
    radius_of = {symbol: BY_SYMBOL[symbol].covalent_radius for symbol in set(cell.symbols)}
    radius = np.nan_to_num(np.array([radius_of[symbol] for symbol in cell.symbols]), nan=LARGEST_RADIUS)
    places = cell.frac @ cell.matrix
    begin, end, image, distance = find_points_in_spheres(
        places, places, 2 * float(radius.max()) + VACUUM, _PERIODIC, cell.matrix, 1e-8
    )
    near = distance <= radius[begin] + radius[end] + VACUUM
    return begin[near], end[near], image[near].astype(np.int64)


def _shifts(
    graph: object,
    label: NDArray[np.int64],
    begin: NDArray[np.int64],
    end: NDArray[np.int64],
    image: NDArray[np.int64],
) -> NDArray[np.int64]:
    """The lattice image (n, 3) in which every atom hangs together with the first of its part."""
    count = len(label)
    pair, first = np.unique(begin.astype(np.int64) * count + end, return_index=True)
    shift = np.zeros((count, 3), dtype=np.int64)
    for start in np.unique(label, return_index=True)[1].tolist():
        order, before = breadth_first_order(graph, start, directed=False)
        for atom in order[1:].tolist():
            previous = int(before[atom])
            step = image[first[np.searchsorted(pair, previous * count + atom)]]
            shift[atom] = shift[previous] + step
    return shift
