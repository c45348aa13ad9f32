"""A concept: the fixed phrase that retrieval embeds, and the facts that make it true. One place decides truth: here."""

from __future__ import annotations

import enum
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

from clics.concepts import phrases
from clics.results.description import Description

Kind = Literal["space_group", "environment", "polyhedra", "connection", "pattern", "structure_type"]


class Truth(enum.IntEnum):
    """How a description stands to a concept.

    ``STATED``: the description says it in the concept's own sentence form (the paper's ground truth). ``HELD``: the
    facts make it true, but the description says it otherwise: an octahedral site that is described as connected
    octahedra holds "is bonded in an octahedral geometry" without stating it. Badges count both; the paper's Table 1
    counts STATED only.
    """

    FALSE = 0
    HELD = 1
    STATED = 2


@dataclass(frozen=True, slots=True)
class Concept:
    """``kind`` and ``phrase``; the phrase is unique and is what retrieval embeds (validation wording of Table S2)."""

    kind: Kind
    phrase: str


def true_concepts(description: Description) -> dict[Concept, Truth]:
    """Every concept that is not false for a description, each with how it is true."""
    found: dict[Concept, Truth] = {}

    def note(kind: Kind, phrase_list: Iterable[str], truth: Truth) -> None:
        for phrase in phrase_list:
            concept = Concept(kind, phrase)
            found[concept] = max(truth, found.get(concept, Truth.FALSE))

    group = description.space_group
    note("space_group", [phrases.space_group(group.symbol if group.number else "")], Truth.STATED)
    for site in description.sites:
        said = Truth.STATED if site.polyhedra is None else Truth.HELD
        note("environment", [phrases.environment(site.element_class, site.geometry, distorted=site.distorted)], said)
        if site.polyhedra is not None:
            note("polyhedra", [phrases.polyhedra(site.polyhedra, distorted=site.distorted)], Truth.STATED)
            met = {phrases.connection(site.polyhedra, c.sharing, c.geometry) for c in site.connections}
            note("connection", met, Truth.STATED)
            note("pattern", phrases.pattern(site), Truth.STATED)
    if description.mineral:
        note("structure_type", [phrases.structure_type(description.mineral)], Truth.STATED)
    return found
