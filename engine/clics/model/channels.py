"""Resolution channels: distances and angles on a logarithmic scale, as inputs of the tower.

A space group at a tolerance of 0.01 Å is decided by distortions of 0.01 Å, ten times below what radial basis functions resolve.
So every difference that symmetry makes exactly zero (gaps between neighbour distances, moments of neighbour directions, gaps
between lattice vectors, angles next to special ones) enters as a logarithm with a floor. All channels are functions of distances
and directions; no symmetry finder's output is used. Measured gains: docs/lab-notebook/training.md.
"""

from __future__ import annotations

import itertools

import numpy as np
from numpy.typing import NDArray

from clics.model.cell import shortest_vectors

Array = NDArray[np.float64]

FLOOR = 1e-4
"""Å (or unitless), added before a logarithm; smaller differences count as zero."""
SPECIAL_COSINES = np.array([0.0, 0.5, -0.5, 1 / 3, -1 / 3, 1.0, -1.0, np.sqrt(0.5), -np.sqrt(0.5)])
"""Cosines of angles that symmetry fixes: 90°, 60°, 120°, tetrahedral, linear, 45°, and their supplements."""
RANGE = 32
"""Nearest distances of each atom that the atom and crystal channels see."""
LATTICE_VECTORS = 20
"""Shortest lattice vectors whose lengths describe the lattice; a special lattice angle makes two of them equal."""
SHELL_TOLERANCES = (1e-3, 1e-2, 1e-1)
"""Å; differences of distance at which shells, and classes of atoms, are counted."""
NEIGHBOUR_RANKS = (0, 1, 2, 3, 5, 8)
"""Ranks of the edges of an atom, by difference in length, whose difference is a channel of an edge."""
RADIAL_WIDTHS = (0.02, 0.5)
"""Widths (squared, relative to the nearest distance) of the Gaussians that select the first shell and the wider neighbourhood."""
_DEGREES = (1, 2, 3, 4, 5, 6)
"""Degrees l of the bond-orientational order parameters."""

MONOMIALS = [e for d in (1, 2, 3, 4) for e in itertools.product(range(d + 1), repeat=3) if sum(e) == d]
"""Exponents of x, y, z of the monomials of degree 1 to 4, in the order of :func:`direction_sums`."""

MOMENT = len(MONOMIALS) + 1
ATOM = 2 * RANGE - 1 + len(SHELL_TOLERANCES) + len(RADIAL_WIDTHS) * len(_DEGREES) + len(SPECIAL_COSINES)
EDGE = len(NEIGHBOUR_RANKS)
_SIZES = (2 * LATTICE_VECTORS - 1, 4 * (RANGE - 1), 2 * RANGE + 3 * len(SHELL_TOLERANCES), 2)
CRYSTAL = sum(_SIZES)
CRYSTAL_PARTS = dict(zip(("lattice", "gaps", "spread", "size"), itertools.accumulate(_SIZES), strict=True))
"""End of each part of the crystal channels: lattice metric, gaps between distances, spread within an element, size."""


def log_scale(x: Array) -> Array:
    """log10(x + :data:`FLOOR`) of ``x`` ≥ 0, scaled so that 0 gives −1 and 1 gives +1."""
    return (np.log10(x + FLOOR) + 4.0) / 2.0 - 1.0


def atom_channels(
    ranges: Array, scale: float, centre: NDArray[np.int64], vector: Array, distance: Array, weights: Array
) -> NDArray[np.float32]:
    """Channels of each atom: its neighbour distances, gaps between them, order parameters, and special angles.

    Args:
        ranges: (n, RANGE) ascending neighbour distances in Å.
        scale: cube root of the volume per atom, in Å.
        centre: (E,) centre of each edge.
        vector: (E, 3) in Å.
        distance: (E,) in Å.
        weights: (E,).

    Returns:
        (n, ATOM).
    """
    n = len(ranges)
    gaps = np.diff(ranges, axis=1)
    # number of shells at each tolerance, smoothed: a gap far above the tolerance counts 1, far below it 0
    shells = np.stack([(gaps**2 / (gaps**2 + t**2)).sum(1) / RANGE for t in SHELL_TOLERANCES], 1)
    return np.concatenate(
        [
            ranges / scale - 1.5,
            log_scale(gaps),
            shells,
            _direction_moments(n, centre, vector, distance, weights),
            _special_angles(n, centre, vector / distance[:, None], weights),
        ],
        axis=1,
    ).astype(np.float32)


def direction_sums(unit: Array, weights: Array, slot: NDArray[np.int64], count: int) -> NDArray[np.float32]:
    """Sums of weighted direction monomials.

    Args:
        unit: (E, 3) unit vectors.
        weights: (E,).
        slot: (E,) the sum that each edge belongs to.
        count: number of sums.

    Returns:
        (count, MOMENT); the last column is the sum of the weights.
    """
    powers = np.stack([np.ones_like(unit), unit, unit**2, unit**3, unit**4])
    exponents = np.array([*MONOMIALS, (0, 0, 0)]).T
    values = powers[exponents[0], :, 0] * powers[exponents[1], :, 1] * powers[exponents[2], :, 2]
    sums = np.stack([np.bincount(slot, row, count) for row in values * weights], 1)
    return sums.astype(np.float32)


def edge_channels(distance: Array, edge_offsets: NDArray[np.int64]) -> NDArray[np.float32]:
    """Channels of each edge: differences of its length from the closest other lengths around the same atom.

    Args:
        distance: (E,) in Å, sorted by centre.
        edge_offsets: (n + 1,) first edge of each atom.

    Returns:
        (E, EDGE).
    """
    counts = np.diff(edge_offsets)
    width = counts.max()
    slot = np.arange(len(distance)) - np.repeat(edge_offsets[:-1], counts)
    table = np.full((len(counts), width), np.inf)
    row = np.repeat(np.arange(len(counts)), counts)
    table[row, slot] = distance
    with np.errstate(invalid="ignore"):
        difference = np.abs(table[row] - distance[:, None])
    difference[np.arange(len(distance)), slot] = np.inf
    nearest = np.sort(difference, axis=1)[:, list(NEIGHBOUR_RANKS)]
    return log_scale(np.minimum(nearest, 10.0)).astype(np.float32)


def crystal_channels(lattice: Array, numbers: NDArray[np.int64], ranges: Array, scale: float) -> NDArray[np.float32]:
    """Channels of the crystal: metric of the reduced lattice, gaps between distances, spread among atoms of an element.

    Args:
        lattice: rows (3, 3) in Å of the reduced primitive cell.
        numbers: (n,) atomic numbers.
        ranges: (n, RANGE) ascending neighbour distances in Å.
        scale: cube root of the volume per atom, in Å.

    Returns:
        (CRYSTAL,).
    """
    lengths = shortest_vectors(lattice, LATTICE_VECTORS)
    gaps = log_scale(np.diff(ranges, axis=1))
    spread = np.zeros_like(ranges)
    elements = np.unique(numbers)
    for element in elements:
        own = numbers == element
        spread[own] = ranges[own].std(0)
    sizes = np.array([(numbers == element).sum() for element in elements])
    distinct = []
    for tolerance in SHELL_TOLERANCES:
        classes = np.array([_effective_classes(ranges[numbers == element], tolerance) for element in elements])
        distinct += [classes.sum() / len(numbers), (classes / sizes).min(), np.log10(classes.sum())]
    return np.concatenate(
        [
            lengths / scale / 2.0 - 1.0,
            log_scale(np.diff(lengths)),
            gaps.mean(0),
            gaps.min(0),
            gaps.max(0),
            log_scale(np.diff(ranges, axis=1).mean(0)),
            log_scale(spread.mean(0)),
            log_scale(spread.max(0)),
            distinct,
            [np.log10(len(numbers)), scale / 2.0 - 1.0],
        ]
    ).astype(np.float32)


def _effective_classes(ranges: Array, tolerance: float) -> float:
    """Effective number of distinct distance lists (m, RANGE) at ``tolerance`` Å.

    The number is smooth, and whole where classes are far apart.
    """
    farthest = np.abs(ranges[:, None] - ranges[None]).max(2)
    members = np.exp(-((farthest / tolerance) ** 2)).sum(1)
    return float((1.0 / members).sum())


def _direction_moments(n: int, centre: NDArray[np.int64], vector: Array, distance: Array, weights: Array) -> Array:
    """Bond-orientational order parameters (n, radial × degrees), log-scaled.

    Q_l (Steinhardt, Nelson and Ronchetti, Phys. Rev. B 28, 784 (1983), doi 10.1103/PhysRevB.28.784) is zero where the
    site symmetry forbids it: all odd l at an inversion centre, l = 2 at a cubic site. By the addition theorem of
    spherical harmonics it is a sum of Legendre polynomials over pairs of edges.
    """
    unit = vector / distance[:, None]
    slot_count = np.bincount(centre, minlength=n)
    width = slot_count.max()
    offsets = np.concatenate([[0], np.cumsum(slot_count)])
    slot = np.arange(len(centre)) - offsets[centre]
    directions = np.zeros((n, width, 3))
    directions[centre, slot] = unit
    cosine = np.einsum("nki,nli->nkl", directions, directions)
    nearest = np.zeros(n)
    nearest[:] = np.inf
    np.minimum.at(nearest, centre, distance)
    out = []
    powers = [_legendre(degree, cosine) for degree in _DEGREES]
    for radial_width in RADIAL_WIDTHS:
        amplitude = np.zeros((n, width))
        amplitude[centre, slot] = weights * np.exp(-((distance / nearest[centre] - 1.0) ** 2) / radial_width)
        total = amplitude.sum(1)
        pair = amplitude[:, :, None] * amplitude[:, None, :]
        for polynomial in powers:
            power = (pair * polynomial).sum((1, 2)) / total**2
            out.append(log_scale(np.sqrt(np.maximum(power, 0.0))))
    return np.stack(out, 1)


def _legendre(degree: int, x: Array) -> Array:
    previous, current = np.ones_like(x), x
    for k in range(2, degree + 1):
        previous, current = current, ((2 * k - 1) * x * current - (k - 1) * previous) / k
    return current


def _special_angles(n: int, centre: NDArray[np.int64], unit: Array, weights: Array) -> Array:
    """Weighted mean log distance (n, 9) of the cosines of an atom's angles to each special cosine."""
    counts = np.bincount(centre, minlength=n)
    offsets = np.concatenate([[0], np.cumsum(counts)])
    slot = np.arange(len(centre)) - offsets[centre]
    directions = np.zeros((n, counts.max(), 3))
    directions[centre, slot] = unit
    amplitude = np.zeros((n, counts.max()))
    amplitude[centre, slot] = weights
    cosine = np.einsum("nki,nli->nkl", directions, directions)
    pair = amplitude[:, :, None] * amplitude[:, None, :]
    pair[:, np.arange(counts.max()), np.arange(counts.max())] = 0.0
    total = pair.sum((1, 2))
    return np.stack([(pair * log_scale(np.abs(cosine - c))).sum((1, 2)) / total for c in SPECIAL_COSINES], 1)
