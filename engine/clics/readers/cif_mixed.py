"""Sites that several elements share, written in the place of one element: ``0.6Mg+0.4Fe``, ``Mg0.6Fe0.4``."""

from __future__ import annotations

import re

from clics.crystals.atom_symbols import SYMBOLS
from clics.errors import CrystalError

_SHARE = r"(?P<{0}>\d*\.\d+|\d+%?)(?:\(\d+\))?"
_SYMBOL = r"(?P<{0}>[A-Z][a-z]?)(?:\d?[+-](?!\s*\d*\.\d)|[+-]\d)?"
_GAP = r"\s*[+,/&;]?\s*"
_BEFORE = re.compile(_SHARE.format("share") + r"\s*\*?\s*" + _SYMBOL.format("symbol") + _GAP)
_AFTER = re.compile(_SYMBOL.format("symbol") + r"\s*\(?(?P<share>\d*\.\d+)\)?(?:\(\d+\))?" + _GAP)
_WITHOUT_SHARES = re.compile(r"^\(?[A-Z][a-z]?(?:\s*[,/&]\s*[A-Z][a-z]?)+\)?$")


def mixture(text: str, *, where: str) -> list[tuple[str, float]]:
    """Elements and their shares of a site; [] for what names one element.

    Raises:
        CrystalError: ``unknown-element`` for several elements without shares, or something that is no element.
    """
    plain = text.strip()
    if _WITHOUT_SHARES.match(plain):
        raise CrystalError(f"{where}: '{plain[:40]}' names several elements without their shares; list each as an atom "
                           "of its own with its occupancy.", kind="unknown-element")  # fmt: skip
    inner = plain[1:-1] if plain.startswith("(") and plain.endswith(")") else plain
    for pattern in (_BEFORE, _AFTER):
        parts = [(match["symbol"], _share(match["share"])) for match in pattern.finditer(inner)]
        if len(parts) > 1 and not pattern.sub("", inner).strip():
            unknown = next((symbol for symbol, _ in parts if symbol not in SYMBOLS | {"D", "T"}), None)
            if unknown is not None:
                raise CrystalError(
                    f"{where}: '{unknown}' in '{plain[:40]}' is not a chemical element.", kind="unknown-element"
                )
            return [("H" if symbol in ("D", "T") else symbol, share) for symbol, share in parts]
    return []


def _share(text: str) -> float:
    return float(text[:-1]) / 100 if text.endswith("%") else float(text)
