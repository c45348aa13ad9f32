"""Structure factors of inequivalent sites: a small diffraction pattern that shows screw axes and glide planes.

Message passing over bonds sees the surroundings of an atom, but hardly the arrangement of equivalent atoms in the cell, by which
many space groups differ. A reflection at which every set of equivalent atoms scatters nothing is systematically absent
(International Tables for Crystallography A, section 1.6.4, doi 10.1107/97809553602060000114). Magnitudes do not depend on the
origin. They depend on the basis; an average over all reduced bases removes that, and is smooth where two bases are nearly equally
reduced. No symmetry finder's output is used.
"""

from __future__ import annotations

import itertools

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]

_AXIAL = (3, 4, 6)
"""Orders of the axial reflections beyond (2, 0, 0), for the absences of screw axes."""
FLOOR = 1e-3
"""Magnitude (of at most 1) below which a reflection counts as absent: displacements of about 0.001 Å."""
_FORM = np.array([[1.0, 0.05, 0.03], [0.05, 0.9, 0.02], [0.03, 0.02, 0.8]])
"""A basis is the more reduced, the smaller the sum of its metric over V^(2/3) with these weights; shortest vector first."""
BLEND = 2e-4
"""Scale of the differences of that sum at which bases are averaged (0.3 % in the axes)."""
LEAST = 1e-3
"""Weight below which a basis is left out of the average."""


def _indices() -> NDArray[np.int64]:
    small = [h for h in itertools.product(range(-2, 3), repeat=3) if h > (0, 0, 0)]
    axial = [tuple(n * int(i == axis) for i in range(3)) for axis in range(3) for n in _AXIAL]
    return np.array(small + axial)


def _changes() -> NDArray[np.int64]:
    """Changes of basis with entries −1, 0, 1 and determinant 1; inversion of a basis changes no magnitude."""
    rows = np.array(list(itertools.product((-1, 0, 1), repeat=3)))
    every = np.stack(np.broadcast_arrays(rows[:, None, None], rows[None, :, None], rows[None, None]), -2).reshape(
        -1, 3, 3
    )
    unimodular: NDArray[np.int64] = every[np.rint(np.linalg.det(every)) == 1]
    return unimodular


INDICES = _indices()
"""Reflections (h, k, l) in the reduced basis."""
REFLECTIONS = 3 * len(INDICES)
CHANGES = _changes()
"""(m, 3, 3) from a reduced basis to every other one that may be as reduced."""
FORMS = np.einsum("mij,il,mlk->mjk", CHANGES, _FORM, CHANGES).reshape(-1, 9)
"""Weights of the metric of the original basis that give the sum of each changed one."""


def reflection_channels(lattice: Array, frac: Array, site: NDArray[np.int64]) -> Array:
    """Channels of a crystal in its reduced primitive cell.

    For each reflection, with the magnitude of a site between 0 and 1: the largest magnitude on a log scale (is it absent?), the
    mean square over atoms, and on a log scale the difference of the smallest from 1 (do all sites scatter in phase?).

    Args:
        lattice: rows (3, 3) in Å.
        frac: (n, 3) fractional coordinates.
        site: (n,) inequivalent site of each atom.

    Returns:
        (REFLECTIONS,).
    """
    count = np.bincount(site)
    members = (np.arange(len(count))[:, None] == site) / count[:, None]
    bases, weights = _reduced_bases(lattice)
    indices = np.rint(INDICES @ np.linalg.inv(bases).transpose(0, 2, 1))  # of each basis, in terms of the given one
    magnitude = np.abs(members @ np.exp(2j * np.pi * (frac @ indices.transpose(0, 2, 1))))
    mean_square = count @ magnitude**2 / count.sum()
    parts = [_log(magnitude.max(1)), 2 * mean_square - 1, _log(np.clip(1 - magnitude.min(1), 0, None))]
    mean: Array = weights @ np.concatenate(parts, 1)
    return mean


def _log(x: Array) -> Array:
    """log10(x + floor), scaled so that 0 gives −1 and 1 gives +1."""
    return (np.log10(x + FLOOR) + 3.0) / 1.5 - 1.0


def _reduced_bases(lattice: Array) -> tuple[NDArray[np.int64], Array]:
    """Changes (m, 3, 3) from ``lattice`` to its reduced bases and their weights (m,), which add up to 1."""
    metric = lattice @ lattice.T / abs(np.linalg.det(lattice)) ** (2 / 3)
    sums = FORMS @ metric.ravel()
    weights = np.exp(-(sums - sums.min()) / BLEND)
    kept = weights > LEAST
    return CHANGES[kept], weights[kept] / weights[kept].sum()
