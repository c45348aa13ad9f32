"""The crystal graph in numpy, independent of the choice of cell, origin, orientation and order of atoms.

:func:`build_graph` connects each atom of the primitive cell with its 12 nearest neighbours *and ties*. A hard cut would split a
shell of equal distances and make the graph depend on rounding; instead every neighbour within ``tie_width`` beyond the twelfth
is kept, with a weight that falls smoothly from 1 to 0 over that width. The line graph is implicit: all pairs of edges that share
their centre.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from clics.errors import CrystalError
from clics.model import channels, compiled_graph
from clics.model.cell import primitive_cell
from clics.model.equivalence import equivalence_classes
from clics.model.reflections import reflection_channels

Array = NDArray[np.float64]

OUT_OF_REACH = (
    "The cell is too flat or too empty for a crystal graph (its twelfth neighbour is too far away); check the lattice and the "
    "units."
)
_MAX_BLOCK = 2_000_000
"""Atom–image distances computed at once: bounds memory to some 100 MB."""


@dataclass(frozen=True, slots=True)
class GraphSettings:
    """Construction of graphs; stored with the model, since vectors of differently built graphs must never be compared.

    Attributes:
        neighbours: nearest neighbours of an atom that get an edge of weight 1.
        tie_width: Å beyond the last of these over which further edges fade out; 0: a hard cut.
        range_neighbours: nearest distances of an atom that its resolution channels see; they are not edges.
    """

    neighbours: int = 12
    tie_width: float = 0.1
    range_neighbours: int = 32


@dataclass(frozen=True, slots=True)
class CrystalGraph:
    """The graph of a crystal: ``n`` inequivalent sites of the primitive cell, ``E`` directed edges sorted by centre.

    Atoms with the same surroundings are one site (:mod:`clics.model.equivalence`); an edge ends at a site.

    Attributes:
        numbers: (n,) atomic numbers.
        multiplicity: (n,) atoms of the primitive cell that the site stands for.
        edge_offsets: (n + 1,); site i is the centre of edges ``[edge_offsets[i], edge_offsets[i + 1])``.
        neighbours: (E,) site at the far end.
        vectors: (E, 3) Å, from centre to neighbour, of one atom of the site.
        weights: (E,) in (0, 1].
        moments: (E, MOMENT) weighted monomials of this edge's directions, summed over the atoms of the site.
        atom_channels: (n, ATOM) resolution channels of each site (:mod:`clics.model.channels`).
        edge_channels: (E, EDGE) resolution channels of each edge.
        crystal_channels: (CRYSTAL,) lattice metric and statistics over all atoms.
        reflections: (REFLECTIONS,) structure-factor channels (:mod:`clics.model.reflections`).
        site_orbit: (m,) site of every atom of the crystal as it was given, in the order given.
    """

    numbers: NDArray[np.int64]
    multiplicity: NDArray[np.int64]
    edge_offsets: NDArray[np.int64]
    neighbours: NDArray[np.int64]
    vectors: NDArray[np.float32]
    weights: NDArray[np.float32]
    moments: NDArray[np.float32]
    atom_channels: NDArray[np.float32]
    edge_channels: NDArray[np.float32]
    crystal_channels: NDArray[np.float32]
    reflections: NDArray[np.float32]
    site_orbit: NDArray[np.int64]


def build_graph(lattice: Array, numbers: NDArray[np.int64], frac: Array, settings: GraphSettings) -> CrystalGraph:
    """Build the graph of a crystal.

    Args:
        lattice: rows a, b, c (3, 3) in Å.
        numbers: (m,) atomic numbers.
        frac: (m, 3) fractional coordinates.
        settings: of the model that reads the graph.

    Raises:
        CrystalError: an atom's neighbours are out of reach (kind ``absurd-volume``), or a number is not finite
            (``not-finite``).
    """
    lattice, numbers = np.asarray(lattice, np.float64), np.asarray(numbers, np.int64)
    frac = np.asarray(frac, np.float64)
    if not (np.isfinite(lattice).all() and np.isfinite(frac).all()):
        raise CrystalError("A coordinate or a lattice vector is not a finite number.", kind="not-finite")
    if compiled_graph.available(settings):
        fields = compiled_graph.build(lattice, numbers, frac, settings)
        if fields is None:
            raise CrystalError(OUT_OF_REACH, kind="absurd-volume")
        return CrystalGraph(*fields)
    return build_in_numpy(lattice, numbers, frac, settings)


def build_in_numpy(lattice: Array, numbers: NDArray[np.int64], frac: Array, settings: GraphSettings) -> CrystalGraph:
    """:func:`build_graph` without the compiled kernel, for which it is the reference."""
    lattice, numbers, frac, primitive_atom = primitive_cell(lattice, numbers, frac)
    count = max(settings.neighbours, settings.range_neighbours)
    distance, vector, target, offsets = _neighbour_lists(lattice, frac, count, settings.tie_width)
    first = offsets[:-1]
    centre = np.repeat(np.arange(len(numbers)), np.diff(offsets))
    ranges = np.sort(distance[first[:, None] + np.arange(settings.range_neighbours)], axis=1)
    keep, weights = _keep_ties(distance, first, centre, settings)
    centre, target, vector, distance = centre[keep], target[keep], vector[keep], distance[keep]
    offsets = np.concatenate([[0], np.cumsum(np.bincount(centre, minlength=len(numbers)))])
    site = equivalence_classes(numbers, ranges, offsets, target, vector, weights)
    # the k-th edge of every atom of a site is the same edge up to orientation: order by far site, then distance
    order = np.lexsort((in_steps(distance), site[target], centre))
    target, vector, distance, weights = target[order], vector[order], distance[order], weights[order]
    multiplicity = np.bincount(site)
    # one atom represents its site: that with the shortest distances, so that the order of the atoms does not decide
    by_tightness = np.lexsort((in_steps(ranges.sum(1)), site))
    first = by_tightness[np.concatenate([[0], np.cumsum(multiplicity)[:-1]])]
    rows = np.concatenate([np.arange(offsets[atom], offsets[atom + 1]) for atom in first])
    edge_offsets = np.concatenate([[0], np.cumsum(np.diff(offsets)[first])])
    slot = np.arange(len(centre)) - offsets[centre]
    # distances and lattice vectors enter the channels in units of this length, so that crystals of any density compare
    scale = (abs(np.linalg.det(lattice)) / len(numbers)) ** (1 / 3)
    site_centre = np.repeat(np.arange(len(first)), np.diff(edge_offsets))
    return CrystalGraph(
        numbers=numbers[first],
        multiplicity=multiplicity,
        edge_offsets=edge_offsets,
        neighbours=site[target[rows]],
        vectors=vector[rows].astype(np.float32),
        weights=weights[rows].astype(np.float32),
        moments=channels.direction_sums(
            vector / distance[:, None], weights, edge_offsets[site[centre]] + slot, len(rows)
        ),
        atom_channels=channels.atom_channels(
            ranges[first], scale, site_centre, vector[rows], distance[rows], weights[rows]
        ),
        edge_channels=channels.edge_channels(distance[rows], edge_offsets),
        crystal_channels=channels.crystal_channels(lattice, numbers, ranges, scale),
        reflections=reflection_channels(lattice, frac, site).astype(np.float32),
        site_orbit=site[primitive_atom],
    )


def in_steps(x: Array) -> Array:
    """Lengths in whole steps of some 1e-7 Å: those that differ by rounding alone are equal.

    The step is no round number, so that lengths of round numbers do not lie half-way between two steps.
    """
    return np.rint(x * 9876543.21)


def _keep_ties(
    distance: Array, first: NDArray[np.int64], centre: NDArray[np.int64], settings: GraphSettings
) -> tuple[NDArray[np.bool_], Array]:
    """Mask of the edges that are kept, and the weights of those: 1, and a smoothstep to 0 over the tie width."""
    if settings.tie_width == 0.0:
        keep = np.arange(len(distance)) - first[centre] < settings.neighbours
        return keep, np.ones(int(keep.sum()))
    last = distance[first + settings.neighbours - 1]
    overshoot = (distance - last[centre]) / settings.tie_width
    keep = overshoot < 1.0
    x = np.clip(overshoot[keep], 0.0, 1.0)
    return keep, 1.0 - x * x * (3.0 - 2.0 * x)


def _neighbour_lists(
    lattice: Array, frac: Array, count: int, margin: float
) -> tuple[Array, Array, NDArray[np.int64], NDArray[np.int64]]:
    """All neighbours of each atom out to ``margin`` Å beyond its ``count``-th, sorted by distance.

    Returns distances (E,), vectors (E, 3), atoms at the far end (E,), offsets (n + 1,).
    """
    n = len(frac)
    volume = abs(np.linalg.det(lattice))
    # first guess: the sphere that holds some more than ``count`` atoms at the mean density
    radius = (3 * (count + 8) * volume / (4 * np.pi * n)) ** (1 / 3) * 1.1 + margin
    heights = volume / np.linalg.norm(np.cross(lattice[[1, 2, 0]], lattice[[2, 0, 1]]), axis=1)
    cartesian = frac @ lattice
    for _ in range(60):
        reach = np.ceil(radius / heights).astype(int) + 1
        if np.prod(2.0 * reach + 1) * n > 3e7:
            raise CrystalError(OUT_OF_REACH, kind="absurd-volume")
        shifts = (
            np.stack(np.meshgrid(*[np.arange(-r, r + 1) for r in reach], indexing="ij"), -1).reshape(-1, 3) @ lattice
        )
        centre, distance, vector, target = _within(cartesian, shifts, radius)
        counts = np.bincount(centre, minlength=n)
        if counts.min() >= count:
            offsets = np.concatenate([[0], np.cumsum(counts)])
            last = distance[offsets[:-1] + count - 1]
            if last.max() + margin <= radius:
                return distance, vector, target, offsets
            radius = last.max() + margin + 1e-6
        else:
            radius *= 1.25
    raise CrystalError(OUT_OF_REACH, kind="absurd-volume")


def _within(
    cartesian: Array, shifts: Array, radius: float
) -> tuple[NDArray[np.int64], Array, Array, NDArray[np.int64]]:
    """Centre, distance, vector and far atom of all pairs within ``radius``, sorted by centre, then distance."""
    n = len(cartesian)
    # the shifts fill a box; most lie outside the sphere in it, so only images that some atom may reach are compared
    gap = cartesian - cartesian.mean(0)
    extent = np.sqrt(np.einsum("ai,ai->a", gap, gap).max()) + 1e-6
    shifts = shifts[np.einsum("ai,ai->a", shifts, shifts) <= (radius + 2 * extent) ** 2]
    gap = (gap[None] + shifts[:, None]).reshape(-1, 3)
    near = np.flatnonzero(np.einsum("ai,ai->a", gap, gap) <= (radius + extent) ** 2)
    images = (cartesian[None] + shifts[:, None]).reshape(-1, 3)
    images = images[near]
    block = max(1, _MAX_BLOCK // len(images))
    centres, vectors, targets = [], [], []
    for start in range(0, n, block):
        gap = images[None] - cartesian[start : start + block, None]
        squared = np.einsum("abi,abi->ab", gap, gap)
        centre, image = np.nonzero((squared <= radius * radius) & (squared > 1e-8))
        centres.append(centre + start)
        vectors.append(gap[centre, image])
        targets.append(near[image] % n)
    centre, vector, target = np.concatenate(centres), np.concatenate(vectors), np.concatenate(targets)
    distance = np.linalg.norm(vector, axis=1)
    # equal distances are ordered by their vectors, so that neither rounding nor the choice of the cell decides
    order = np.lexsort((*in_steps(vector[:, ::-1]).T, in_steps(distance), centre))
    return centre[order], distance[order], vector[order], target[order]
