"""Networks of polyhedra by formula as concepts: "Edge-sharing CoO6 polyhedra form layers."; stored facts decide them."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from typing import ClassVar

from clics.concepts import network_words
from clics.concepts.concept import Concept, Kind
from clics.concepts.kind import ConceptKind, GeometryFact
from clics.results.description import Sharing
from clics.results.facts import GeometryFacts

_PHRASE = re.compile(rf"{network_words.PATTERN}\.")
_FORMULA = re.compile(r"(\(?[A-Z]\S*) polyhedra")


@dataclass(frozen=True, slots=True, eq=False)
class FormulaNetworkConcept(Concept):
    """The network that cation-centred polyhedra of a formula build by their connections.

    Attributes:
        formula: Centre and vertices of a polyhedron, for example ``CoO6``.
        sharing: The ways of sharing, in the order corner, edge, face; empty for isolated polyhedra.
        dimensionality: 0 (isolated, or finite groups), 1 (chains), 2 (layers) or 3 (framework).
        size: Polyhedra in a finite group (1: isolated); 0 for a network that is infinite, or a group of any size.
    """

    KIND: ClassVar[Kind] = "formula_network"
    formula: str
    sharing: tuple[Sharing, ...]
    dimensionality: int
    size: int = 0

    def _render(self) -> str:
        polyhedra = f"{self.formula} polyhedra"
        return f"{network_words.clause(polyhedra, self.sharing, self.dimensionality, self.size)}."


@lru_cache(maxsize=1 << 16)
def _network(formula: str, sharing: tuple[Sharing, ...], dimensionality: int, size: int) -> FormulaNetworkConcept:
    return FormulaNetworkConcept(formula, sharing, dimensionality, size)


def _parse(phrase: str) -> FormulaNetworkConcept | None:
    parts = network_words.parts_of(_PHRASE.fullmatch(phrase))
    formula = None if parts is None else _FORMULA.fullmatch(parts.polyhedra)
    if parts is None or formula is None:
        return None
    return _network(formula[1], parts.sharing, parts.dimensionality, parts.size)


def _of_geometry(geometry: GeometryFacts) -> Iterator[GeometryFact[FormulaNetworkConcept]]:
    for network in geometry.networks:
        atoms = network_words.atoms_of(geometry, network)
        size = network.size if not network.sharing or network.dimensionality == 0 else 0
        yield GeometryFact(_network(network.polyhedron, network.sharing, network.dimensionality, size), atoms)
        if size > 1:
            yield GeometryFact(_network(network.polyhedron, network.sharing, 0, 0), atoms)


FORMULA_NETWORK = ConceptKind(
    name=FormulaNetworkConcept.KIND,
    concept=FormulaNetworkConcept,
    title="Network by formula",
    plural="networks by formula",
    parse=_parse,
    label=lambda concept: network_words.label(concept.formula, concept.sharing, concept.dimensionality, concept.size),
    of_geometry=_of_geometry,
    known_by="geometry",
    learned=False,
)
