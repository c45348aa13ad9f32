"""Pairs of coordination polyhedra and the ligands that they share."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from clics.descriptions.facts.polyhedra_kinds import LEAST_COORDINATION
from clics.descriptions.robocrys.bonds import STEP, Bonds, ranges
from clics.results.description import Sharing

SHARING: tuple[Sharing, Sharing, Sharing] = ("corner", "edge", "face")

TINY = 1e-12
"""Å². Atoms at one position have a bond without length, and no angle."""


@dataclass(frozen=True, slots=True)
class SharedLigands:
    """Pairs of centres of the same role that share ligands, from either end, by ``begin``.

    The polyhedron around site ``begin`` (m,) shares a corner (0), edge (1) or face (2), ``sharing`` (m,), with that
    around site ``end`` (m,) in the lattice image of number ``image`` (m,). ``angle`` (m,) is that at a shared corner in
    degrees, nan for edges and faces.
    """

    begin: NDArray[np.int64]
    end: NDArray[np.int64]
    image: NDArray[np.int64]
    sharing: NDArray[np.int64]
    angle: NDArray[np.float64]


def shared_ligands(bonds: Bonds, sign: NDArray[np.int64], begin_at: NDArray[np.bool_]) -> SharedLigands:
    """Find all pairs of polyhedra around cations, and around anions, that share ligands.

    Ligands are neighbours that have not the role of the centre: atoms of one role that touch are no corners of each
    other's polyhedra. Neutral sites are no centres, since in an element or alloy every atom is a centre and a ligand, and
    all polyhedra penetrate each other.

    Args:
        bonds: Of the cell.
        sign: 1 (cation), -1 (anion) or 0 (neutral) for every site (n,).
        begin_at: The sites (n,) from which pairs are listed.
    """
    count = len(sign)
    centre = (sign != 0) & (np.diff(bonds.bounds) >= LEAST_COORDINATION)
    out = np.flatnonzero((centre & begin_at)[bonds.begin] & (sign[bonds.end] != sign[bonds.begin]))
    middle = bonds.end[out]
    way, on = ranges(bonds.bounds[middle], bonds.bounds[middle + 1])
    out = out[way]
    begin, end, image = bonds.begin[out], bonds.end[on], bonds.image[out] + bonds.image[on]
    pair = centre[end] & (sign[end] == sign[begin]) & ((begin != end) | (image != 0))
    out, on, begin, end, image = out[pair], on[pair], begin[pair], end[pair], image[pair]
    _, first, shared = np.unique((begin * count + end) * STEP**3 + image, return_index=True, return_counts=True)
    out, on = out[first], on[first]
    product = np.maximum(bonds.length[out] * bonds.length[on], TINY)
    cosine = -(bonds.vector[out] * bonds.vector[on]).sum(axis=1) / product
    angle = np.where(shared == 1, np.degrees(np.arccos(np.clip(cosine, -1, 1))), np.nan)
    return SharedLigands(begin[first], end[first], image[first], np.minimum(shared, 3) - 1, angle)
