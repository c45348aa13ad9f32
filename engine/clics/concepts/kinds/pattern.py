"""Full patterns of connections as concepts: all connections of the polyhedra of one site, with counts."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from typing import ClassVar, NamedTuple, cast

from clics.concepts import number_words, phrases
from clics.concepts.concept import Concept, Kind, Truth
from clics.concepts.kind import ConceptKind, Criterion, SiteFact
from clics.concepts.kinds.connection import ConnectionConcept
from clics.concepts.kinds.polyhedra import TEMPLATES, PolyhedraConcept
from clics.results.description import Sharing, Site

_BEFORE, _AFTER = phrases.formed("\0").split("\0")
_POLYHEDRA = re.compile(
    r"(?:a mixture of )?(?P<distorted>distorted )?(?:(?P<kinds>.+) sharing )?\[POLYHEDRA\] (?P<noun>[a-z ]+)"
)
_CLAUSE = re.compile(
    r"(?:an? )?(?P<sharing>corner|edge|face)(?:s|-(?P=sharing)) with (?P<count>[a-z ]+?)(?: equivalent)?"
    r" \[POLYHEDRA\] (?P<noun>[a-z ]+)"
)


class Clause(NamedTuple):
    """The connections of a site to equivalent polyhedra.

    Attributes:
        sharing: The shared element.
        number: Number of the polyhedra.
        other: Their plural noun.
    """

    sharing: Sharing
    number: int
    other: str


@dataclass(frozen=True, slots=True, eq=False)
class PatternConcept(Concept):
    """All connections of the polyhedra of a site, in one of robocrystallographer's two forms.

    The form with counts has ``clauses``: "share corners with four equivalent … octahedra and edges with …". Polyhedra
    that connect only to those of their own element have ``sharings`` without counts: "corner and edge sharing …
    octahedra".

    Attributes:
        noun: Plural noun of the polyhedra.
        distorted: True for distorted polyhedra.
        clauses: Connections with counts, in the order of the phrase.
        sharings: Ways of sharing without counts, in the order of the phrase.
    """

    KIND: ClassVar[Kind] = "pattern"
    noun: str
    distorted: bool = False
    clauses: tuple[Clause, ...] = ()
    sharings: tuple[Sharing, ...] = ()

    @property
    def polyhedra(self) -> PolyhedraConcept:
        """The polyhedra that connect."""
        return PolyhedraConcept(self.noun, self.distorted)

    @property
    def connections(self) -> tuple[ConnectionConcept, ...]:
        """Each connection once, without counts.

        "Corner-sharing octahedra" meet polyhedra around their own element, which are taken to be octahedra; the pattern
        does not tell whether the element has other polyhedra too.
        """
        met = [(clause.sharing, clause.other) for clause in self.clauses]
        met += [(sharing, self.noun) for sharing in self.sharings]
        return tuple(ConnectionConcept(self.noun, sharing, other) for sharing, other in dict.fromkeys(met))

    @property
    def words(self) -> str:
        """The whole pattern in the language of the phrases."""
        if self.sharings:
            return phrases.own_pattern_words(self.noun, self.sharings, distorted=self.distorted)
        return phrases.counted_pattern_words(self.noun, self.clauses, distorted=self.distorted)

    def _render(self) -> str:
        return phrases.formed(self.words)


def _parse(phrase: str) -> PatternConcept | None:
    if not (phrase.startswith(_BEFORE) and phrase.endswith(_AFTER)):
        return None
    formed, _, shared = phrase[len(_BEFORE) : -len(_AFTER)].partition(" that share ")
    whole = _whole(formed)
    if whole is None or (whole["kinds"] is None) == (not shared) or whole["noun"] not in phrases.GEOMETRIES:
        return None
    noun, distorted = whole["noun"], whole["distorted"] is not None
    if not shared:
        kinds = _listed(whole["kinds"])
        known_kinds = set(kinds) <= set(phrases.SHARINGS)
        return PatternConcept(noun, distorted, sharings=cast(tuple[Sharing, ...], kinds)) if known_kinds else None
    clauses = [_clause(clause) for clause in _listed(shared)]
    known = tuple(clause for clause in clauses if clause is not None)
    return PatternConcept(noun, distorted, known) if len(known) == len(clauses) else None


@lru_cache(maxsize=1024)
def _whole(formed: str) -> re.Match[str] | None:
    return _POLYHEDRA.fullmatch(formed)


def _listed(words: str) -> tuple[str, ...]:
    """The inverse of :func:`clics.concepts.phrases.join`."""
    return tuple(words.replace(", and ", ", ").replace(" and ", ", ").split(", "))


@lru_cache(maxsize=4096)  # the same few hundred make up all patterns
def _clause(text: str) -> Clause | None:
    match = _CLAUSE.fullmatch(text)
    if match is None:
        return None
    # one polyhedron is told without its last s: "one trigonal pyramid", but "one octahedra"
    noun = match["noun"] if match["noun"] in phrases.GEOMETRIES else f"{match['noun']}s"
    try:
        count = number_words.from_words(match["count"])
    except KeyError:
        return None
    return Clause(cast(Sharing, match["sharing"]), count, noun) if noun in phrases.GEOMETRIES else None


def _of_site(site: Site) -> Iterator[SiteFact[PatternConcept]]:
    if site.polyhedra is None or not site.connections:
        return
    if all(met.count > 0 for met in site.connections):
        ordered = sorted(site.connections, key=lambda met: (met.sharing, met.geometry, met.count))
        clauses = tuple(Clause(met.sharing, met.count, met.geometry) for met in ordered)
        whole = PatternConcept(site.polyhedra, site.distorted, clauses)
        yield SiteFact(whole, Truth.STATED, site.connections)
    if all(met.element == site.element for met in site.connections):
        met_by = {met.sharing for met in site.connections}
        sharings = tuple(kind for kind in phrases.SHARINGS if kind in met_by)
        own = PatternConcept(site.polyhedra, site.distorted, sharings=sharings)
        yield SiteFact(own, Truth.STATED, site.connections)


def _label(concept: PatternConcept) -> str:
    noun = f"distorted {concept.noun}" if concept.distorted else concept.noun
    if concept.sharings:
        hung = [f"{sharing}-" for sharing in concept.sharings[:-1]]
        return f"{phrases.join([*hung, f'{concept.sharings[-1]}-sharing'])} {noun}".capitalize()
    shared = [
        f"{sharing}s with {number} {other if number > 1 else _single(other)}"
        for sharing, number, other in concept.clauses
    ]
    return f"{noun} sharing {phrases.join(shared)}".capitalize()


def _single(noun: str) -> str:
    return f"{noun[:-1]}on" if noun.endswith("hedra") else noun.removesuffix("s")


PATTERN = ConceptKind(
    name=PatternConcept.KIND,
    concept=PatternConcept,
    title="Full pattern of connections",
    plural="full patterns",
    parse=_parse,
    label=_label,
    of_site=_of_site,
    compound=True,
    templates=TEMPLATES,
    slots=lambda concept: {"polyhedra": concept.words},
    evidence="site_patterns",
    evidence_weight=1.0,
    table="connected",
    criteria=(Criterion("pattern", "full pattern of connections", Truth.HELD),),
    paper_count=5166,
)
