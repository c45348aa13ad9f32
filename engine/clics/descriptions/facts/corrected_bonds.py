"""The bonds of a cell, corrected by a user's rules for pairs of elements."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from pymatgen.optimization.neighbors import find_points_in_spheres

from clics.descriptions.robocrys.bonds import Bonds, sorted_bonds
from clics.descriptions.robocrys.conventional_cell import Cell
from clics.elements import ISOTOPES
from clics.results.bond_rules import BondRule, BondRules

SHORTEST = 0.4
"""Å; atoms that are nearer are the halves of a split site, not neighbours."""

_PERIODIC = np.array([1, 1, 1], dtype=np.int64)


def corrected_bonds(cell: Cell, bonds: Bonds, rules: BondRules) -> Bonds:
    """The bonds by CrystalNN, with those of the pairs that have a rule replaced."""
    begin, end, image = bonds.begin, bonds.end, bonds.steps()
    for rule in rules.rules:
        of_pair = _of_pair(cell, rule, begin, end)
        if not rule.shown:
            kept = ~of_pair
        elif rule.longest is None:
            vector = (cell.frac[end] + image - cell.frac[begin]) @ cell.matrix
            kept = ~of_pair | (np.linalg.norm(vector, axis=1) >= rule.shortest)
        else:
            kept = ~of_pair
        begin, end, image = begin[kept], end[kept], image[kept]
        if rule.shown and rule.longest is not None:
            more = _within(cell, rule)
            begin, end, image = (np.concatenate(both) for both in zip((begin, end, image), more, strict=True))
    return sorted_bonds(cell, bonds.orbit, bonds.firsts, bonds.around, begin, end, image)


def _of_pair(cell: Cell, rule: BondRule, begin: NDArray[np.int64], end: NDArray[np.int64]) -> NDArray[np.bool_]:
    """Which pairs of sites (m,) are of the elements of a rule."""
    first, second = (
        np.array([symbol == _chemical(element) for symbol in cell.symbols], dtype=bool) for element in rule.pair
    )
    wanted: NDArray[np.bool_] = (first[begin] & second[end]) | (second[begin] & first[end])
    return wanted


def _chemical(symbol: str) -> str:
    return "H" if symbol in ISOTOPES else symbol


def _within(cell: Cell, rule: BondRule) -> tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.int64]]:
    """The pairs of sites (m,), (m,) of a rule within its lengths, and the lattice images (m, 3) of the second."""
    places = cell.frac @ cell.matrix
    begin, end, image, distance = find_points_in_spheres(
        places, places, float(rule.longest or 0.0), _PERIODIC, cell.matrix, 1e-8
    )
    near = (distance >= max(rule.shortest, SHORTEST)) & _of_pair(cell, rule, begin, end)
    return begin[near].astype(np.int64), end[near].astype(np.int64), image[near].astype(np.int64)
