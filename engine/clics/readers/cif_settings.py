"""The settings of space groups that the symbols and numbers of a CIF may mean, in any usual spelling.

Symbols: Hermann–Mauguin, short or full, with or without blanks, of today's or the older tables; marks of origin choices and axes
as the International Tables (``:2``, ``:R``), ICSD (``Z``, ``S``, ``H``), FullProf, VESTA, Materials Studio and hands write them.
The settings themselves are gemmi's table, which follows the International Tables for Crystallography, volumes A and B.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Sequence
from functools import lru_cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from gemmi import SpaceGroup

_DASHES = str.maketrans({"\u2212": "-", "\u2013": "-", "\u2010": "-", "\u2011": "-", "_": "", "~": "-"})
_BAR = re.compile(r"(\d)[\u0304\u0305]|(\d)\s*bar\b")
_SUPERSPACE = re.compile(r"\([\d/,.\s+-]*[abgαβγ][abgαβγ\d/,.\s+-]*\).*$", re.IGNORECASE)
# What a mark can look like at the end of a symbol, after brackets have become blanks; the first that fits counts.
_MARKS = (
    (re.compile(r"[\s:,;]*\b(?:origin|choice|setting|o)[\s:#.]*(?:choice|no|at)?[\s:#.]*([12])\b\s*$", re.IGNORECASE), r"\1"),
    (re.compile(r"[\s:,;]*\borigin\s+(?:at\s+)?(?:-\s?1|-\s?3\s?m|2/m|cent\w*|inversion\s*cent\w*)\s*$", re.IGNORECASE), "2"),
    (re.compile(r"[\s:,;]*\b(?:hexagonal|hex|trigonal)\.?(?:\s*(?:axes|setting|cell))?\s*$", re.IGNORECASE), "H"),
    (re.compile(r"[\s:,;]*\b(?:rhombohedral|rhomb|rhomboh)\.?(?:\s*(?:axes|setting|cell))?\s*$", re.IGNORECASE), "R"),
    (re.compile(r"\s*:\s*([12HR])\s*$", re.IGNORECASE), r"\1"),
    (re.compile(r"(?<=[a-z\d\s])\s*Z\s*$"), "2"),
    (re.compile(r"(?<=[a-z\d\s])\s*S\s*$"), "1"),
    (re.compile(r"(?<=[a-z\d\s])\s*(?:H|HR|h)\s*$"), "H"),
    (re.compile(r"(?<=[a-z\d\s])\s*(?:R|RR|r)\s*$"), "R"),
    (re.compile(r"(?<=[a-z])\s+([12])\s*$"), r"\1"),
)  # fmt: skip
_PRINTED = (
    (re.compile(r"</?\w+/?>|[${}]|\\(?:rm|mathrm|it)\b"), ""),  # HTML and TeX
    (re.compile(r"\\(?:bar|overline)\s*(\d)"), r"-\1"),
    (re.compile(r"~(\d)~"), r"\1"),
    (re.compile(r"[\s,;(\[]*(?:\b(?:no|nr|number)\b\.?|#)\s*\d{1,3}[\s)\]]*$", re.IGNORECASE), ""),
    (re.compile(r"\s*[(\[]\s*\d{2,3}\s*[)\]]\s*$"), ""),
)
"""How symbols are set in print, and the number of the group behind them."""
_ONLY_NUMBER = re.compile(r"^(?:no\.?|nr\.?|number|#)?\s*(\d{1,3})$", re.IGNORECASE)
_SCHOENFLIES = re.compile(r"^\s*([CDSTO]\w{0,3})\s*\^\s*(\d{1,2})\s*$", re.IGNORECASE)
_SHIFTED = "p21212(a)"
"""P 21 21 2 of another origin, in the tables of CCP4 and gemmi; in brackets no superspace group ends."""
_AXES = re.compile(r"[\s:,;]*\b(?:unique\s+axis\s+[abc]|cell\s+choice\s+[123])\b.*$", re.IGNORECASE)
_EXTENSION = re.compile(r"\s*:\s*-?[abc]{1,3}\d?\s*$", re.IGNORECASE)
_TWOFOLD = re.compile(r"(?<![46])21?/([abcdemn])")
_WITH_E = {"aem2": "abm2", "aea2": "aba2", "cmce": "cmca", "cmme": "cmma", "ccce": "ccca"}
"""Symbols since 1992 and the older ones of the same settings (International Tables A, section 1.4.1.5.2)."""
_CUBIC = re.compile(r"^([fip])(?:4[123]?|21?)/([abcdmn])(-?3)")


def by_symbol(text: str, alpha: float = 0.0, gamma: float = 0.0) -> list[SpaceGroup]:
    """The settings that a Hermann–Mauguin symbol can mean, those of one group and one orientation of the axes.

    Args:
        text: The symbol as the file has it.
        alpha: Angle of the cell in degrees; with ``gamma``, decides the unique axis of a short monoclinic symbol.
        gamma: As ``alpha``.

    Returns:
        One setting where the symbol has a mark or its group has one choice; both choices where neither is marked; [] for a
        symbol that is unknown.
    """
    bare = re.sub(r"[_${}\s]", "", text)
    if (match := _ONLY_NUMBER.match(bare)) and 1 <= int(match[1]) <= 230:
        return by_number(int(match[1]))[0]
    if match := _SCHOENFLIES.match(bare):
        number = _by_schoenflies().get(f"{match[1]}^{match[2]}".lower(), 0)
        return by_number(number)[0] if number else []
    if _key(bare) == _SHIFTED:
        return _by_key()[_SHIFTED]
    plain = _plain(text)
    for symbol, mark in ((plain, ""), _without_mark(plain)):  # "P 1 2/c 1" ends in no mark
        for key in _spellings(symbol):
            if settings := _by_key().get(key):
                return _unique_axis(_marked(settings, mark), alpha, gamma)
    return []


def by_number(number: int) -> tuple[list[SpaceGroup], list[SpaceGroup]]:
    """The settings of a group: the standard one (with both origin choices, or both choices of axes), and all others."""
    import gemmi

    standard = gemmi.find_spacegroup_by_number(number)
    settings = [group for group in gemmi.spacegroup_table() if group.number == number]
    first = [group for group in settings if group.hm == standard.hm and (group.ext in "12HR" or group == standard)]
    # Centred cells of triclinic groups are choices of a cell and no settings that a number could mean.
    return first, [group for group in settings if group not in first and number > 2]


def _plain(text: str) -> str:
    """A symbol without quotes, brackets, wave vectors, and words about the axes that its letters tell already."""
    for pattern, plain in _PRINTED:
        text = pattern.sub(plain, text)
    text = unicodedata.normalize("NFKC", text)  # subscripts
    text = _BAR.sub(lambda match: f"-{match[1] or match[2]}", text.strip().strip("'\"").strip().translate(_DASHES))
    text = _EXTENSION.sub("", _SUPERSPACE.sub("", text).strip())
    return _AXES.sub("", re.sub(r"[()\[\]{}]", " ", text)).strip()


def _without_mark(text: str) -> tuple[str, str]:
    """A symbol and its mark ``1``, ``2``, ``H``, ``R`` or ""."""
    for pattern, mark in _MARKS:
        if (match := pattern.search(text)) and match.start() > 1:
            return text[: match.start()], match.expand(mark).upper()
    return text, ""


def _spellings(symbol: str) -> Iterator[str]:
    """Keys of a symbol to try: as it is, then a full symbol (``F 4/m -3 2/m``) in its short form."""
    key = _key(symbol)
    yield key
    short = _CUBIC.sub(r"\1\2\3", key)
    yield short
    yield _TWOFOLD.sub(r"\1", short)
    yield _WITH_E.get(key, key)


def _key(symbol: str) -> str:
    return re.sub(r"[\s'\"]", "", symbol).lower()


def _marked(settings: Sequence[SpaceGroup], mark: str) -> list[SpaceGroup]:
    """Those of a mark; all of them where none has it, for ``P 1 H`` marks what has no choice."""
    return [group for group in settings if mark and group.ext == mark] or list(settings)


def _unique_axis(settings: list[SpaceGroup], alpha: float, gamma: float) -> list[SpaceGroup]:
    """Of monoclinic settings that share a short symbol, those of the axis that the angles of the cell allow."""
    if not settings or not 3 <= settings[0].number <= 15 or len(settings) == 1:
        return settings
    axis = "a" if abs(alpha - 90) > 1e-3 and alpha else "c" if abs(gamma - 90) > 1e-3 and gamma else "b"
    return [group for group in settings if group.qualifier.lstrip("-")[:1] == axis] or settings


@lru_cache(maxsize=1)
def _by_schoenflies() -> dict[str, int]:
    """Numbers of the groups by their symbols after Schoenflies, ``d4h^14``."""
    import spglib

    kinds = (spglib.get_spacegroup_type(hall_number) for hall_number in range(1, 531))
    return {str(kind.schoenflies).lower(): int(kind.number) for kind in kinds}


@lru_cache(maxsize=1)
def _by_key() -> dict[str, list[SpaceGroup]]:
    """The settings of every spelling; of one group each, the standard symbol before those of other axes."""
    import gemmi

    keys: dict[str, list[SpaceGroup]] = {}
    short: dict[str, list[SpaceGroup]] = {}
    for group in gemmi.spacegroup_table():
        key = _key(group.xhm() if "(" in group.xhm() else group.hm)
        keys.setdefault(key, []).append(group)
        if group.number >= 195:  # the older tables wrote cubic groups without the bar: Fm3m, Pa3
            short.setdefault(key.replace("-3", "3"), []).append(group)
        if 3 <= group.number <= 15:  # P 1 21/c 1, P 1 1 21/b: without the axes of order one
            short.setdefault(_key(_monoclinic_short(group.hm)), []).append(group)
    for key, settings in short.items():
        if settings and key not in keys:
            keys[key] = [group for group in settings if group.number == settings[0].number]
    return keys


def _monoclinic_short(symbol: str) -> str:
    """``P 21/c`` of ``P 1 21/c 1``."""
    lattice, *axes = symbol.split()
    return lattice + "".join(axis for axis in axes if axis != "1")
