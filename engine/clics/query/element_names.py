"""Names of elements as people write them, and the class word that the language of the paper has for each."""

from __future__ import annotations

import re

from clics.descriptions.element_classes import ELEMENT_CLASSES

_NAMES = """
H hydrogen|He helium|Li lithium|Be beryllium|B boron|C carbon|N nitrogen|O oxygen|F fluorine|F fluoride|Ne neon|Na sodium
Mg magnesium|Al aluminium|Al aluminum|Si silicon|P phosphorus|P phosphorous|S sulfur|S sulphur|Cl chlorine|Ar argon
K potassium|Ca calcium|Sc scandium|Ti titanium|V vanadium|Cr chromium|Mn manganese|Fe iron|Co cobalt|Ni nickel|Cu copper
Zn zinc|Ga gallium|Ge germanium|As arsenic|Se selenium|Br bromine|Kr krypton|Rb rubidium|Sr strontium|Y yttrium
Zr zirconium|Nb niobium|Mo molybdenum|Tc technetium|Ru ruthenium|Rh rhodium|Pd palladium|Ag silver|Cd cadmium|In indium
Sn tin|Sb antimony|Te tellurium|I iodine|Xe xenon|Cs caesium|Cs cesium|Ba barium|La lanthanum|Ce cerium|Pr praseodymium
Nd neodymium|Sm samarium|Eu europium|Gd gadolinium|Tb terbium|Dy dysprosium|Ho holmium|Er erbium|Tm thulium|Yb ytterbium
Lu lutetium|Hf hafnium|Ta tantalum|W tungsten|Re rhenium|Os osmium|Ir iridium|Pt platinum|Au gold|Hg mercury|Tl thallium
Pb lead|Bi bismuth|Th thorium|U uranium|U uranyl|Np neptunium|Pu plutonium|O oxide|N nitride|S sulfide|S sulphide|H hydride
"""
_CLASSES = {
    name: ELEMENT_CLASSES[symbol].lower()
    for symbol, name in (item.split() for line in _NAMES.strip().splitlines() for item in line.split("|"))
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
PATTERN = (
    rf"(?<![\w-])(?P<name>{'|'.join(sorted(set(_CLASSES) - _ALWAYS_WORDS, key=len, reverse=True))})\b(?![\s-]*(?:structure"
    rf"|type|like)\b)"
    rf"|(?<![\w-])(?P<word>{'|'.join(_ALWAYS_WORDS)})(?=\s+(?:atoms?|ions?)\b)"
    rf"|(?<![\w-])(?-i:(?P<symbol>{_CLEAR})(?:\d?[+-])?(?=\s+(?:with|in|on|atoms?|ions?|octa|tetra|square|linear|trigonal"
    rf"|coordinat)))"
    rf"|(?<![\w-])(?-i:(?P<alone>{_CLEAR})(?:\d?[+−–-]|\d|\(\d\)|{_OXIDATION})?(?=[\s:;,.)]|$))"
    rf"|(?<![\w-])(?-i:(?P<charged>{_ANY})(?:\d?[+−–]|\d-|\(\d\)|\([IV]+\))(?=[\s:;,.)]|$))"
    rf"|(?<![\w-])(?P<anion>{'|'.join(_ANIONS)})(?=\s+(?:ions?|anions?|is|are|bonded|in|with|has|surround\w*|coordinat\w*)\b)"
    rf"|(?<![\w-])(?-i:(?P<letter>{_ANY})(?:\d?[+-])?(?=\s+(?:atoms?|ions?|cent(?:re|er)s?)\b))"
)
"""A name or symbol of an element as a word (to be compiled without regard to case)."""


def class_word(found: re.Match[str]) -> str:
    """``"silicon"`` → ``"metalloid"``."""
    if found["anion"]:
        return _ANIONS[found["anion"].lower()]
    name = found["name"] or found["word"]
    symbol = found["symbol"] or found["letter"] or found["alone"] or found["charged"]
    return _CLASSES[name.lower()] if name else ELEMENT_CLASSES[symbol].lower()
