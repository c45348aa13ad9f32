"""Point groups by their names: Hermann-Mauguin in full or short, Schoenflies, and the names of crystal classes.

Mineralogists name a crystal class by its general form ("hexoctahedral", "ditetragonal dipyramidal"; P. Groth,
Physikalische Krystallographie, 1905; C. Friedel). Names that also are the shape of a coordination polyhedron ("trigonal
dipyramidal", "prismatic") count only where the crystal system or the word "class" stands beside them.
"""

from __future__ import annotations

import re

from clics.symmetry import space_groups

_FORMS = (
    ("1", "pedial"), ("-1", "pinacoidal"), ("2", "sphenoidal"), ("m", "domatic"), ("222", "rhombic disphenoidal"),
    ("mm2", "rhombic pyramidal"), ("mmm", "rhombic dipyramidal"), ("-4", "tetragonal disphenoidal"),
    ("422", "tetragonal trapezohedral"), ("4mm", "ditetragonal pyramidal"), ("-42m", "tetragonal scalenohedral"),
    ("4/mmm", "ditetragonal dipyramidal"), ("32", "trigonal trapezohedral"), ("3m", "ditrigonal pyramidal"),
    ("-3m", "hexagonal scalenohedral"), ("-3m", "ditrigonal scalenohedral"), ("622", "hexagonal trapezohedral"),
    ("6mm", "dihexagonal pyramidal"), ("-6m2", "ditrigonal dipyramidal"), ("6/mmm", "dihexagonal dipyramidal"),
    ("23", "tetartoidal"), ("m-3", "diploidal"), ("m-3", "dyakisdodecahedral"), ("432", "gyroidal"), ("432", "plagihedral"),
    ("-43m", "hextetrahedral"), ("-43m", "hexakistetrahedral"), ("m-3m", "hexoctahedral"), ("m-3m", "hexakisoctahedral"),
)  # fmt: skip
_FORMS_BESIDE = (
    ("2/m", "monoclinic prismatic"), ("4", "tetragonal pyramidal"), ("4/m", "tetragonal dipyramidal"),
    ("3", "trigonal pyramidal"), ("-3", "trigonal rhombohedral"), ("6", "hexagonal pyramidal"),
    ("-6", "hexagonal trigonal dipyramidal"), ("6/m", "hexagonal dipyramidal"),
)  # fmt: skip
"""System and form that can also be the shape of a polyhedron: "Tetragonal - Dipyramidal"."""

_FULL = {
    "2/m2/m2/m": "mmm", "4/m2/m2/m": "4/mmm", "-32/m": "-3m", "32/m": "-3m", "6/m2/m2/m": "6/mmm", "2/m-3": "m-3",
    "4/m-32/m": "m-3m", "m3m": "m-3m", "m3": "m-3", "43m": "-43m", "2mm": "mm2", "m2m": "mm2", "-62m": "-6m2", "-4m2": "-42m",
    "42m": "-42m",
}  # fmt: skip
_SHORT = frozenset(group.point_group for group in space_groups.SPACE_GROUPS)
_BY_SCHOENFLIES = {space_groups.schoenflies_of(point).lower(): point for point in _SHORT} | {
    "s6": "-3",
    "s2": "-1",
    "c1h": "m",
}

SYMBOL = r"[$(\[\\]*(?:\\?(?:bar|overline)\s*\{?\d\}?|[-−]?\d[\u0304\u0305]?|[m/]|\s+(?=[-−\\\dm])|[{}$])+"
"""Pattern of what can be the Hermann-Mauguin symbol of a point group, in a text."""
SCHOENFLIES = r"(?-i:[CDSOTV]_?\{?[2346]?_?[hvdi]?\}?|[CD]_?\{?\d\}?|C_?\{?[is]\}?)"


_APART = r"[\s,-]+"
_SET_APART = r"(?:\s+[-–]\s+|,?\s+(?=[\w ]*\bclass\b))"


def _patterns(forms: tuple[tuple[str, str], ...], letter: str, between: str) -> list[str]:
    patterns = []
    for i, (_, words) in enumerate(forms):
        words = words.replace("rhombic", "(?:ortho)?rhombic").replace("dipyr", "(?:bi|di)pyr").replace(" ", between)
        patterns.append(rf"\b(?P<{letter}{i}>{words})\b")
    return patterns


NAME = re.compile("|".join(_patterns(_FORMS, "f", _APART) + _patterns(_FORMS_BESIDE, "b", _SET_APART)), re.IGNORECASE)
"""The name of a crystal class, in a text."""


def named(match: re.Match[str]) -> str:
    """The point group of what :data:`NAME` found."""
    which = match.lastgroup or ""
    return (_FORMS if which[0] == "f" else _FORMS_BESIDE)[int(which[1:])][0]


def by_symbol(text: str) -> str | None:
    """The point group of a Hermann-Mauguin symbol, full or short, in any usual spelling; None if it is none."""
    key = space_groups.spelling_key(text.strip(" ()[]"))
    key = _FULL.get(key, key)
    return key if key in _SHORT else None


def by_schoenflies(text: str) -> str | None:
    """The point group of a Schoenflies symbol (``D4h``, ``O_h``, ``C_{2v}``); None if it is none."""
    return _BY_SCHOENFLIES.get(re.sub(r"[_{}\s$]", "", text).lower())
