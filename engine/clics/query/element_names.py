"""Names of elements as people write them, and the class word that the language of the paper has for each."""

from __future__ import annotations

import re

from clics.descriptions.element_classes import ELEMENT_CLASSES
from clics.elements import ELEMENTS

_COMPOUND_NAMES = {
    "fluoride": "F", "oxide": "O", "nitride": "N", "sulfide": "S", "sulphide": "S", "hydride": "H", "uranyl": "U",
}  # fmt: skip
"""Names of ions that stand for their element."""
_CLASSES = {name: element.element_class.lower() for element in ELEMENTS for name in element.names} | {
    name: ELEMENT_CLASSES[symbol].lower() for name, symbol in _COMPOUND_NAMES.items()
}
_ALWAYS_WORDS = {"lead", "tin"}
"""Names that are English words too: meant as elements only before "atoms" or "ions"."""

_AMBIGUOUS_SYMBOLS = "I In As At No He Be P C F V B H D T K U W Y"
_AMBIGUOUS = frozenset(_AMBIGUOUS_SYMBOLS.split())
_CLEAR = "|".join(sorted(set(ELEMENT_CLASSES) - _AMBIGUOUS, key=len, reverse=True))
_ANY = "|".join(sorted(ELEMENT_CLASSES, key=len, reverse=True))
_OXIDATION = r"\(?(?:I{1,3}|I?V|VI{0,3})\)?"
_ANIONS = {
    "chloride": "nonmetal", "bromide": "nonmetal", "iodide": "nonmetal", "selenide": "nonmetal", "phosphide": "nonmetal",
    "carbide": "nonmetal", "telluride": "metalloid", "arsenide": "metalloid", "boride": "metalloid",
}  # fmt: skip
"""Names that mostly are part of a compound's ("lead iodide"): meant as the anion only where the text goes on about it."""
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


def class_word(found: re.Match[str]) -> str:
    """``"silicon"`` → ``"metalloid"``."""
    if found["anion"]:
        return _ANIONS[found["anion"].lower()]
    name = found["name"] or found["word"]
    symbol = found["symbol"] or found["letter"] or found["alone"] or found["charged"]
    return _CLASSES[name.lower()] if name else ELEMENT_CLASSES[symbol].lower()
