"""Bonded neighbours by CrystalNN's rules (Pan et al., Inorg. Chem. 60, 1590 (2021), doi:10.1021/acs.inorgchem.0c02996).

The same numbers as pymatgen's ``CrystalNN()`` with its defaults on a structure without oxidation states, from one
Voronoi cell, so that bonds and fingerprint share it.
"""

from __future__ import annotations

import functools
import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from pymatgen.core import Element, Lattice
from pymatgen.core.local_env import CovalentRadius, CrystalNN

from engine.concepts.robocrys.voronoi import faces_of_site
from engine.errors import DescriptionError


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


class SiteCrystalNN(CrystalNN):  # type: ignore[misc]
    """CrystalNN of a single site on arrays; the settings and the semicircle rule are the parent's."""

    def neighbourhood(
        self, lattice: Lattice, symbols: list[str], frac: NDArray[np.float64], site: int
    ) -> Neighbourhood:
        """Candidates and weights of ``site``; ``symbols`` (n,) are elements, ``frac`` (n, 3) fractional coordinates.

        Raises :class:`DescriptionError` of kind ``no-neighbours`` where the site's Voronoi cell is open.
        """
        faces = faces_of_site(lattice, frac, site, float(self.search_cutoff))
        seen = [symbols[index] for index in faces.index]
        here = symbols[site]
        largest = faces.solid_angle.max()
        keep = np.flatnonzero(faces.solid_angle > 0)
        with np.errstate(divide="ignore", invalid="ignore"):
            weight = faces.solid_angle / largest * (faces.solid_angle / faces.area)
        weight *= np.array([_chemical_weight(here, other, self.x_diff_weight) for other in seen])
        keep = keep[np.isfinite(weight[keep])]
        if keep.size == 0 or weight[keep].max() == 0:
            return _NOTHING
        order = keep[np.argsort(-weight[keep], kind="stable")]
        weight = weight[order] / weight[order[0]]
        weight *= self._distance_weight(here, [seen[i] for i in order], faces.distance[order])
        again = np.argsort(-weight, kind="stable")
        order, weight = order[again], weight[again]
        if weight[0] == 0:
            return _NOTHING
        rounded = np.round(weight, 3).tolist()
        count = sum(value > 0 for value in rounded)
        if count == 0:
            return _NOTHING
        return Neighbourhood(
            faces.index[order[:count]],
            faces.image[order[:count]],
            faces.vector[order[:count]],
            self._coordination_weights(rounded[:count]),
        )

    def _distance_weight(self, here: str, seen: list[str], distance: NDArray[np.float64]) -> NDArray[np.float64]:
        """1 up to the sum of radii + 0.5 Å, falling as a cosine to 0 at + 1 Å."""
        low, high = self.distance_cutoffs
        start = np.array([_radius(here) + _radius(other) for other in seen]) + low
        inside = np.clip((distance - start) / (high - low), 0, 1)
        return np.asarray((np.cos(inside * math.pi) + 1) * 0.5, dtype=np.float64)

    def _coordination_weights(self, weights: list[float]) -> dict[int, float]:
        """Coordination number → weight, from the candidates' weights, largest first."""
        bins: list[float] = sorted(set(weights), reverse=True)
        bins.append(0.0)
        found = {
            sum(weight >= value for weight in weights): float(self._semicircle_integral(bins, i))
            for i, value in enumerate(bins[:-1])
        }
        rest = 1 - sum(found.values())
        if rest > 0:
            found[0] = rest
        return found


@functools.cache
def _chemical_weight(a: str, b: str, factor: float) -> float:
    """What a difference in Pauling electronegativity multiplies a candidate's weight with."""
    xa, xb = _electronegativity(a), _electronegativity(b)
    if math.isnan(xa) or math.isnan(xb):
        return 1.0
    return 1 + factor * math.sqrt(abs(xa - xb) / 3.3)  # 3.3 is the largest difference between two elements


@functools.cache
def _electronegativity(symbol: str) -> float:
    import warnings

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # pymatgen warns that noble gases have none; nan is the answer we want
        return float(Element(symbol).X)


@functools.cache
def _radius(symbol: str) -> float:
    """Covalent radius in Å, else the atomic one."""
    radius = CovalentRadius.radius.get(symbol) or Element(symbol).atomic_radius
    if radius is None or math.isnan(radius):
        raise DescriptionError(
            f"No covalent or atomic radius of {symbol} is known, so its bonds cannot be found.", kind="no-neighbours"
        )
    return float(radius)
