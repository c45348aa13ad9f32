"""Structure factors of the kinds of atoms: the small diffraction pattern in which a crystallographer reads screw axes and glides.

Message passing over bonds sees what surrounds an atom, hardly how equivalent atoms lie in the cell; but a space group is
told from its neighbours by just that. Where all kinds of atoms scatter nothing at a reflection, it is systematically absent
(International Tables for Crystallography A, section 1.6.4, doi 10.1107/97809553602060000114). Magnitudes do not depend on the
origin; that they depend on the chosen basis is removed by an average over all reduced bases, smooth where one is about to
take another's place. Geometry alone: no symmetry finder's output is used.
"""

from __future__ import annotations

import itertools

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]

_AXIAL = (3, 4, 6)
_FLOOR = 1e-3
"""Magnitude (of at most 1) below which a reflection counts as absent: atoms off their ideal places by about 0.001 Å."""
_FORM = np.array([[1.0, 0.05, 0.03], [0.05, 0.9, 0.02], [0.03, 0.02, 0.8]])
"""The reduced basis is that whose metric, over V^(2/3), has the least sum with these weights: the shortest vector first."""
_BLEND = 2e-4
"""Bases whose sums differ by no more than some such amounts (axes by 0.3 %) are averaged."""
_LEAST = 1e-3


def _indices() -> NDArray[np.int64]:
    small = [h for h in itertools.product(range(-2, 3), repeat=3) if h > (0, 0, 0)]
    axial = [tuple(n * int(i == axis) for i in range(3)) for axis in range(3) for n in _AXIAL]
    return np.array(small + axial)


def _changes() -> NDArray[np.int64]:
    """Changes of basis by entries −1, 0, 1 and of determinant 1 (a basis and its inverse have the same magnitudes)."""
    rows = np.array(list(itertools.product((-1, 0, 1), repeat=3)))
    every = np.stack(np.broadcast_arrays(rows[:, None, None], rows[None, :, None], rows[None, None]), -2).reshape(
        -1, 3, 3
    )
    unimodular: NDArray[np.int64] = every[np.rint(np.linalg.det(every)) == 1]
    return unimodular


INDICES = _indices()
"""Reflections (h, k, l) in the reduced basis."""
REFLECTIONS = 3 * len(INDICES)
_CHANGES = _changes()
_FORMS = np.einsum("mij,il,mlk->mjk", _CHANGES, _FORM, _CHANGES).reshape(-1, 9)
"""What the metric of the original basis is weighed with to give the sum of each changed one."""


def reflection_channels(lattice: Array, frac: Array, kind: NDArray[np.int64]) -> Array:
    """Channels (REFLECTIONS,) of a reduced primitive cell: rows (3, 3), coordinates (n, 3) and kinds (n,) of atoms.

    Of each reflection, with magnitudes of a kind of atoms from 0 to 1: the largest magnitude on a log scale (absent?), the
    mean square over atoms, and on a log scale how far the least is from 1 (do all atoms scatter in phase?).
    """
    count = np.bincount(kind)
    mine = (np.arange(len(count))[:, None] == kind) / count[:, None]
    bases, weights = _reduced_bases(lattice)
    indices = np.rint(INDICES @ np.linalg.inv(bases).transpose(0, 2, 1))  # of each basis, in the given one's terms
    size = np.abs(mine @ np.exp(2j * np.pi * (frac @ indices.transpose(0, 2, 1))))
    share = count @ size**2 / count.sum()
    parts = [_log(size.max(1)), 2 * share - 1, _log(np.clip(1 - size.min(1), 0, None))]
    mean: Array = weights @ np.concatenate(parts, 1)
    return mean


def _log(x: Array) -> Array:
    """log10 above the floor, from −1 at the floor to about 1."""
    return (np.log10(x + _FLOOR) + 3.0) / 1.5 - 1.0


def _reduced_bases(lattice: Array) -> tuple[NDArray[np.int64], Array]:
    """Changes (m, 3, 3) from ``lattice`` to its reduced bases and their weights (m,), which add up to 1."""
    metric = lattice @ lattice.T / abs(np.linalg.det(lattice)) ** (2 / 3)
    sums = _FORMS @ metric.ravel()
    weights = np.exp(-(sums - sums.min()) / _BLEND)
    kept = weights > _LEAST
    return _CHANGES[kept], weights[kept] / weights[kept].sum()
