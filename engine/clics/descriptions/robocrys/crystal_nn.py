"""Bonded neighbours by CrystalNN's rules (Pan et al., Inorg. Chem. 60, 1590 (2021), doi:10.1021/acs.inorgchem.0c02996).

The same numbers as pymatgen's ``CrystalNN()`` with its defaults on a structure without oxidation states, from Voronoi
cells that bonds and fingerprint share.
"""

from __future__ import annotations

import functools
import itertools
import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from clics.descriptions.robocrys.element_tables import covalent_radius, electronegativity
from clics.descriptions.robocrys.voronoi import Faces, faces_of_sites

SEARCH_CUTOFF = 7.0
"""Å within which neighbours are looked for first."""

FULL_WEIGHT, NO_WEIGHT = 0.5, 1.0
"""Å beyond the sum of the radii up to which a bond has its whole weight, and from which it has none."""

CHEMICAL_FACTOR = 3.0
LARGEST_DIFFERENCE = 3.3
"""In electronegativity, between two elements."""

DECIMALS = 3
"""Of a candidate's weight: candidates that agree in these are neighbours together or not at all."""


@dataclass(frozen=True, slots=True)
class Neighbourhood:
    """Candidates of bonds, strongest first, and how likely each coordination number is.

    ``index`` (m,), ``image`` (m, 3) and ``vector`` (m, 3) in Å name the candidates; the neighbours at coordination
    number n are the first n. ``weights`` maps a coordination number to its weight (they sum to 1).
    """

    index: NDArray[np.int64]
    image: NDArray[np.int64]
    vector: NDArray[np.float64]
    weights: dict[int, float]

    @property
    def coordination(self) -> int:
        """The most likely coordination number."""
        return max(self.weights, key=lambda number: self.weights[number])


_NOTHING = Neighbourhood(np.zeros(0, np.int64), np.zeros((0, 3), np.int64), np.zeros((0, 3)), {0: 1.0})


def neighbourhoods(
    matrix: NDArray[np.float64], frac: NDArray[np.float64], symbols: Sequence[str], sites: Sequence[int]
) -> list[Neighbourhood]:
    """Find the candidates of bonds of some sites, and the weights of their coordination numbers.

    Args:
        matrix: Lattice vectors as rows in Å (3, 3).
        frac: Fractional coordinates in [0, 1), (n, 3).
        symbols: Elements (n,).
        sites: Indices of the sites.

    Raises:
        DescriptionError: As :func:`~clics.descriptions.robocrys.voronoi.faces_of_sites`.
    """
    faces = faces_of_sites(matrix, frac, sites, SEARCH_CUTOFF)
    kinds = sorted(set(symbols))
    kind_of = {symbol: kind for kind, symbol in enumerate(kinds)}
    kind = np.array([kind_of[symbol] for symbol in symbols])
    chemical, bond_length = _pair_tables(tuple(kinds))
    here, there = kind[np.asarray(sites)][faces.owner], kind[faces.index]
    largest = np.zeros(len(sites))
    np.maximum.at(largest, faces.owner, faces.solid_angle)
    with np.errstate(divide="ignore", invalid="ignore"):  # a face may be so small that its area is zero
        strength = faces.solid_angle / largest[faces.owner] * (faces.solid_angle / faces.area) * chemical[here, there]
    beyond = (faces.distance - bond_length[here, there] - FULL_WEIGHT) / (NO_WEIGHT - FULL_WEIGHT)
    near = (np.cos(np.clip(beyond, 0, 1) * math.pi) + 1) * 0.5
    bounds = np.searchsorted(faces.owner, np.arange(len(sites) + 1)).tolist()
    return [
        _neighbourhood(faces, first, strength[first:last], near[first:last])
        for first, last in itertools.pairwise(bounds)
    ]


def _neighbourhood(faces: Faces, first: int, strength: NDArray[np.float64], near: NDArray[np.float64]) -> Neighbourhood:
    """The neighbourhood of one site, whose faces begin at ``first``, from their strengths and distance factors (m,)."""
    finite = np.isfinite(strength)
    strength = np.where(finite, strength, 0.0)
    strongest = strength.max(initial=0.0)
    if strongest == 0:
        return _NOTHING
    weight = strength / strongest * near
    order = np.lexsort((-strength, -weight))
    rounded = [value for value in (round(exact, DECIMALS) for exact in weight[order].tolist()) if value > 0]
    if not rounded:
        return _NOTHING
    chosen = first + order[: len(rounded)]
    return Neighbourhood(faces.index[chosen], faces.image[chosen], faces.vector[chosen], _coordination_weights(rounded))


def _coordination_weights(weights: list[float]) -> dict[int, float]:
    """Coordination number → weight, from the candidates' weights, largest first.

    A weight is as likely as the area of a quarter of the unit disc between it and the next smaller one.
    """
    weight_of_number: dict[int, float] = {}
    count = len(weights)
    for i, weight in enumerate(weights, start=1):
        following = weights[i] if i < count else 0.0
        if following != weight:
            weight_of_number[i] = (_disc_area(weight) - _disc_area(following)) / (0.25 * math.pi)
    rest = 1 - sum(weight_of_number.values())
    if rest > 0:
        weight_of_number[0] = rest
    return weight_of_number


def _disc_area(x: float) -> float:
    """Area of the upper right quarter of the unit disc up to ``x``."""
    if x == 1:
        return 0.25 * math.pi
    height = math.sqrt(1 - x * x)
    return 0.5 * (x * height + math.atan(x / height))


@functools.lru_cache(maxsize=256)
def _pair_tables(symbols: tuple[str, ...]) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """For pairs of elements (k, k): the factor of their electronegativities, and the sum of their radii in Å."""
    x = np.array([electronegativity(symbol) for symbol in symbols])
    chemical = 1 + CHEMICAL_FACTOR * np.sqrt(np.abs(x[:, None] - x) / LARGEST_DIFFERENCE)
    radius = np.array([covalent_radius(symbol) for symbol in symbols])
    return np.where(np.isnan(chemical), 1.0, chemical), radius[:, None] + radius
