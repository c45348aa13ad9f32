"""Resolution channels: the same geometry on a logarithmic scale.

A space group at 0.01 Å is decided by distortions of 0.01 Å, ten times below what radial basis functions resolve. So every
difference that symmetry would make exactly zero (gaps between neighbour distances, moments of the neighbour directions,
gaps between lattice vectors, angles next to special ones) enters as a logarithm with a floor. All of it is geometry of
distances and directions; no symmetry finder's output is used. Measured gains: docs/lab-notebook/training.md.
"""

from __future__ import annotations

import itertools

import numpy as np
from numpy.typing import NDArray

from clics.model.cell import shortest_vectors

Array = NDArray[np.float64]

FLOOR = 1e-4
"""Å (or unitless) added before a logarithm: below it, two lengths count as equal."""
SPECIAL_COSINES = np.array([0.0, 0.5, -0.5, 1 / 3, -1 / 3, 1.0, -1.0, np.sqrt(0.5), -np.sqrt(0.5)])
RANGE = 32
"""Nearest distances per atom seen by the atom and crystal channels."""
LATTICE_VECTORS = 20
"""Shortest lattice vectors whose lengths describe the lattice; a special angle shows as two equal lengths."""
_SHELL_TOLERANCES = (1e-3, 1e-2, 1e-1)
_NEIGHBOUR_RANKS = (0, 1, 2, 3, 5, 8)
_RADIAL = 2
_DEGREES = (1, 2, 3, 4, 5, 6)

MONOMIALS = [e for d in (1, 2, 3, 4) for e in itertools.product(range(d + 1), repeat=3) if sum(e) == d]
"""Exponents of x, y, z of the monomials of degree 1 to 4, in the order of :func:`direction_sums`."""

MOMENT = len(MONOMIALS) + 1
ATOM = 2 * RANGE - 1 + len(_SHELL_TOLERANCES) + _RADIAL * len(_DEGREES) + len(SPECIAL_COSINES)
EDGE = len(_NEIGHBOUR_RANKS)
_SIZES = (2 * LATTICE_VECTORS - 1, 4 * (RANGE - 1), 2 * RANGE + 3 * len(_SHELL_TOLERANCES), 2)
CRYSTAL = sum(_SIZES)
CRYSTAL_PARTS = dict(zip(("lattice", "gaps", "spread", "size"), itertools.accumulate(_SIZES), strict=True))
"""Where each part of the crystal channels ends: lattice metric, gaps between distances, spread over an element's atoms, size."""


def log_scale(x: Array) -> Array:
    """log10 of a non-negative quantity above :data:`FLOOR`, mapped so that the floor is −1 and 1 is +1."""
    return (np.log10(x + FLOOR) + 4.0) / 2.0 - 1.0


def atom_channels(
    ranges: Array, scale: float, centre: NDArray[np.int64], vector: Array, distance: Array, weights: Array
) -> NDArray[np.float32]:
    """Channels (n, ATOM) of each atom.

    ``ranges`` (n, RANGE): ascending neighbour distances in Å; ``scale``: cube root of the volume per atom; the edges by
    ``centre`` (E,), ``vector`` (E, 3) Å, ``distance`` (E,), ``weights`` (E,).
    """
    n = len(ranges)
    gaps = np.diff(ranges, axis=1)
    shells = np.stack([(gaps**2 / (gaps**2 + t**2)).sum(1) / RANGE for t in _SHELL_TOLERANCES], 1)
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
    """Weighted monomials of unit vectors (E, 3), summed into ``count`` slots; the last column sums the weights alone."""
    powers = np.stack([np.ones_like(unit), unit, unit**2, unit**3, unit**4])
    exponents = np.array([*MONOMIALS, (0, 0, 0)]).T
    values = powers[exponents[0], :, 0] * powers[exponents[1], :, 1] * powers[exponents[2], :, 2]
    sums = np.stack([np.bincount(slot, row, count) for row in values * weights], 1)
    return sums.astype(np.float32)


def edge_channels(distance: Array, edge_offsets: NDArray[np.int64]) -> NDArray[np.float32]:
    """Channels (E, EDGE): how far an edge's length is from the nearest, second nearest, … length around the same atom."""
    counts = np.diff(edge_offsets)
    width = counts.max()
    slot = np.arange(len(distance)) - np.repeat(edge_offsets[:-1], counts)
    table = np.full((len(counts), width), np.inf)
    row = np.repeat(np.arange(len(counts)), counts)
    table[row, slot] = distance
    with np.errstate(invalid="ignore"):
        difference = np.abs(table[row] - distance[:, None])
    difference[np.arange(len(distance)), slot] = np.inf
    nearest = np.sort(difference, axis=1)[:, list(_NEIGHBOUR_RANKS)]
    return log_scale(np.minimum(nearest, 10.0)).astype(np.float32)


def crystal_channels(lattice: Array, numbers: NDArray[np.int64], ranges: Array, scale: float) -> NDArray[np.float32]:
    """Channels (CRYSTAL,) of the whole: metric of the reduced primitive lattice and how far atoms of a kind differ."""
    lengths = shortest_vectors(lattice, LATTICE_VECTORS)
    gaps = log_scale(np.diff(ranges, axis=1))
    spread = np.zeros_like(ranges)
    kinds = np.unique(numbers)
    for kind in kinds:
        own = numbers == kind
        spread[own] = ranges[own].std(0)
    distinct = []
    for tolerance in _SHELL_TOLERANCES:
        per_kind = np.array([_effective_classes(ranges[numbers == kind], tolerance) for kind in kinds])
        sizes = np.array([(numbers == kind).sum() for kind in kinds])
        distinct += [per_kind.sum() / len(numbers), (per_kind / sizes).min(), np.log10(per_kind.sum())]
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
    """Into how many classes the atoms' distance lists (m, RANGE) fall at ``tolerance`` Å; smooth, and whole where it is clear."""
    farthest = np.abs(ranges[:, None] - ranges[None]).max(2)
    mates = np.exp(-((farthest / tolerance) ** 2)).sum(1)
    return float((1.0 / mates).sum())


def _direction_moments(n: int, centre: NDArray[np.int64], vector: Array, distance: Array, weights: Array) -> Array:
    """Steinhardt-like norms (n, radial × degrees) of each atom's neighbour directions, log-scaled.

    The norm of degree l is zero where the site's symmetry forbids it (all odd ones at an inversion centre, 2 at a cubic
    site). By the addition theorem it is a sum of Legendre polynomials over pairs of edges (Phys. Rev. B 28, 784 (1983),
    doi 10.1103/PhysRevB.28.784).
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
    for radial in range(_RADIAL):
        amplitude = np.zeros((n, width))
        amplitude[centre, slot] = weights * np.exp(
            -((distance / nearest[centre] - 1.0) ** 2) / (0.02 if radial == 0 else 0.5)
        )
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
    """Per atom and special cosine, the weighted mean log-distance (n, 9) of its angles to that cosine."""
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
