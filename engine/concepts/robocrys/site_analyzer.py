"""Geometry, neighbours and next-nearest neighbours of sites, each asked for once."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray
from robocrys.condense.site import SiteAnalyzer, geometries_match, nn_summaries_match, nnn_summaries_match

from engine.concepts.robocrys.bonds import Bonds
from engine.concepts.robocrys.fingerprint import site_fingerprint

Summary = dict[str, Any]

SHARED_ATOMS = {1: "corner", 2: "edge"}


class OrbitSiteAnalyzer(SiteAnalyzer):  # type: ignore[misc]
    """Robocrystallographer's site analysis, with the work of each symmetry orbit done once.

    The parent walks a graph of site objects and asks for the same next-nearest neighbours up to four times; here bonds
    are arrays, and every answer about a site is kept.
    """

    def __init__(self, bonds: Bonds, minimum_geometry_op: float = 0.4) -> None:
        self.bonded_structure = bonds  # the parent asks it for ``structure`` only
        self.use_iupac_formula = True
        self.minimum_geometry_op = minimum_geometry_op
        self._bonds = bonds
        self._orbit = bonds.orbit.tolist()
        self._elements = bonds.symbols
        frac = np.array(bonds.structure.frac_coords)
        self._frac = frac
        self._matrix: NDArray[np.float64] = bonds.structure.lattice.matrix
        self._neighbour_sets = [frozenset(around) for around in bonds.neighbours]
        self._geometries = {
            first: self._geometry(site_fingerprint(around)) for first, around in bonds.neighbourhood.items()
        }
        self._next: dict[int, list[Summary]] = {}
        self.equivalent_sites = self._calculate_equivalent_sites()
        self.symmetry_labels = self._calculate_symmetry_labels(bonds.equivalent)

    def _geometry(self, fingerprint: dict[str, float]) -> Summary:
        """The parent's rule for one fingerprint."""
        self.site_fingerprints = [fingerprint]
        geometry: Summary = super().get_site_geometry(0)
        return {"type": geometry["type"], "likeness": float(geometry["likeness"])}

    def get_site_geometry(self, site_index: int) -> Summary:
        """Geometry and likeness of a site: those of its orbit."""
        return self._geometries[self._orbit[site_index]]

    def get_nearest_neighbors(self, site_index: int, inc_inequivalent_site_index: bool = True) -> list[Summary]:
        """Bonded neighbours, nearest first; the parent's format."""
        found: list[Summary] = []
        around, lengths = self._bonds.neighbours[site_index], self._bonds.distances[site_index]
        for (other, _), distance in zip(around, lengths, strict=True):
            summary = {"element": self._elements[other], "dist": distance}
            if inc_inequivalent_site_index:
                summary["inequiv_index"] = self.equivalent_sites[other]
            found.append(summary)
        return found

    def get_next_nearest_neighbors(self, site_index: int, inc_inequivalent_site_index: bool = True) -> list[Summary]:
        """Neighbours of neighbours with what they share; the parent's format."""
        if site_index not in self._next:
            self._next[site_index] = self._find_next(site_index)
        if not inc_inequivalent_site_index:
            return self._next[site_index]
        return [
            {**summary, "inequiv_index": self.equivalent_sites[summary["index"]]} for summary in self._next[site_index]
        ]

    def _find_next(self, site_index: int) -> list[Summary]:
        shared: dict[tuple[int, tuple[int, int, int]], list[tuple[int, tuple[int, int, int]]]] = {}
        for bridge in self._bonds.neighbours[site_index]:
            middle, (a, b, c) = bridge
            for other, (x, y, z) in self._bonds.neighbours[middle]:
                shared.setdefault((other, (a + x, b + y, c + z)), []).append(bridge)
        shared.pop((site_index, (0, 0, 0)), None)
        here = self._frac[site_index] @ self._matrix
        found = []
        for (other, image), bridges in shared.items():
            there = (self._frac[other] + image) @ self._matrix
            middles = np.array([self._frac[middle] + shift for middle, shift in bridges]) @ self._matrix
            found.append(
                {
                    "index": other,
                    "element": self._elements[other],
                    "connectivity": SHARED_ATOMS.get(len(bridges), "face"),
                    "geometry": self.get_site_geometry(other),
                    "angles": _angles(here - middles, there - middles),
                    "distance": float(np.linalg.norm(here - there)),
                }
            )
        return found

    def _calculate_equivalent_sites(
        self, likeness_tol: float = 0.001, bond_dist_tol: float = 0.01, bond_angle_tol: float = 0.1
    ) -> list[int]:
        """The parent's comparison, between one site of each orbit."""
        kinds: list[tuple[int, list[Summary], list[Summary]]] = []
        same_as: dict[int, int] = {}
        for site in sorted(self._geometries):
            element, geometry = self._elements[site], self.get_site_geometry(site)
            near = self.get_nearest_neighbors(site, inc_inequivalent_site_index=False)
            beyond = self.get_next_nearest_neighbors(site, inc_inequivalent_site_index=False)
            for known, known_near, known_beyond in kinds:
                if (
                    element == self._elements[known]
                    and geometries_match(geometry, self.get_site_geometry(known), likeness_tol=likeness_tol)
                    and nn_summaries_match(near, known_near, bond_dist_tol=bond_dist_tol)
                    and nnn_summaries_match(beyond, known_beyond, bond_angle_tol=bond_angle_tol)
                ):
                    same_as[site] = known
                    break
            else:
                same_as[site] = site
                kinds.append((site, near, beyond))
        return [same_as[first] for first in self._orbit]

    def _calculate_symmetry_labels(self, sym_equivalent_atoms: Sequence[int]) -> list[int]:
        """For each site the number, from 1 within its element, of the first site it is equivalent to."""
        seen: dict[str, dict[int, int]] = {}
        labels = []
        for element, first in zip(self._elements, sym_equivalent_atoms, strict=True):
            known = seen.setdefault(element, {})
            labels.append(known.setdefault(first, len(known) + 1))
        return labels


def _angles(a: NDArray[np.float64], b: NDArray[np.float64]) -> list[float]:
    """Angles in degrees between rows of two arrays (m, 3)."""
    cosine = (a * b).sum(axis=1) / np.linalg.norm(a, axis=1) / np.linalg.norm(b, axis=1)
    return np.degrees(np.arccos(np.clip(cosine, -1, 1))).tolist()  # type: ignore[no-any-return]
