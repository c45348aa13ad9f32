"""The 230 space groups: symbols, point groups, crystal systems and the other spellings in use.

The table holds, one group a line: number, symbol in spglib's ASCII spelling, point group, and the symbols of other
settings and of older tables (International Tables for Crystallography, volume A; the settings are those of spglib's
list of Hall symbols). A spelling that names two groups is left out.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass

from clics.data import read_rows

_LAST_OF_SYSTEM = (
    (2, "triclinic"),
    (15, "monoclinic"),
    (74, "orthorhombic"),
    (142, "tetragonal"),
    (167, "trigonal"),
    (194, "hexagonal"),
    (230, "cubic"),
)


@dataclass(frozen=True, slots=True)
class SpaceGroupType:
    """One of the 230: ``number``, standard ``symbol``, ``point_group``, and other ``spellings`` of the symbol."""

    number: int
    symbol: str
    point_group: str
    spellings: tuple[str, ...]

    @property
    def crystal_system(self) -> str:
        """``triclinic`` … ``cubic``; the groups 143–167 are trigonal, as spglib and robocrystallographer say."""
        return next(system for last, system in _LAST_OF_SYSTEM if self.number <= last)


def _read_table() -> tuple[SpaceGroupType, ...]:
    return tuple(
        SpaceGroupType(int(number), symbol, point_group, tuple(spellings.split()))
        for number, symbol, point_group, spellings in read_rows("space_groups.tsv")
    )


SPACE_GROUPS: tuple[SpaceGroupType, ...] = _read_table()
"""All groups, in order: group ``n`` is at index ``n - 1``."""

_BY_SYMBOL = {group.symbol: group for group in SPACE_GROUPS}


def by_number(number: int) -> SpaceGroupType:
    """The group of a number. Raises KeyError outside 1–230."""
    if not 1 <= number <= len(SPACE_GROUPS):
        raise KeyError(number)
    return SPACE_GROUPS[number - 1]


def by_symbol(symbol: str) -> SpaceGroupType | None:
    """The group of a standard symbol in spglib's spelling, or None."""
    return _BY_SYMBOL.get(symbol)


_OVERLINE_AFTER = re.compile(r"[-−]?(\d)[\u0304\u0305]")  # as Unicode has it
_OVERLINE_BEFORE = re.compile(r"[\u0304\u0305](\d)")  # as pymatgen and robocrystallographer write it
_LATEX_BAR = re.compile(r"\\(?:bar|overline)\s*\{?\s*(\d)\s*\}?")
_BAR_WORD = re.compile(r"(\d)[\s(]*bar\)?|\(?bar[\s)]*(\d)", re.IGNORECASE)
_IN_BRACKETS = re.compile(r"\((-?\d)\)|(?<=\d)sub(?=\d)")
_NOT_IN_KEYS = re.compile(r"[\s_{}$\\]|</?su[bp]>|</?(?:i|em)>")
_LATEX_FONT = re.compile(r"\\(?:mbox|text|mathrm|rm|it|mathit)\b\s*|\\[()]|:math:|`")
_SETTING = re.compile(r"\s*:\s*[12hrHRbca]\d?$|(?<=[a-z\d])[\s:]*[HRSZ]$")


def spelling_key(text: str) -> str:
    r"""A symbol without what differs between spellings: blanks, underscores, LaTeX, subscripts, overbars, settings.

    ``"F m \bar{3} m"``, ``"Fm3̅m"``, ``"Fm3bar m"`` and ``"Fm-3m"`` share ``"Fm-3m"``; ``"P2₁/c"`` becomes ``"P21/c"``.
    """
    text = _SETTING.sub("", _LATEX_FONT.sub("", text).strip())
    text = _LATEX_BAR.sub(r"-\1", text)
    text = _OVERLINE_AFTER.sub(r"-\1", unicodedata.normalize("NFD", text))
    text = _OVERLINE_BEFORE.sub(r"-\1", text)
    text = _BAR_WORD.sub(lambda match: f"-{match[1] or match[2]}", text)
    text = _IN_BRACKETS.sub(lambda match: match[1] or "", text)
    text = unicodedata.normalize("NFKC", text).replace("\u2212", "-").replace("\u2013", "-")
    return _NOT_IN_KEYS.sub("", text)


def _all_keys() -> dict[str, SpaceGroupType]:
    keys: dict[str, SpaceGroupType] = {}
    for group in SPACE_GROUPS:
        for spelling in group.spellings:
            keys[spelling_key(spelling)] = group
        if group.point_group in ("m-3", "m-3m"):  # the older tables wrote these without the bar: Fm3m, Pa3
            keys[spelling_key(group.symbol.replace("-", ""))] = group
    keys.update({spelling_key(group.symbol): group for group in SPACE_GROUPS})
    return keys


_BY_KEY = _all_keys()


def by_spelling(text: str) -> SpaceGroupType | None:
    """The group of a symbol in any usual spelling or setting (``"F m -3 m"``, ``"P121/c1"``, ``"Pbnm"``), or None."""
    return _BY_KEY.get(spelling_key(text))


_SCHOENFLIES = {
    "1": "C1", "-1": "Ci", "2": "C2", "m": "Cs", "2/m": "C2h", "222": "D2", "mm2": "C2v", "mmm": "D2h", "4": "C4", "-4": "S4",
    "4/m": "C4h", "422": "D4", "4mm": "C4v", "-42m": "D2d", "4/mmm": "D4h", "3": "C3", "-3": "C3i", "32": "D3", "3m": "C3v",
    "-3m": "D3d", "6": "C6", "-6": "C3h", "6/m": "C6h", "622": "D6", "6mm": "C6v", "-6m2": "D3h", "6/mmm": "D6h", "23": "T",
    "m-3": "Th", "432": "O", "-43m": "Td", "m-3m": "Oh",
}  # fmt: skip


def schoenflies_of(point_group: str) -> str:
    """The Schoenflies symbol of a point group: ``"4/mmm"`` → ``"D4h"``. Raises KeyError for what is no point group."""
    return _SCHOENFLIES[point_group]


def _all_schoenflies() -> dict[str, SpaceGroupType]:
    """Symbols such as ``D6h4``: the groups of a point group are numbered as the International Tables order them."""
    counts: dict[str, int] = {}
    symbols: dict[str, SpaceGroupType] = {}
    for group in SPACE_GROUPS:
        name = _SCHOENFLIES[group.point_group]
        counts[name] = counts.get(name, 0) + 1
        symbols[f"{name}{counts[name]}".lower()] = group
    return symbols


_BY_SCHOENFLIES = _all_schoenflies()


def by_schoenflies(text: str) -> SpaceGroupType | None:
    """The group of a Schoenflies symbol (``"D6h^4"``, ``"D_{6h}^{4}"``, ``"D6h-4"``, ``"Oh5"``), or None."""
    return _BY_SCHOENFLIES.get(re.sub(r"[\s_^{}$()-]", "", text).lower())
