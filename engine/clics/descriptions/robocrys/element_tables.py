"""What the rules ask of an element: electronegativity, radius, and its places in formulae and sentences."""

from __future__ import annotations

import functools
import math
import warnings
from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray
from pymatgen.core import Element

from clics.data import read_json
from clics.errors import DescriptionError

LARGEST_NUMBER = 118


@functools.cache
def symbol_of(number: int) -> str:
    """Symbol of an atomic number."""
    return str(Element.from_Z(number).symbol)


@functools.cache
def electronegativity(symbol: str) -> float:
    """On Pauling's scale; nan where the element has none."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # pymatgen warns that noble gases have none; nan is the answer we want
        return float(Element(symbol).X)


@functools.cache
def iupac_order(symbol: str) -> float:
    """Place in the series of Table VI of the IUPAC recommendations of 2005."""
    return float(Element(symbol).iupac_ordering)


@functools.cache
def covalent_radius(symbol: str) -> float:
    """Covalent radius in Å, else the atomic one.

    Raises :class:`DescriptionError` of kind ``no-neighbours`` where neither is known.
    """
    radius = _covalent_radii().get(symbol) or Element(symbol).atomic_radius
    if radius is None or math.isnan(radius):
        raise DescriptionError(
            f"No covalent or atomic radius of {symbol} is known, so its bonds cannot be found.", kind="no-neighbours"
        )
    return float(radius)


@functools.cache
def _covalent_radii() -> dict[str, float]:
    radii: dict[str, float] = read_json("covalent_radii.json")
    return radii


def site_order(numbers: Sequence[int] | NDArray[Any]) -> NDArray[np.int64]:
    """The order of sites (n,) by electronegativity, then symbol, as pymatgen sorts a structure.

    An element without electronegativity compares by symbol with all others, so that with it the order is not transitive;
    Python's sort is then asked for what it makes of that, as pymatgen asks it.
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
