"""The bonds of a site as a chemist writes them: lengths, formula of the coordination polyhedron, bond angle."""

from __future__ import annotations

import numpy as np

from clics.descriptions.robocrys.bonds import Bonds
from clics.descriptions.robocrys.environments import corners_formula
from clics.results.facts import BondGroup

SAME_LENGTH = 1e-3
"""Å. Bonds to one element are of one length where each is nearer than this to the next longer one."""

LENGTH_DECIMALS, ANGLE_DECIMALS = 5, 3


def bond_groups(bonds: Bonds, site: int, symbols: list[str]) -> tuple[BondGroup, ...]:
    """The bonds of a site by element and length, shortest first; the length of a group is the mean of its bonds."""
    here = slice(bonds.bounds[site], bonds.bounds[site + 1])
    groups: dict[str, list[list[float]]] = {}
    for end, length in zip(bonds.end[here].tolist(), bonds.length[here].tolist(), strict=True):  # nearest first
        lengths = groups.setdefault(symbols[end], [])
        if lengths and length - lengths[-1][-1] < SAME_LENGTH:
            lengths[-1].append(length)
        else:
            lengths.append([length])
    found = [
        BondGroup(element, round(sum(group) / len(group), LENGTH_DECIMALS), len(group))
        for element, lengths in groups.items()
        for group in lengths
    ]
    return tuple(sorted(found, key=lambda group: (group.length, group.element)))


def polyhedron_formula(bonds: Bonds, site: int, symbols: list[str]) -> str | None:
    """Centre and neighbours, the more electropositive neighbours first (``OMgAl3``); None without bonds."""
    ends = bonds.end[bonds.bounds[site] : bonds.bounds[site + 1]].tolist()
    corners = corners_formula([symbols[end] for end in ends])
    return None if corners is None else symbols[site] + corners


def bond_angle(bonds: Bonds, site: int) -> float | None:
    """The angle at a two-coordinate site in degrees; None for other sites."""
    first, last = bonds.bounds[site : site + 2].tolist()
    if last - first != 2:
        return None
    product = bonds.length[first] * bonds.length[first + 1]
    cosine = bonds.vector[first] @ bonds.vector[first + 1] / product if product else 1.0
    return round(float(np.degrees(np.arccos(np.clip(cosine, -1, 1)))), ANGLE_DECIMALS)
