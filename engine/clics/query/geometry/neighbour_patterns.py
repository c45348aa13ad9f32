"""Patterns of the neighbours of a site that a text names: "by oxygen", "O and F ligands", "Ti–O octahedra"."""

from __future__ import annotations

import re
from functools import cache

from clics.query.geometry import vocabulary as words
from clics.query.geometry.item_patterns import ION, NOUN

OF_IONS = re.compile(
    r"(?:hedr(?:a|on)|prisms?|pyramids?|cubes?|squares?|triangles?)(?P<of>\s+(?:made\s+)?(?:of|from|by)\s+(?:(?:\d+|three|four|five|six|eight|nine|twelve)\s+)?(?:an|cat)ions)\b",
    re.IGNORECASE,
)
"""Neighbours that are told by their role alone, which says nothing of a polyhedron: "trigonal prisms of anions"."""


@cache
def ligand_pattern() -> re.Pattern[str]:
    """The element of the neighbours: "by fluorine", "O-coordinated", "oxygen ligands", "fluoride octahedra"."""
    plain = re.sub(r"\(\?P<\w+>", "(?:", words.element_pattern().pattern)
    listed = rf"{plain}(?:(?:\s*,\s*|\s+and\s+)(?:{plain})(?!\s+(?:by|in|with|on|at|is|are|\w+hedr|\w+al)\b))*"
    atoms = r"(?:\s+(?:atoms|ions|anions|ligands|neighbou?rs))?"
    return re.compile(
        rf"\b(?:(?:coordinat(?:ed|ion)|surrounded|bonded|bound|environment)\s+(?:to|of\s+only)|(?:(?:coordinat(?:ed|ion)|surrounded"
        rf"|bonded|bound|environment)\s+)?(?:only\s+)?(?<!filled\s)(?<!occupied\s)(?<!centred\s)(?<!centered\s)(?<!separated\s)(?<!interleaved\s)(?<!intercalated\s)(?<!spaced\s)(?<!balanced\s)(?<!together\s)by)\s+(?:only\s+)?(?P<first>{listed}|{ION}s?|(?-i:{words.SYMBOLS})\d?-(?=\s|$)){atoms}(?:(?<=-)|\b)"
        rf"|(?P<last>{plain})-coordinated\b(?!\s+(?:by|to|with)\b)|(?P<only>{listed})\s+(?:ligands|neighbou?rs)\b"
        rf"|\b(?P<ion>{ION}){NOUN}",
        re.IGNORECASE,
    )


@cache
def bond_pattern() -> re.Pattern[str]:
    """Centre and ligand of polyhedra: "Ti–O octahedra"; of an angle: "Si–O–Si"."""
    symbols = words.SYMBOLS
    return re.compile(
        rf"(?<![\w-])(?-i:(?P<centre>{symbols})[-–](?P<ligand>{symbols})(?![\w-])){NOUN}"
        rf"|(?<![\w-])(?-i:(?P<end>{symbols})[-–](?P<middle>{symbols})[-–](?P=end)(?![\w-]))",
        re.IGNORECASE,
    )
