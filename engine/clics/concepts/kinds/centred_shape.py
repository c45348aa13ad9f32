"""Coordination shapes by element or role of the centre as concepts: "Mo is at the centre of a trigonal prism.".

Models learn shapes around classes of elements (:mod:`clics.concepts.kinds.shape`). Elements are no part of their
language; stored facts decide these concepts.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from typing import ClassVar

from clics.concepts import phrases, shape_words
from clics.concepts.concept import Concept, Kind
from clics.concepts.kind import ConceptKind, GeometryFact
from clics.concepts.kinds.centres import CENTRE, centre_of_word, centre_word, centres_of
from clics.results.facts import GeometryFacts

_PHRASE = re.compile(rf"{CENTRE} is at the centre of an? (.+)\.")


@dataclass(frozen=True, slots=True, eq=False)
class CentredShapeConcept(Concept):
    """A site of an element or role whose coordination polyhedron has a shape, distorted or not.

    Attributes:
        centre: Symbol of the element (``Mo``), or the role (``cation``, ``anion``, ``neutral``).
        symbol: Symbol of the shape, that of its family.
    """

    KIND: ClassVar[Kind] = "centred_shape"
    centre: str
    symbol: str

    def _render(self) -> str:
        shape = phrases.with_article(shape_words.noun(self.symbol))
        return f"{centre_word(self.centre)} is at the centre of {shape}."


@lru_cache(maxsize=1 << 14)
def of_centre(centre: str, symbol: str) -> CentredShapeConcept:
    """The concept of a shape around an element or role, made once."""
    return CentredShapeConcept(centre, symbol)


def _parse(phrase: str) -> CentredShapeConcept | None:
    match = _PHRASE.fullmatch(phrase)
    symbol = None if match is None else shape_words.symbol_of_noun(match[2])
    return None if match is None or symbol is None else of_centre(centre_of_word(match[1]), symbol)


def _of_geometry(geometry: GeometryFacts) -> Iterator[GeometryFact[CentredShapeConcept]]:
    for site in geometry.sites:
        symbol = shape_words.family_of(site.shape)
        if symbol is not None:
            for centre in centres_of(site):
                yield GeometryFact(of_centre(centre, symbol), site.atoms)


CENTRED_SHAPE = ConceptKind(
    name=CentredShapeConcept.KIND,
    concept=CentredShapeConcept,
    title="Shape by centre",
    plural="shapes by centre",
    parse=_parse,
    label=lambda concept: f"{concept.centre}: {shape_words.noun(concept.symbol)}",
    of_geometry=_of_geometry,
    known_by="geometry",
    learned=False,
)
