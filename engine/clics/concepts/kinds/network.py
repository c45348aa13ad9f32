"""Networks of polyhedra as concepts: "Edge-sharing octahedra form layers."."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from typing import ClassVar

from clics.concepts import network_words, shape_paraphrases, shape_words
from clics.concepts.concept import Concept, Kind, Truth
from clics.concepts.kind import ConceptKind, Criterion, GeometryFact
from clics.results.description import Sharing
from clics.results.facts import GeometryFacts, Network

TEMPLATES: tuple[str, ...] = (
    "The polyhedra around cations of this crystal are {linked}, which make {unit}.",
    "This crystal is built of {unit} of {linked}.",
    "It is {unit} of {linked} that this crystal has.",
    "This is an inorganic material with {unit} of {linked}.",
)
_PHRASE = re.compile(rf"{network_words.PATTERN}\.")


@dataclass(frozen=True, slots=True, eq=False)
class NetworkConcept(Concept):
    """The network that cation-centred polyhedra of a shape build by their connections.

    Attributes:
        symbol: Symbol of the shape, that of its family; None: the polyhedra have none, or several.
        coordination_number: Vertices of a polyhedron.
        sharing: The ways of sharing, in the order corner, edge, face; empty for isolated polyhedra.
        dimensionality: 0 (isolated, or finite groups), 1 (chains), 2 (layers) or 3 (framework).
    """

    KIND: ClassVar[Kind] = "network"
    symbol: str | None
    coordination_number: int
    sharing: tuple[Sharing, ...]
    dimensionality: int

    @property
    def polyhedra(self) -> str:
        """The polyhedra as a plural noun: ``"octahedra"``."""
        return shape_words.polyhedra(self.symbol, self.coordination_number)

    def _render(self) -> str:
        return f"{network_words.clause(self.polyhedra, self.sharing, self.dimensionality)}."


@lru_cache(maxsize=4096)  # few are distinct
def _network(symbol: str | None, number: int, sharing: tuple[Sharing, ...], dimensionality: int) -> NetworkConcept:
    return NetworkConcept(symbol, number, sharing, dimensionality)


def of_network(geometry: GeometryFacts, network: Network) -> NetworkConcept | None:
    """The concept of a network of a crystal; None where its polyhedra have different numbers of vertices."""
    numbers = {geometry.site(label).coordination_number for label in network.sites}
    if len(numbers) != 1:
        return None
    symbol = None if network.symbol is None else shape_words.family(network.symbol)
    return _network(symbol, numbers.pop(), network.sharing, network.dimensionality)


def _parse(phrase: str) -> NetworkConcept | None:
    parts = network_words.parts_of(_PHRASE.fullmatch(phrase))
    shape = None if parts is None else shape_words.of_polyhedra_at_start(parts.polyhedra)
    return None if parts is None or shape is None else _network(*shape, parts.sharing, parts.dimensionality)


def _of_geometry(geometry: GeometryFacts) -> Iterator[GeometryFact[NetworkConcept]]:
    for network in geometry.networks:
        concept = of_network(geometry, network)
        if concept is not None:
            yield GeometryFact(concept, network_words.atoms_of(geometry, network))


NETWORK = ConceptKind(
    name=NetworkConcept.KIND,
    concept=NetworkConcept,
    title="Network of polyhedra",
    plural="networks of polyhedra",
    parse=_parse,
    label=lambda concept: network_words.label(concept.polyhedra, concept.sharing, concept.dimensionality),
    of_geometry=_of_geometry,
    known_by="geometry",
    in_bank=True,
    least_share=1e-3,  # ways of sharing and shapes combine to thousands, most of which a few crystals have
    templates=TEMPLATES,
    slots=lambda concept: {
        "linked": network_words.linked(concept.polyhedra, concept.sharing),
        "unit": network_words.UNITS[concept.dimensionality] if concept.sharing else "single units",
    },
    paraphrases=lambda concept: shape_paraphrases.of_network(
        concept.polyhedra, concept.sharing, concept.dimensionality
    ),
    loss_weight=0.5,
    evidence="facts",
    as_reason=True,
    is_listed=True,
    table="geometry",
    criteria=(Criterion("network", "network of polyhedra", Truth.STATED),),
    precision_per_phrase=True,
    comparison_phrases=2,
)
