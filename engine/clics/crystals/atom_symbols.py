"""From what files call an atom to an element symbol: labels, charges, isotopes, water, and what is no atom at all."""

from __future__ import annotations

import re

from clics.elements import BY_SYMBOL, ISOTOPES
from clics.errors import CrystalError

# Labels that programs use for an empty site or a dummy; guessing an element from their letters ("Vac" → V, "Du" → D)
# would give a wrong crystal without a word.
_NOT_ATOMS = frozenset("va vac vc vacancy du dum dummy x xx q m l no ch".split())  # noqa: SIM905 - shorter
# X-rays see the oxygen of water and the nitrogen of ammonium; mineral databases list them so ("Wat1", "OH2", "NH4").
GROUP = re.compile(r"^(?:(OH)(?![A-Za-z])|(Wat|H2O)|(NH)(?=[34]))", re.IGNORECASE)
_GROUPS = (("O", "a hydroxyl group or water"), ("O", "a water molecule"), ("N", "ammonia or ammonium"))
# There are no crystals of what lives for seconds: "NH1", "CN2", "HS" begin with N, C and H, not with Nh, Cn and Hs.
NEVER_IN_LABELS = frozenset("Rf Db Sg Bh Hs Mt Ds Rg Cn Nh Fl Mc Lv Ts Og".split())  # noqa: SIM905 - shorter
_TYPE_SYMBOL = re.compile(
    r"^(\d{0,3})([A-Za-z]{1,2})"
    r"(?:\d*(?:\.\d*)?[+-]?|\d*[+-]\d*|val|va|\(\s*[+-]?(?:[IVX]{1,4}|\d)\s*[+-]?\s*\))$"
)
"""An element with its charge (``Fe3+``, ``Fe(III)``), or as the International Tables name scattering factors (``Sival``)."""
_LABEL_LETTERS = re.compile(r"^[A-Za-z]+")


WITHOUT_HYDROGEN = "without its hydrogen atoms."
"""End of the warning about a label that stands for a molecule."""
SYMBOLS = frozenset(BY_SYMBOL)
"""The symbols H … Og."""


def _unknown(text: str, where: str) -> CrystalError:
    return CrystalError(f"{where}: '{text[:40]}' is not a chemical element; give every atom its element symbol.",
                        kind="unknown-element")  # fmt: skip


def _of_group(text: str) -> tuple[str, str] | None:
    """The heavy atom of a label that stands for a molecule, and a warning; None for all other labels."""
    match = GROUP.match(text)
    if match is None or match.lastindex is None:
        return None
    symbol, molecule = _GROUPS[match.lastindex - 1]
    return symbol, f"'{text[:20]}' stands for {molecule}; it is read as {symbol}, {WITHOUT_HYDROGEN}"


def element_symbol(text: str, *, where: str) -> tuple[str, str]:
    """The neutral element of a type symbol such as ``Fe``, ``FE3+``, ``O2-``, ``13C`` or ``D``, and a warning ("" if none).

    Deuterium and tritium become H, since geometry does not know isotopes. Raises CrystalError of kind
    ``unknown-element`` for everything that is not an element with an optional charge.
    """
    if group := _of_group(text.strip()):
        return group
    match = _TYPE_SYMBOL.match(text.strip())
    if match is None:
        raise _unknown(text, where)
    mass, symbol = match[1], match[2].capitalize()
    if symbol in SYMBOLS:
        isotope = f"{mass}{symbol}"
        return symbol, f"the isotope {isotope} is treated as {symbol}." if mass else ""
    if symbol in ISOTOPES:
        return "H", f"{ISOTOPES[symbol]} ({symbol}) is treated as H."
    raise _unknown(text, where)


def isotope_of(type_symbol: str, label: str) -> str:
    """The isotope that a type symbol, or a label where there is none, names: ``D``, ``T``, ``13C``; "" for none."""
    match = _TYPE_SYMBOL.match(type_symbol.strip())
    if match is not None:
        symbol = match[2].capitalize()
        return f"{match[1]}{symbol}" if match[1] or symbol in ISOTOPES else ""
    letters = _LABEL_LETTERS.match(label.strip())
    if (
        type_symbol
        or letters is None
        or letters[0][:2].capitalize() in SYMBOLS
        or letters[0][:1].upper() not in ISOTOPES
    ):
        return ""
    return letters[0][:1].upper()


def element_of_label(label: str, *, where: str) -> tuple[str, str]:
    """The element of an atom label such as ``Na1``, ``CA(2)``, ``OW3`` or ``H12A``, and a warning ("" if none).

    CIF labels begin with the element symbol and go on freely, so the two leading letters are tried first, then one;
    a guess that leaves letters over is reported. Raises CrystalError of kind ``unknown-element``.
    """
    if group := _of_group(label.strip()):
        return group
    match = _LABEL_LETTERS.match(label.strip())
    if match is None or match[0].lower() in _NOT_ATOMS:
        raise _unknown(label, where)
    letters = match[0]
    for length in (2, 1):
        symbol = letters[:length].capitalize()
        if len(letters) >= length and symbol in SYMBOLS - NEVER_IN_LABELS:
            # "Na1" is clear; "OW", "HO1", "CL" read from a longer label are guesses that the user should see.
            clear = len(letters) == length
            return symbol, "" if clear else f"atom label '{label[:20]}' is read as {symbol}."
    if letters[0].upper() in ISOTOPES:
        return "H", f"{ISOTOPES[letters[0].upper()]} (label '{label[:20]}') is treated as H."
    raise _unknown(label, where)
