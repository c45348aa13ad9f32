"""The crystal graph: plain numpy arrays, the same for every cell, origin, order and orientation of one crystal.

Here a graph is cut: :func:`build_graph` keeps the 12 nearest neighbours of each atom *with ties*. A hard cut would split a
shell of equal distances and make the graph depend on rounding; instead every neighbour within ``tie_width`` beyond the
twelfth stays, with a weight that falls smoothly from 1 to 0 over that width. The line graph is implicit: all pairs of edges
that share their centre atom.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from clics.errors import CrystalError
from clics.model import channels
from clics.model.cell import primitive_cell
from clics.model.equivalence import same_surroundings
from clics.model.reflections import reflection_channels

Array = NDArray[np.float64]

_MAX_BLOCK = 2_000_000
"""Atom–image distances computed at once: bounds memory to some 100 MB."""


@dataclass(frozen=True, slots=True)
class GraphSettings:
    """How graphs are cut. Stored with the model: vectors of differently cut graphs must never meet."""

    neighbours: int = 12
    tie_width: float = 0.1
    """Å beyond the last neighbour over which further neighbours fade out (0: a hard cut through shells of equal distance)."""
    range_neighbours: int = 32
    """Nearest distances per atom that the atom channels see (they are not edges)."""


@dataclass(frozen=True, slots=True)
class CrystalGraph:
    """One crystal's graph: ``n`` kinds of atoms of the primitive cell, ``E`` directed edges sorted by centre.

    Atoms with the same surroundings are one kind (:mod:`clics.model.equivalence`); an edge ends at a kind.
    """

    numbers: NDArray[np.int64]
    """(n,) atomic numbers."""
    multiplicity: NDArray[np.int64]
    """(n,) atoms of this kind in the primitive cell."""
    edge_offsets: NDArray[np.int64]
    """(n + 1,); kind i is the centre of edges ``[edge_offsets[i], edge_offsets[i + 1])``."""
    neighbours: NDArray[np.int64]
    """(E,) the kind at the far end."""
    vectors: NDArray[np.float32]
    """(E, 3) Å, centre to neighbour, of one atom of the kind."""
    weights: NDArray[np.float32]
    """(E,) in (0, 1]."""
    moments: NDArray[np.float32]
    """(E, channels.MOMENT) weighted monomials of the directions of this edge, summed over the atoms of the kind."""
    atom_channels: NDArray[np.float32]
    """(n, channels.ATOM) resolution channels of each kind."""
    edge_channels: NDArray[np.float32]
    """(E, channels.EDGE)."""
    crystal_channels: NDArray[np.float32]
    """(channels.CRYSTAL,) lattice metric and tie statistics."""
    reflections: NDArray[np.float32]
    """(reflections.REFLECTIONS,) structure factors of the kinds of atoms."""
    site_orbit: NDArray[np.int64]
    """The kind of every atom of the crystal as it was given, in its order."""


def build_graph(lattice: Array, numbers: NDArray[np.int64], frac: Array, settings: GraphSettings) -> CrystalGraph:
    """The graph of a crystal given as lattice rows (3, 3) Å, atomic numbers (n,), fractional coordinates (n, 3)."""
    lattice, numbers, frac, became = primitive_cell(
        np.asarray(lattice, np.float64), np.asarray(numbers, np.int64), np.asarray(frac, np.float64)
    )
    wanted = max(settings.neighbours, settings.range_neighbours)
    distance, vector, target, offsets = _neighbour_lists(lattice, frac, wanted, settings.tie_width)
    first = offsets[:-1]
    centre = np.repeat(np.arange(len(numbers)), np.diff(offsets))
    ranges = distance[first[:, None] + np.arange(settings.range_neighbours)]
    keep, weights = _cut(distance, first, centre, settings)
    centre, target, vector, distance = centre[keep], target[keep], vector[keep], distance[keep]
    offsets = np.concatenate([[0], np.cumsum(np.bincount(centre, minlength=len(numbers)))])
    kind = same_surroundings(numbers, ranges, offsets, target, vector, weights)
    # the k-th edge of every atom of a kind is the same edge up to orientation: order by far kind, then distance
    order = np.lexsort((distance, kind[target], centre))
    target, vector, distance, weights = target[order], vector[order], distance[order], weights[order]
    multiplicity = np.bincount(kind)
    # one atom stands for its kind: the tightest, so that rounding does not let the order of the atoms decide
    by_tightness = np.lexsort((ranges.sum(1), kind))
    first = by_tightness[np.concatenate([[0], np.cumsum(multiplicity)[:-1]])]
    rows = np.concatenate([np.arange(offsets[atom], offsets[atom + 1]) for atom in first])
    edge_offsets = np.concatenate([[0], np.cumsum(np.diff(offsets)[first])])
    slot = np.arange(len(centre)) - offsets[centre]
    scale = (abs(np.linalg.det(lattice)) / len(numbers)) ** (1 / 3)
    kind_centre = np.repeat(np.arange(len(first)), np.diff(edge_offsets))
    return CrystalGraph(
        numbers=numbers[first],
        multiplicity=multiplicity,
        edge_offsets=edge_offsets,
        neighbours=kind[target[rows]],
        vectors=vector[rows].astype(np.float32),
        weights=weights[rows].astype(np.float32),
        moments=channels.direction_sums(
            vector / distance[:, None], weights, edge_offsets[kind[centre]] + slot, len(rows)
        ),
        atom_channels=channels.atom_channels(
            ranges[first], scale, kind_centre, vector[rows], distance[rows], weights[rows]
        ),
        edge_channels=channels.edge_channels(distance[rows], edge_offsets),
        crystal_channels=channels.crystal_channels(lattice, numbers, ranges, scale),
        reflections=reflection_channels(lattice, frac, kind).astype(np.float32),
        site_orbit=kind[became],
    )


def _cut(
    distance: Array, first: NDArray[np.int64], centre: NDArray[np.int64], settings: GraphSettings
) -> tuple[NDArray[np.bool_], Array]:
    """Which edges stay, and the weights of those."""
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
    radius = (3 * (count + 8) * volume / (4 * np.pi * n)) ** (1 / 3) * 1.1 + margin
    heights = volume / np.linalg.norm(np.cross(lattice[[1, 2, 0]], lattice[[2, 0, 1]]), axis=1)
    cartesian = frac @ lattice
    for _ in range(60):
        reach = np.ceil(radius / heights).astype(int) + 1
        if np.prod(2.0 * reach + 1) * n > 3e7:
            raise CrystalError(
                "The cell is too flat or too empty for a crystal graph (its twelfth neighbour is too far away); check the "
                "lattice and the units.",
                kind="absurd-volume",
            )
        shifts = (
            np.stack(np.meshgrid(*[np.arange(-r, r + 1) for r in reach], indexing="ij"), -1).reshape(-1, 3) @ lattice
        )
        found = _within(cartesian, shifts, radius)
        counts = np.bincount(found[0], minlength=n)
        if counts.min() >= count:
            offsets = np.concatenate([[0], np.cumsum(counts)])
            far = found[1][offsets[:-1] + count - 1]
            if far.max() + margin <= radius:
                return found[1], found[2], found[3], offsets
            radius = far.max() + margin + 1e-6
        else:
            radius *= 1.25
    raise CrystalError("No neighbours were found around an atom; check the lattice.", kind="absurd-volume")


def _within(
    cartesian: Array, shifts: Array, radius: float
) -> tuple[NDArray[np.int64], Array, Array, NDArray[np.int64]]:
    """Centre, distance, vector and far atom of all pairs within ``radius``, sorted by centre, then distance."""
    n = len(cartesian)
    # the shifts fill a box around a sphere that most of them lie outside of: only images that some atom may reach are compared
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
    order = np.lexsort((distance, centre))
    return centre[order], distance[order], vector[order], target[order]
