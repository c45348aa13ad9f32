"""Networks of two kinds of polyhedra as concepts: "Corner-sharing ZrO6 and PO4 polyhedra form a framework."; facts decide."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from typing import ClassVar

from clics.concepts import network_words, shape_words
from clics.concepts.concept import Concept, Kind
from clics.concepts.kind import ConceptKind, GeometryFact
from clics.descriptions.facts.polyhedra_kinds import family_symbol
from clics.results.description import Sharing
from clics.results.facts import GeometryFacts, MixedNetwork
from clics.results.geometry_words import listed

_PHRASE = re.compile(rf"{network_words.PATTERN}\.")
_FORMULAS = re.compile(r"([A-Z]\S*(?:, [A-Z]\S*)* and [A-Z]\S*) polyhedra")
_NONE = "No two kinds of polyhedra build a network together."


@dataclass(frozen=True, slots=True, eq=False)
class MixedNetworkConcept(Concept):
    """The network that cation-centred polyhedra of several kinds build together.

    Attributes:
        polyhedra: Formulas, the more electropositive centre first, or symbols of families of shapes, sorted; none: the
            crystal has no such network.
        sharing: The ways of sharing, in the order corner, edge, face.
        dimensionality: 0 (finite groups), 1 (chains), 2 (layers) or 3 (framework).
    """

    KIND: ClassVar[Kind] = "mixed_network"
    polyhedra: tuple[str, ...]
    sharing: tuple[Sharing, ...]
    dimensionality: int

    def _render(self) -> str:
        if not self.polyhedra:
            return _NONE
        return f"{network_words.clause(_noun(self.polyhedra), self.sharing, self.dimensionality)}."


NO_NETWORK = MixedNetworkConcept((), (), 0)
"""Stored for crystals without such a network, so that those whose networks an earlier version did not look for are known."""


@lru_cache(maxsize=1 << 14)
def of_polyhedra(polyhedra: tuple[str, ...], sharing: tuple[Sharing, ...], dimensionality: int) -> MixedNetworkConcept:
    """The concept of a network; see :class:`MixedNetworkConcept`."""
    return MixedNetworkConcept(polyhedra, sharing, dimensionality)


def _noun(polyhedra: tuple[str, ...]) -> str:
    if polyhedra[0] in shape_words.families():
        return listed([shape_words.polyhedra(symbol, 0) for symbol in polyhedra])
    return f"{listed(polyhedra)} polyhedra"


def _parse(phrase: str) -> MixedNetworkConcept | None:
    if phrase == _NONE:
        return NO_NETWORK
    parts = network_words.parts_of(_PHRASE.fullmatch(phrase))
    if parts is None or " and " not in parts.polyhedra or not parts.sharing:
        return None
    formulas = _FORMULAS.fullmatch(parts.polyhedra)
    names = _symbols(parts.polyhedra) if formulas is None else re.split(r", | and ", formulas[1])
    return of_polyhedra(tuple(names), parts.sharing, parts.dimensionality) if names else None


def _symbols(words: str) -> list[str]:
    """The shapes of a list of nouns, of which some have a comma of their own; none for other words."""
    if not words:
        return []
    for end in sorted({len(words), *(match.start() for match in re.finditer(r", | and ", words))}, reverse=True):
        shape = shape_words.of_polyhedra_at_start(words[:end])
        rest = re.sub(r"^(?:, | and )", "", words[end:])
        following = _symbols(rest)
        if shape is not None and shape[0] is not None and (following or not rest):
            return [shape[0], *following]
    return []


def _of_geometry(geometry: GeometryFacts) -> Iterator[GeometryFact[MixedNetworkConcept]]:
    if geometry.mixed is None:
        return
    if not geometry.mixed:
        yield GeometryFact(NO_NETWORK, ())
    for network in geometry.mixed:
        atoms = tuple(sorted(atom for label in network.sites for atom in geometry.site(label).atoms))
        if len(network.polyhedra) > 1:
            yield GeometryFact(of_polyhedra(network.polyhedra, network.sharing, network.dimensionality), atoms)
        shapes = _shapes(geometry, network)
        if shapes:
            yield GeometryFact(of_polyhedra(shapes, network.sharing, network.dimensionality), atoms)


def _shapes(geometry: GeometryFacts, network: MixedNetwork) -> tuple[str, ...]:
    """The families of shapes of a network; none where it has one alone, or polyhedra without a name."""
    symbols = {family_symbol(geometry.site(label)) for label in network.sites}
    return () if None in symbols or len(symbols) < 2 else tuple(sorted(symbol for symbol in symbols if symbol))


MIXED_NETWORK = ConceptKind(
    name=MixedNetworkConcept.KIND,
    concept=MixedNetworkConcept,
    title="Network of several kinds of polyhedra",
    plural="networks of several kinds of polyhedra",
    parse=_parse,
    label=lambda concept: (
        network_words.label(
            _noun(concept.polyhedra).removesuffix(" polyhedra"), concept.sharing, concept.dimensionality
        )
        if concept.polyhedra
        else "No network of several kinds of polyhedra"
    ),
    of_geometry=_of_geometry,
    known_by="mixed networks",
    learned=False,
)
