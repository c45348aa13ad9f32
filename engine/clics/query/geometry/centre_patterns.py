"""Patterns of centres of polyhedra that a text names as such: "oxo-centred", "around Zn", "chloride ions in …"."""

from __future__ import annotations

import re
from functools import cache

from clics.query.geometry import vocabulary as words
from clics.query.geometry.item_patterns import ION

_PREFIXES = {
    "oxido": "O", "oxo": "O", "nitrido": "N", "fluorido": "F", "fluoro": "F", "chlorido": "Cl", "chloro": "Cl",
    "hydrido": "H", "carbido": "C", "sulfido": "S", "sulphido": "S", "sulfo": "S", "borido": "B", "phosphido": "P",
}  # fmt: skip
"""Names of ligands as prefixes, IUPAC's Red Book (2005), table IX, and older ones."""


def element_of_prefix(prefix: str) -> str:
    """The element of a prefix such as "oxo", in any case."""
    return _PREFIXES[prefix.casefold()]


ION_CENTRE = re.compile(
    rf"\b(?P<ion>{ION})\s+(?:an)?ions?\b(?=\s+(?:(?:is|are)\s+)?(?:in\b|at\b|on\b|\w+ly\b|coordinated|surrounded|bonded|with\b))",
    re.IGNORECASE,
)
"""An anion of which a coordination is told: "hydride ions octahedrally coordinated by Li"."""


@cache
def centred_pattern() -> re.Pattern[str]:
    """A centre that is named as such."""
    element = words.element_pattern().pattern.replace("(?P<", "(?P<x_")
    plain = re.sub(r"\(\?P<x_\w+>", "(?:", element)
    return re.compile(
        rf"(?:\b(?P<role>anion|cation|ligand|metal)|(?!(?-i:[ABCFIPR])[\s-]*cent\w+\b(?!\s+(?:\w+\s+)?(?:\w*hedr|\w*pri|\w*pyr|cube|squ)))"
        rf"(?P<first>{plain}))[\s-]*cent(?:ere|re)d\b"
        rf"|\b(?P<prefix>{'|'.join(_PREFIXES)})[\s-]*cent(?:ere|re)d\b"
        rf"|\bcent(?:ere|re)d\s+(?:by|on|at|around)\s+(?:an?\s+|the\s+)?(?P<last>{plain})",
        re.IGNORECASE,
    )


@cache
def around_pattern() -> re.Pattern[str]:
    """The centre after a preposition or verb: "tetrahedra around Zn", "hosting Zn", "centred by Zn", "with Zn inside"."""
    plain = re.sub(r"\(\?P<\w+>", "(?:", words.element_pattern().pattern)
    holds = r"(?:host|hold|enclos|surround|encapsulat|hous)(?:s|es|ing|e)?"
    article = r"(?:an?\s+|the\s+|each\s+|every\s+|all\s+|one\s+|central\s+)*"
    inside = (
        r"(?:inside|within|(?:at|in)\s+(?:the|their|its)\s+(?:cent(?:re|er)s?|middle|interior)"
        r"|as\s+(?:the\s+)?central\s+atoms?|in\s+(?:them|it))"
    )
    return re.compile(
        rf"\b(?:around|about|round|{holds}|(?:filled|occupied|populated)\s+(?:by|with)|cent(?:re|ere)d\s+(?:by|on|at|around))\s+{article}(?P<last>{plain})"
        rf"|\b(?:with|containing|having)\s+{article}(?P<inside>{plain})(?:\s+(?:atoms?|ions?|cations?))?\s+{inside}\b",
        re.IGNORECASE,
    )
