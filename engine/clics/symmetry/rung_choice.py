"""Which of several groups a crystal has, by an information criterion.

A group is a model of the crystal: a symmetric cell with some free numbers, and noise. More free numbers leave less noise; the
criterion is −2 ln of the probability of the cell under the model, with the unknown sizes of noise and distortions integrated
out (a Bayes factor; R. E. Kass and A. E. Raftery, J. Am. Stat. Assoc. 90, 773 (1995), doi:10.1080/01621459.1995.10476572).

The coordinates fall into three orthogonal parts, and so do the numbers of the metric:

- what breaks the group: noise, either that of a clean crystal (normal, of a known size), or normal with an unknown variance
  (inverse gamma prior);
- what the group leaves free although a larger group among the candidates, its parent, would fix it: a distortion of unknown size,
  the same with another prior;
- what the parent leaves free too: anything.

Atoms and lattice have noise of their own. A larger group is more probable beforehand, a crystal with a parent less.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from clics.symmetry.approximate_operations import Floats


@dataclass(frozen=True, slots=True)
class Prior:
    """What is thought of sizes before the crystal is seen.

    Attributes:
        clean: Size of the noise of clean crystals, in Å for atoms, without unit for the strain of the lattice.
        clean_gain: How much more probable clean crystals are than noisy ones, as a difference of the criterion.
        noise: Typical size of the noise of noisy crystals.
        noise_weight: How many observations this is worth.
        distortion: Typical size of a distortion that breaks a parent's symmetry.
        distortion_weight: How many observations this is worth.
        free: Size of what is free in the parent too.
    """

    clean: float
    clean_gain: float
    noise: float
    noise_weight: float
    distortion: float
    distortion_weight: float
    free: float


ATOMS = Prior(
    clean=7.6e-4, clean_gain=15.5, noise=0.0245, noise_weight=1.1, distortion=0.088, distortion_weight=4.7, free=0.445
)
LATTICE = Prior(
    clean=1.55e-4, clean_gain=-3.4, noise=4e-3, noise_weight=7e-4, distortion=6e-4, distortion_weight=0.5, free=1.2
)
PARENT_COST = 4.8
"""Cost of breaking the symmetry of a parent."""
ORDER_GAIN = 7.6
"""Gain by each factor of e in the number of operations; this and the priors are fitted (docs/lab-notebook/symmetry-ladder.md)."""


@dataclass(frozen=True, slots=True)
class Model:
    """A group as a model of one given cell.

    Attributes:
        shifts: Displacement in Å of each atom of the given cell (n, 3) to where the group wants it; their mean is zero.
        strain: The same of the lattice, a symmetric strain (3, 3).
        free_coordinates: Free coordinates of atoms, but for the choice of the origin.
        free_lattice: Free cell parameters, 1 to 6.
        order: Number of operations for the given cell, translations within it included.
    """

    shifts: Floats
    strain: Floats
    free_coordinates: int
    free_lattice: int
    order: int


def costs(models: Sequence[Model]) -> Floats:
    """The criterion of each group (k,) for one and the same cell, up to a constant; the least is the best.

    The same as −2 ln of their probability: a difference of 6 is a ratio of 20.
    """
    shifts = np.array([model.shifts.ravel() for model in models])
    strains = np.array([model.strain.ravel() for model in models])
    moved, stretched = shifts @ shifts.T, np.einsum("ij,ij->i", strains, strains)
    coordinates = shifts.shape[1] - 3
    out = np.empty(len(models))
    for i, model in enumerate(models):
        parents = [j for j, other in enumerate(models) if j != i and _contains(other, model, moved, j, i)]
        out[i] = min(
            _cost(coordinates, model.free_coordinates, models[j].free_coordinates, moved[i, i], moved[j, j], ATOMS)
            + _cost(6, model.free_lattice, models[j].free_lattice, stretched[i], stretched[j], LATTICE)
            + (PARENT_COST if j != i else 0.0)
            for j in (i, *parents)
        ) - ORDER_GAIN * np.log(model.order)
    return out


def _contains(larger: Model, smaller: Model, moved: Floats, i: int, j: int) -> bool:
    """True if ``larger`` (at ``i``) contains the operations of ``smaller`` (at ``j``).

    A projection goes through those onto larger spaces: what a supergroup moves is what the group moves, and something
    orthogonal to it.
    """
    return (
        larger.order > smaller.order
        and larger.free_coordinates <= smaller.free_coordinates
        and larger.free_lattice <= smaller.free_lattice
        and abs(moved[i, j] - moved[j, j]) <= 1e-3 * np.sqrt(moved[i, i] * moved[j, j]) + 1e-9
    )


def _cost(numbers: int, free: int, parent_free: int, noise: float, parent_noise: float, prior: Prior) -> float:
    """The criterion of one set of numbers; ``noise`` and ``parent_noise`` are sums of squares that the groups remove."""
    return (
        _noise(numbers - free, noise, prior)
        + _scatter(free - parent_free, max(parent_noise - noise, 0.0), prior.distortion, prior.distortion_weight)
        + parent_free * float(np.log(2 * np.pi * prior.free**2))
    )


def _noise(count: int, squares: float, prior: Prior) -> float:
    """−2 ln of the density of numbers that are noise, of a clean or of a noisy crystal; arguments as in :func:`_scatter`."""
    if count <= 0:
        return 0.0
    noisy = _scatter(count, squares, prior.noise, prior.noise_weight)
    clean = count * math.log(2 * math.pi * prior.clean**2) + squares / prior.clean**2 - prior.clean_gain
    return float(-2 * np.logaddexp(-noisy / 2, -clean / 2))


def _scatter(count: int, squares: float, size: float, weight: float) -> float:
    """−2 ln of the density of numbers about zero with an unknown variance: a multivariate t distribution.

    Args:
        count: How many numbers.
        squares: The sum of their squares.
        size: Typical size of one.
        weight: How many observations this is worth: degrees of freedom.
    """
    if count <= 0:
        return 0.0
    known = weight * size**2
    return float(
        (count + weight) * np.log(squares + known)
        - weight * np.log(known)
        + 2 * math.lgamma(weight / 2)
        - 2 * math.lgamma((count + weight) / 2)
        + count * np.log(np.pi)
    )
