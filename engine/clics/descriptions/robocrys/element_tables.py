"""Properties of elements for the rules: electronegativity, radius, and the order in formulae and sentences."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from clics.elements import BY_SYMBOL, ELEMENTS, by_number

LARGEST_NUMBER = len(ELEMENTS)

UNKNOWN_RADIUS = 1.6
"""Å, taken for elements of which no covalent radius is known."""

AFTER_ALL = 1000.0
"""Larger than any position in the series of the IUPAC."""


def symbol_of(number: int) -> str:
    """Symbol of an atomic number."""
    return by_number(number).symbol


def electronegativity(symbol: str) -> float:
    """Electronegativity on Pauling's scale; nan where none is known."""
    return BY_SYMBOL[symbol].electronegativity


def iupac_order(symbol: str) -> float:
    """Position in the series of Table VI of the IUPAC recommendations of 2005.

    Elements beyond lawrencium, which have none, come last.
    """
    element = BY_SYMBOL[symbol]
    return AFTER_ALL + element.number if math.isnan(element.iupac_order) else element.iupac_order


def covalent_radius(symbol: str) -> float:
    """Covalent radius in Å by which CrystalNN finds bonds; that of Pyykkö and Atsumi for elements that it does not know."""
    element = BY_SYMBOL[symbol]
    for radius in (element.crystal_nn_radius, element.covalent_radius):
        if not math.isnan(radius):
            return radius
    return UNKNOWN_RADIUS


def site_order(numbers: Sequence[int] | NDArray[Any]) -> NDArray[np.int64]:
    """The order of sites (n,) by electronegativity, then symbol, as pymatgen sorts a structure.

    An element without electronegativity compares by symbol with all others, so that with it the order is not
    transitive; Python's sort is then asked for what it makes of that, as pymatgen asks it.
    """
    keys = {int(number): _SiteKey(symbol_of(int(number))) for number in set(np.asarray(numbers).tolist())}
    if not any(math.isnan(key.x) for key in keys.values()):
        rank = {number: place for place, number in enumerate(sorted(keys, key=keys.__getitem__))}
        return np.argsort([rank[int(number)] for number in numbers], kind="stable")
    return np.array(sorted(range(len(numbers)), key=lambda i: keys[int(numbers[i])]), dtype=np.int64)


class _SiteKey:
    """Compares as pymatgen's sites do."""

    def __init__(self, symbol: str) -> None:
        self.symbol, self.x = symbol, electronegativity(symbol)

    def __lt__(self, other: _SiteKey) -> bool:
        if self.x < other.x:
            return True
        if self.x > other.x:
            return False
        return self.symbol < other.symbol
