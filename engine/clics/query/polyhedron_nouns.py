"""Nouns of polyhedra in a query: octahedra, square pyramids, and polyhedra of any shape."""

from __future__ import annotations

import re

from clics.concepts import phrases

ANY = "polyhedra"
"""The noun of polyhedra of any shape."""


def noun_pattern(noun: str) -> str:
    """The pattern of a noun in singular, plural and as an adjective: octahedron, octahedra, octahedral.

    Args:
        noun: A plural noun of :data:`clics.concepts.phrases.GEOMETRIES`, or :data:`ANY`.
    """
    if noun == ANY:
        return r"(?<!\w)polyhedr(?:a|ons?)\b"
    if noun.endswith("hedra"):
        return rf"(?<!\w){noun[:-1]}(?:a|ons?|al)\b"
    first, second = noun.removesuffix("s").split(" ")
    return rf"\b{first}[\s-]+{second}(?:s|al)?\b"


NOUN_PATTERNS = {noun: noun_pattern(noun) for noun in (*phrases.GEOMETRIES, ANY)}
NOUN = "(?:" + "|".join(NOUN_PATTERNS.values()) + ")"
"""Pattern of any noun of polyhedra."""


def named_group(name: str) -> str:
    """The pattern of any noun as a named group."""
    return f"(?P<{name}>" + "|".join(NOUN_PATTERNS.values()) + ")"


def noun_of(words: str) -> str:
    """The plural noun of a polyhedron.

    Args:
        words: A match of :data:`NOUN`.
    """
    return next(noun for noun, pattern in NOUN_PATTERNS.items() if re.fullmatch(pattern, words, re.IGNORECASE))
