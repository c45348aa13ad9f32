"""Coordination polyhedra by formula as concepts: "This material has TiO6 octahedra."; stored facts decide them."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from typing import ClassVar

from clics.concepts import shape_words
from clics.concepts.concept import Concept, Kind
from clics.concepts.kind import ConceptKind, GeometryFact
from clics.results.facts import GeometryFacts

_PHRASE = re.compile(r"This material has (\(?[A-Z]\S*) (.+)\.")
_ANY_SHAPE = "polyhedra"


@dataclass(frozen=True, slots=True, eq=False)
class PolyhedronConcept(Concept):
    """A coordination polyhedron of a formula, of any role of its centre.

    Attributes:
        formula: Centre and vertices, for example ``TiO6``.
        symbol: Symbol of its shape, that of its family; None: whatever its shape.
    """

    KIND: ClassVar[Kind] = "polyhedron"
    formula: str
    symbol: str | None = None

    def _render(self) -> str:
        return f"This material has {self.formula} {_plural(self.symbol)}."


def _plural(symbol: str | None) -> str:
    return _ANY_SHAPE if symbol is None else shape_words.polyhedra(symbol, 0)


@lru_cache(maxsize=1 << 16)
def of_formula(formula: str, symbol: str | None = None) -> PolyhedronConcept:
    """The concept of a polyhedron, made once."""
    return PolyhedronConcept(formula, symbol)


def _parse(phrase: str) -> PolyhedronConcept | None:
    match = _PHRASE.fullmatch(phrase)
    if match is None:
        return None
    if match[2] == _ANY_SHAPE:
        return of_formula(match[1])
    shape = shape_words.of_polyhedra(match[2])
    return None if shape is None or shape[0] is None else of_formula(match[1], shape[0])


def _of_geometry(geometry: GeometryFacts) -> Iterator[GeometryFact[PolyhedronConcept]]:
    for site in geometry.sites:
        if site.polyhedron is not None:
            yield GeometryFact(of_formula(site.polyhedron), site.atoms)
            symbol = shape_words.family_of(site.shape)
            if symbol is not None:
                yield GeometryFact(of_formula(site.polyhedron, symbol), site.atoms)


def _label(concept: PolyhedronConcept) -> str:
    noun = "polyhedron" if concept.symbol is None else shape_words.noun(concept.symbol)
    return f"{concept.formula} {noun}"


POLYHEDRON = ConceptKind(
    name=PolyhedronConcept.KIND,
    concept=PolyhedronConcept,
    title="Coordination polyhedron",
    plural="coordination polyhedra",
    parse=_parse,
    label=_label,
    of_geometry=_of_geometry,
    known_by="geometry",
    learned=False,
)
