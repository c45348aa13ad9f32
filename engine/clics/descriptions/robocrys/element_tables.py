"""Properties of elements for the rules: electronegativity, radius, and the order in formulae and sentences."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from clics.elements import BY_SYMBOL, ELEMENTS, by_number
from clics.errors import DescriptionError

LARGEST_NUMBER = len(ELEMENTS)


def symbol_of(number: int) -> str:
    """Symbol of an atomic number."""
    return by_number(number).symbol


def electronegativity(symbol: str) -> float:
    """Electronegativity on Pauling's scale; nan where none is known."""
    return BY_SYMBOL[symbol].electronegativity


def iupac_order(symbol: str) -> float:
    """Position in the series of Table VI of the IUPAC recommendations of 2005.

    Raises:
        DescriptionError: The element, beyond lawrencium, has none (kind ``no-neighbours``).
    """
    order = BY_SYMBOL[symbol].iupac_order
    if math.isnan(order):
        raise DescriptionError(
            f"{symbol} has no position in formulae, so it cannot be described.", kind="no-neighbours"
        )
    return order


def covalent_radius(symbol: str) -> float:
    """Covalent radius in Å by which CrystalNN finds bonds.

    Raises:
        DescriptionError: It is not known (kind ``no-neighbours``).
    """
    radius = BY_SYMBOL[symbol].crystal_nn_radius
    if math.isnan(radius):
        raise DescriptionError(
            f"No covalent or atomic radius of {symbol} is known, so its bonds cannot be found.", kind="no-neighbours"
        )
    return radius


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
