"""Colours, radii and electronegativities of the elements in pictures."""

from __future__ import annotations

import math
import re
from typing import NamedTuple

from clics import elements

_NEUTRAL = 2.0
"""Electronegativity with which an element without one (a noble gas) is drawn."""


class Element(NamedTuple):
    """``radius``: covalent, Å; ``classic`` and ``crystal``: colours ``#rrggbb`` of the two palettes."""

    symbol: str
    radius: float
    electronegativity: float
    classic: str
    crystal: str


ELEMENTS: dict[str, Element] = {
    row.symbol: Element(
        row.symbol,
        row.covalent_radius,
        _NEUTRAL if math.isnan(row.electronegativity) else row.electronegativity,
        row.cpk_color,
        row.crystal_color,
    )
    for row in elements.ELEMENTS
    if row.cpk_color
}
NONMETALS = frozenset(
    [row.symbol for row in elements.ELEMENTS if row.element_class != "METAL" and row.symbol in ELEMENTS]
) - {"Po"} | {*elements.ISOTOPES}  # polonium crystallises as a metal
"""With the metalloids: what other atoms are bonded to, and what stands at the corners of coordination polyhedra."""
_ALIASES = dict.fromkeys(elements.ISOTOPES, "H")
_UNKNOWN = Element("?", 1.2, _NEUTRAL, "#c8c8c8", "#c8c8c8")


def element(symbol: str) -> Element:
    """Style of a species symbol without charge or label; unknown symbols are grey."""
    match = re.match(r"[A-Z][a-z]?", symbol)
    bare = match.group() if match else ""
    bare = _ALIASES.get(bare, bare)
    return ELEMENTS.get(bare) or ELEMENTS.get(bare[:1], _UNKNOWN)
