"""Cations and anions by electronegativity.

Every bond counts by the difference of Pauling's electronegativities of its two atoms, and a site has the sign of the mean
over its bonds. Pauling's scale alone does not separate intermetallic phases from compounds (LaNi5: 0.81, Ni–Ti: 0.37;
MoS2: 0.42, HgTe: 0.10, MoTe2: -0.06), so the classes of the elements decide what a difference means:

- metal and metal: no ions, except with gold where the difference reaches that of the aurides KAu, RbAu and CsAu;
- metal and nonmetal, or metalloid of groups 15 and 16 (pnictides, chalcogenides): the metal is the cation;
- metal and boron, silicon or germanium: by the difference where it is large (Mg2Si, MgB2), no ions otherwise (MoSi2, Fe2B);
- carbon and hydrogen: a covalent bond of organic chemistry, which speaks of no ions here;
- all others: by the difference.
"""

from __future__ import annotations

import functools
import math

import numpy as np
from numpy.typing import NDArray

from clics.descriptions.robocrys.bonds import Bonds
from clics.elements import BY_SYMBOL
from clics.results.facts import Role

AURIDE = 1.7
"""Difference of electronegativities from which metals bonded to each other are ions (KAu: 1.72; NaAu: 1.61, BaAu2: 1.65)."""

TETRELIDE = 0.55
"""Difference from which a metal is a cation beside B, Si or Ge (Mg2Si: 0.59, MgB2: 0.73; U3Si: 0.52, Mn5Si3: 0.35)."""

LEAST = 0.5
"""Difference that a bond of a metal to a nonmetal counts for at least."""

NEUTRAL = 0.1
"""Mean difference below which a site is neither cation nor anion (CS2: 0.03, AsP: 0.01; B–H in BH4: 0.16)."""

ROLES: dict[int, Role] = {1: "cation", 0: "neutral", -1: "anion"}


def signs_of_sites(bonds: Bonds, symbols: list[str]) -> NDArray[np.int64]:
    """For every site (n,) 1 (cation), -1 (anion) or 0 (neutral), from the elements (n,) of the sites."""
    kinds = sorted(set(symbols))
    kind_of = {symbol: kind for kind, symbol in enumerate(kinds)}
    kind = np.array([kind_of[symbol] for symbol in symbols], dtype=np.int64)
    worth = _polarities(tuple(kinds))[kind[bonds.begin], kind[bonds.end]]
    count = np.maximum(np.diff(bonds.bounds), 1)
    mean = np.bincount(bonds.begin, worth, len(symbols)) / count
    return np.where(np.abs(mean) < NEUTRAL, 0, np.sign(mean)).astype(np.int64)


@functools.lru_cache(maxsize=256)
def _polarities(symbols: tuple[str, ...]) -> NDArray[np.float64]:
    """How positive the first of two bonded elements is, for all pairs (k, k)."""
    return np.array([[polarity(a, b) for b in symbols] for a in symbols])


def polarity(first: str, second: str) -> float:
    """How positive an element is in its bond to another: the difference of electronegativities, as the module counts it.

    Args:
        first: The element.
        second: The element it is bonded to; the opposite number is returned for the two exchanged.
    """
    a, b = BY_SYMBOL[first], BY_SYMBOL[second]
    difference = b.electronegativity - a.electronegativity
    if first == second or {first, second} == {"C", "H"}:
        return 0.0
    metals = (a.element_class == "METAL") + (b.element_class == "METAL")
    if metals == 2:
        return difference if abs(difference) >= AURIDE else 0.0
    if metals == 1:
        sign = 1.0 if a.element_class == "METAL" else -1.0
        other = b if sign > 0 else a
        if other.element_class == "METALLOID" and other.group < 15:
            return difference if sign * difference >= TETRELIDE else 0.0
        return sign * LEAST if math.isnan(difference) else sign * max(LEAST, sign * difference)
    return 0.0 if math.isnan(difference) else difference
