"""The fixed phrases that retrieval embeds: the validation wording of Tables S1 and S2 of the paper.

Nothing else in the engine writes these sentences. They never occur among the training templates
(:mod:`clics.concepts.templates`).
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from clics.concepts import number_words
from clics.results.description import Connection, ElementClass, Sharing, Site

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
"""Geometries whose polyhedra connect, and the plural nouns they go by."""

GEOMETRIES: dict[str, str] = {noun: geometry for geometry, noun in NOUNS.items()}
"""The inverse of :data:`NOUNS`."""


def space_group(symbol: str) -> str:
    """``"Pnma"`` → ``"This material crystallizes in Pnma space group."``; an empty symbol is [UNK]."""
    return f"This material crystallizes in {symbol or UNKNOWN_SPACE_GROUP} space group."


def environment(element_class: ElementClass, geometry: str, *, distorted: bool = False) -> str:
    """``("METAL", "octahedral")`` → ``"[METAL] is bonded in an octahedral geometry."``.

    ``geometry`` is robocrystallographer's name. Before a number word the article is "a" ("a eight coordinate"), since
    the original is "a 8-coordinate".
    """
    words = geometry_words(geometry)
    words = f"distorted {words}" if distorted else words
    return f"[{element_class}] is bonded in {article(words)} {words} geometry."


def polyhedra(noun: str, *, distorted: bool = False) -> str:
    """``"octahedra"`` → ``"This crystal has bondings to form [POLYHEDRA] octahedra."``."""
    return f"This crystal has bondings to form {_polyhedra_words(noun, distorted)}."


def connection(noun: str, sharing: Sharing, other: str) -> str:
    """How polyhedra of ``noun`` meet those of ``other``, without counts.

    ``"This crystal has bondings to form [POLYHEDRA] octahedra that share corners with [POLYHEDRA] tetrahedra."``
    """
    return f"This crystal has bondings to form {POLYHEDRA} {noun} that share {sharing}s with {POLYHEDRA} {other}."


def pattern(site: Site) -> list[str]:
    """The full patterns of a site's connections with counts (last row of Table S1); none where nothing is connected.

    Robocrystallographer has two forms: "that share corners with four equivalent … octahedra and edges with …", and,
    where a polyhedron meets only its own kind, "corner-sharing … octahedra" without counts. A site whose connections
    all go to its own element has the second form, and the first one too where the counts are known.
    """
    if site.polyhedra is None or not site.connections:
        return []
    found = []
    if all(c.count > 0 for c in site.connections):
        shared = join(_clauses(site.connections))
        words = _polyhedra_words(site.polyhedra, site.distorted)
        found.append(f"This crystal has bondings to form {words} that share {shared}.")
    if all(c.element == site.element for c in site.connections):
        found.append(f"This crystal has bondings to form {_sharing_words(site)}.")
    return found


def structure_type(name: str) -> str:
    """``"Calcite-derived"`` → ``"This material has Calcite-derived crystal structure."``; the name stays as it is."""
    return f"This material has {name} crystal structure."


def geometry_words(geometry: str) -> str:
    """Robocrystallographer's geometry in the paper's words.

    Numbers in words, degrees as [REALVAL], hyphens opened: ``"8-coordinate"`` → ``"eight coordinate"``,
    ``"bent 150 degrees"`` → ``"bent [REALVAL] degrees"``, ``"see-saw-like"`` → ``"see saw like"``, ``"q6"`` →
    ``"q six"``.
    """
    geometry = re.sub(r"\d+(\.\d+)? degrees", f"{REAL} degrees", geometry)
    geometry = re.sub(r"(?<=[a-z])(?=\d)", " ", geometry)
    geometry = re.sub(r"\d+", lambda found: number_words.to_words(int(found.group())), geometry)
    return geometry.replace("-", " ")


def article(words: str) -> str:
    """``"an"`` before a vowel and before the letter L; ``"a"`` otherwise and before number words, as in the paper."""
    first = words.split(" ", 1)[0]
    if first in number_words.NUMBER_WORDS:
        return "a"
    return "an" if first == "L" or first[0] in "aeiou" else "a"


def join(items: Sequence[str]) -> str:
    """``a``; ``a and b``; ``a, b, and c``, as robocrystallographer joins."""
    if len(items) < 3:
        return " and ".join(items)
    return ", ".join(items[:-1]) + f", and {items[-1]}"


def _polyhedra_words(noun: str, distorted: bool) -> str:
    return f"{'distorted ' if distorted else ''}{POLYHEDRA} {noun}"


def _sharing_words(site: Site) -> str:
    kinds = [kind for kind in SHARINGS if any(c.sharing == kind for c in site.connections)]
    mixture = "a mixture of " if len(kinds) > 1 else ""
    return f"{mixture}{'distorted ' if site.distorted else ''}{join(kinds)} sharing {POLYHEDRA} {site.polyhedra}"


def _clauses(connections: tuple[Connection, ...]) -> list[str]:
    clauses = []
    for to in sorted(connections, key=lambda c: (c.sharing, c.geometry, c.count)):
        count = number_words.to_words(to.count).replace("-", " ")
        if to.count == 1:
            noun = to.geometry.removesuffix("s")
            clauses.append(f"{article(to.sharing)} {to.sharing}-{to.sharing} with {count} {POLYHEDRA} {noun}")
        else:
            clauses.append(f"{to.sharing}s with {count} equivalent {POLYHEDRA} {to.geometry}")
    return clauses
