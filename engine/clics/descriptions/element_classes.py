"""Classes of the elements in the paper's language: metals, metalloids and nonmetals."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from clics.elements import ELEMENTS, ISOTOPES, ElementClass

ELEMENT_CLASSES: Mapping[str, ElementClass] = MappingProxyType(
    {element.symbol: element.element_class for element in ELEMENTS} | dict.fromkeys(ISOTOPES, "NONMETAL")
)
"""Element symbol → class, for every element; deuterium and tritium count as hydrogen."""


def element_class(symbol: str) -> ElementClass:
    """Return the class of an element.

    Args:
        symbol: Symbol such as ``"Ti"``.

    Raises:
        KeyError: It is not the symbol of an element.
    """
    return ELEMENT_CLASSES[symbol]
