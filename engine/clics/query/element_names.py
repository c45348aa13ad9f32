"""Names and symbols of elements in a query, and the class of each: metal, nonmetal or metalloid."""

from __future__ import annotations

import re

from clics.descriptions.element_classes import ELEMENT_CLASSES
from clics.elements import ELEMENTS

_COMPOUND_NAMES = {
    "fluoride": "F", "oxide": "O", "nitride": "N", "sulfide": "S", "sulphide": "S", "hydride": "H", "uranyl": "U",
}  # fmt: skip
"""Names of ions, with the symbol of their element."""
_CLASSES = {name: element.element_class.lower() for element in ELEMENTS for name in element.names} | {
    name: ELEMENT_CLASSES[symbol].lower() for name, symbol in _COMPOUND_NAMES.items()
}
_ALWAYS_WORDS = {"lead", "tin"}
"""Names that are English words too; they are elements only before "atoms" or "ions"."""

_AMBIGUOUS_SYMBOLS = "I In As At No He Be P C F V B H D T K U W Y"
_AMBIGUOUS = frozenset(_AMBIGUOUS_SYMBOLS.split())
_CLEAR = "|".join(sorted(set(ELEMENT_CLASSES) - _AMBIGUOUS, key=len, reverse=True))
_ANY = "|".join(sorted(ELEMENT_CLASSES, key=len, reverse=True))
_OXIDATION = r"\(?(?:I{1,3}|I?V|VI{0,3})\)?"
_ANIONS = {
    "chloride": "nonmetal", "bromide": "nonmetal", "iodide": "nonmetal", "selenide": "nonmetal",
    "phosphide": "nonmetal", "carbide": "nonmetal", "telluride": "metalloid", "arsenide": "metalloid", "boride": "metalloid",
}  # fmt: skip
"""Anions that are mostly part of the name of a compound ("lead iodide"), unless a verb or preposition follows."""
NAME = re.compile(
    rf"""
          (?<![\w-])
          (?P<name>{"|".join(sorted(set(_CLASSES) - _ALWAYS_WORDS, key=len, reverse=True))})
          \b (?![\s-]*(?:structure|type|like)\b)
        | (?<![\w-]) (?P<word>{"|".join(_ALWAYS_WORDS)}) (?=\s+(?:atoms?|ions?)\b)
        | (?<![\w-])
          (?-i:
              (?P<symbol>{_CLEAR}) (?:\d?[+-])?
              (?=\s+(?:with|in|on|atoms?|ions?|octa|tetra|square|linear|trigonal|coordinat))
          )
        | (?<![\w-]) (?-i:(?P<alone>{_CLEAR})(?:\d?[+−–-]|\d|\(\d\)|{_OXIDATION})?(?=[\s:;,.)]|$))
        | (?<![\w-]) (?-i:(?P<charged>{_ANY})(?:\d?[+−–]|\d-|\(\d\)|\([IV]+\))(?=[\s:;,.)]|$))
        | (?<![\w-]) (?P<anion>{"|".join(_ANIONS)})
          (?=\s+(?:ions?|anions?|is|are|bonded|in|with|has|surround\w*|coordinat\w*)\b)
        | (?<![\w-]) (?-i:(?P<letter>{_ANY})(?:\d?[+-])?(?=\s+(?:atoms?|ions?|cent(?:re|er)s?)\b))
    """,
    re.IGNORECASE | re.VERBOSE,
)
"""A name or symbol of an element as a word."""


def class_word(match: re.Match[str]) -> str:
    """The class of an element: ``"metalloid"`` for "silicon".

    Args:
        match: A match of :data:`NAME`.
    """
    if match["anion"]:
        return _ANIONS[match["anion"].lower()]
    name = match["name"] or match["word"]
    symbol = match["symbol"] or match["letter"] or match["alone"] or match["charged"]
    return _CLASSES[name.lower()] if name else ELEMENT_CLASSES[symbol].lower()
