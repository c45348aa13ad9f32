"""The fixed phrases that retrieval embeds: the validation wording of Tables S1 and S2 of the paper.

They never occur among the training templates (:mod:`clics.concepts.templates`).
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from functools import lru_cache

from clics.concepts import number_words
from clics.results.description import ElementClass, Sharing

REAL = "[REALVAL]"
POLYHEDRA = "[POLYHEDRA]"
UNKNOWN_SPACE_GROUP = "[UNK]"
SHARINGS: tuple[Sharing, ...] = ("corner", "edge", "face")

NOUNS: dict[str, str] = {
    "tetrahedral": "tetrahedra",
    "octahedral": "octahedra",
    "trigonal pyramidal": "trigonal pyramids",
    "square pyramidal": "square pyramids",
    "trigonal bipyramidal": "trigonal bipyramids",
    "pentagonal pyramidal": "pentagonal pyramids",
    "hexagonal pyramidal": "hexagonal pyramids",
    "pentagonal bipyramidal": "pentagonal bipyramids",
    "hexagonal bipyramidal": "hexagonal bipyramids",
    "cuboctahedral": "cuboctahedra",
}
"""Plural nouns of polyhedra, by the geometry of their centre, for all geometries whose polyhedra connect."""

GEOMETRIES: dict[str, str] = {noun: geometry for geometry, noun in NOUNS.items()}
"""The inverse of :data:`NOUNS`."""


def space_group(symbol: str) -> str:
    """The phrase of a space group: ``"This material crystallizes in Pnma space group."``; an empty symbol is [UNK]."""
    return f"This material crystallizes in {symbol or UNKNOWN_SPACE_GROUP} space group."


def environment(element_class: ElementClass, geometry: str, *, distorted: bool = False) -> str:
    """The phrase of a local environment: ``"[METAL] is bonded in an octahedral geometry."``.

    Before a number word the article is "a" ("a eight coordinate"), since the original is "a 8-coordinate".

    Args:
        element_class: Class of the element at the centre.
        geometry: Robocrystallographer's name of the geometry.
        distorted: True for a distorted geometry.
    """
    words = geometry_words(geometry)
    words = f"distorted {words}" if distorted else words
    return f"[{element_class}] is bonded in {article(words)} {words} geometry."


def polyhedra(noun: str, *, distorted: bool = False) -> str:
    """The phrase of polyhedra: ``"This crystal has bondings to form [POLYHEDRA] octahedra."``."""
    return formed(polyhedra_words(noun, distorted=distorted))


def connection(noun: str, sharing: Sharing, other: str) -> str:
    """The phrase of connected polyhedra without counts.

    ``"This crystal has bondings to form [POLYHEDRA] octahedra that share corners with [POLYHEDRA] tetrahedra."``

    Args:
        noun: Plural noun of the polyhedra.
        sharing: The shared element.
        other: Plural noun of the polyhedra that they share it with.
    """
    return formed(connection_words(noun, sharing, other))


def formed(words: str) -> str:
    """The phrase of polyhedra, connected polyhedra or a full pattern, from its words."""
    return f"This crystal has bondings to form {words}."


def polyhedra_words(noun: str, *, distorted: bool = False) -> str:
    """The words of polyhedra: ``"distorted [POLYHEDRA] octahedra"``."""
    return f"{'distorted ' if distorted else ''}{POLYHEDRA} {noun}"


def connection_words(noun: str, sharing: Sharing, other: str) -> str:
    """The words of a connection: ``"[POLYHEDRA] octahedra that share corners with [POLYHEDRA] tetrahedra"``."""
    return f"{POLYHEDRA} {noun} that share {sharing}s with {POLYHEDRA} {other}"


def counted_pattern_words(noun: str, clauses: Iterable[tuple[Sharing, int, str]], *, distorted: bool = False) -> str:
    """The words of a full pattern with counts (last row of Table S1).

    Args:
        noun: Plural noun of the polyhedra.
        clauses: Sharing, number and plural noun of the polyhedra met, in the order of the phrase.
        distorted: True for distorted polyhedra.
    """
    return f"{polyhedra_words(noun, distorted=distorted)} that share {join([_clause(*each) for each in clauses])}"


def own_pattern_words(noun: str, sharings: Sequence[Sharing], *, distorted: bool = False) -> str:
    """The words of a full pattern without counts, of polyhedra that connect only to those of their own element.

    Args:
        noun: Plural noun of the polyhedra.
        sharings: Ways of sharing, in the order of the phrase.
        distorted: True for distorted polyhedra.
    """
    mixture = "a mixture of " if len(sharings) > 1 else ""
    return f"{mixture}{'distorted ' if distorted else ''}{join(sharings)} sharing {POLYHEDRA} {noun}"


def structure_type(name: str) -> str:
    """The phrase of a structure type: ``"This material has Calcite-derived crystal structure."``."""
    return f"This material has {name} crystal structure."


@lru_cache(maxsize=4096)  # few names, asked for once a site
def geometry_words(geometry: str) -> str:
    """The name of a geometry in the words of the paper.

    Numbers in words, degrees as [REALVAL], hyphens opened: ``"8-coordinate"`` → ``"eight coordinate"``,
    ``"bent 150 degrees"`` → ``"bent [REALVAL] degrees"``, ``"see-saw-like"`` → ``"see saw like"``, ``"q6"`` →
    ``"q six"``.
    """
    geometry = re.sub(r"\d+(\.\d+)? degrees", f"{REAL} degrees", geometry)
    geometry = re.sub(r"(?<=[a-z])(?=\d)", " ", geometry)
    geometry = re.sub(r"\d+", lambda match: number_words.to_words(int(match.group())), geometry)
    return geometry.replace("-", " ")


def article(words: str) -> str:
    """The article before words: "an" before a vowel and the letter L, else "a"; always "a" before number words."""
    first = words.split(" ", 1)[0]
    if first in number_words.NUMBER_WORDS:
        return "a"
    return "an" if first == "L" or first[0] in "aeiou" else "a"


def with_article(words: str) -> str:
    """A noun with its article: ``"an octahedron"``."""
    return f"{article(words)} {words}"


def join(items: Sequence[str]) -> str:
    """Join items as robocrystallographer does: ``a``; ``a and b``; ``a, b, and c``."""
    if len(items) < 3:
        return " and ".join(items)
    return ", ".join(items[:-1]) + f", and {items[-1]}"


@lru_cache(maxsize=4096)  # the same few hundred make up all patterns
def _clause(sharing: Sharing, number: int, other: str) -> str:
    """One connection with its count; robocrystallographer makes a single one by taking the last s off."""
    count = number_words.to_words(number).replace("-", " ")
    if number == 1:
        return f"{article(sharing)} {sharing}-{sharing} with {count} {POLYHEDRA} {other.removesuffix('s')}"
    return f"{sharing}s with {count} equivalent {POLYHEDRA} {other}"
