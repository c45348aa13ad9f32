"""Connections of polyhedra as concepts: octahedra that share corners with tetrahedra."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from typing import ClassVar, cast

from clics.concepts import paraphrases, phrases
from clics.concepts.concept import Concept, Kind, Truth
from clics.concepts.kind import ConceptKind, Criterion, SiteFact
from clics.concepts.kinds.polyhedra import TEMPLATES
from clics.results.description import Sharing, Site

_PHRASE = re.compile(
    r"This crystal has bondings to form \[POLYHEDRA\] ([a-z ]+) that share (corner|edge|face)s"
    r" with \[POLYHEDRA\] ([a-z ]+)\."
)


@dataclass(frozen=True, slots=True, eq=False)
class ConnectionConcept(Concept):
    """Polyhedra that share corners, edges or faces with others, without counts.

    Attributes:
        noun: Plural noun of the polyhedra.
        sharing: The shared element.
        other: Plural noun of the polyhedra that they share it with.
    """

    KIND: ClassVar[Kind] = "connection"
    noun: str
    sharing: Sharing
    other: str

    @property
    def words(self) -> str:
        """The connected polyhedra in the language of the phrases."""
        return phrases.connection_words(self.noun, self.sharing, self.other)

    def _render(self) -> str:
        return phrases.formed(self.words)


@lru_cache(maxsize=1024)  # few are distinct, and descriptions make several for each site
def _connection(noun: str, sharing: Sharing, other: str) -> ConnectionConcept:
    return ConnectionConcept(noun, sharing, other)


def _parse(phrase: str) -> ConnectionConcept | None:
    match = _PHRASE.fullmatch(phrase)
    return None if match is None else ConnectionConcept(match[1], cast(Sharing, match[2]), match[3])


def _of_site(site: Site) -> Iterator[SiteFact[ConnectionConcept]]:
    if site.polyhedra is not None:
        for met in site.connections:
            yield SiteFact(_connection(site.polyhedra, met.sharing, met.geometry), Truth.STATED, (met,))


def _label(concept: ConnectionConcept) -> str:
    if concept.noun == concept.other:
        return f"{concept.sharing.capitalize()}-sharing {concept.noun}"
    return f"{concept.noun.capitalize()} sharing {concept.sharing}s with {concept.other}"


CONNECTION = ConceptKind(
    name=ConnectionConcept.KIND,
    concept=ConnectionConcept,
    title="Connection",
    plural="connections",
    parse=_parse,
    label=_label,
    of_site=_of_site,
    in_bank=True,
    templates=TEMPLATES,
    slots=lambda concept: {"polyhedra": concept.words},
    paraphrases=lambda concept: paraphrases.of_connection(concept.noun, concept.sharing, concept.other),
    loss_weight=0.5,
    best_site_weight=0.5,
    evidence="sites",
    site_set="environments",
    evidence_weight=0.15,
    as_reason=True,
    is_listed=True,
    analysis_list="connections",
    table="connected",
    criteria=(Criterion("connection", "connection of polyhedra", Truth.HELD),),
    precision_per_phrase=True,
    paper_count=2780,
    comparison_phrases=2,
)
