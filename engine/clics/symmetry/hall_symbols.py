"""Hall symbols of the space groups, all settings of spglib's list.

Source: S. R. Hall, Acta Crystallographica A37, 517 (1981), doi 10.1107/S0567739481001228.
"""

from __future__ import annotations

import re

from clics.data import read_rows


def _key(text: str) -> str:
    """Without blanks and marks that are typed in several ways."""
    return re.sub(
        r"[\s_]", "", text.replace("\u2212", "-").replace("\u2033", '"').replace("”", '"').replace("''", '"')
    ).lower()


_BY_KEY = {
    _key(symbol): int(number) for number, symbols in read_rows("hall_symbols.tsv") for symbol in symbols.split("; ")
}
SYMBOL = re.compile(
    r"""(?<![\w/])(?P<symbol>-[PABCIRF](?:\s*-?[1-6][1-6abcnuvwdxyz'"”=^*]*){1,4}(?:\s+(?:\([-\d ]+\)|-1[a-z]*))?)(?![\w/])""",
    re.IGNORECASE,
)
"""Pattern of centrosymmetric Hall symbols in a text; others look like Hermann–Mauguin symbols."""


def number_of(text: str) -> int | None:
    """Space group number of a Hall symbol (``"-F 4 2 3"``), or None."""
    return _BY_KEY.get(_key(text))
