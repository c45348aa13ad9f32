"""Coordination shapes as concepts: "[METAL] is at the centre of a trigonal prism."."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from typing import ClassVar, cast, get_args

from clics.concepts import phrases, shape_paraphrases, shape_words
from clics.concepts.concept import Concept, Kind, Truth
from clics.concepts.kind import ConceptKind, Criterion, GeometryFact
from clics.descriptions.element_classes import ELEMENT_CLASSES
from clics.results.description import ElementClass
from clics.results.facts import GeometryFacts

TEMPLATES: tuple[str, ...] = (
    "The neighbours of {centre} make a coordination polyhedron that is {noun}.",
    "{centre} has a coordination polyhedron in the shape of {noun}.",
    "It is {noun} that the neighbours of {centre} make.",
    "The shape of the coordination of {centre} is {adjective}.",
)
_PHRASE = re.compile(r"\[(METAL|NONMETAL|METALLOID)\] is at the centre of an? (.+)\.")
CLASSES: tuple[ElementClass, ...] = get_args(ElementClass)


@dataclass(frozen=True, slots=True, eq=False)
class ShapeConcept(Concept):
    """A site of an element class whose coordination polyhedron has a shape, distorted or not.

    The shape is that of :class:`clics.results.facts.Shape`, by continuous shape measures.

    Attributes:
        element_class: Class of the element at the centre.
        symbol: Symbol of the shape, that of its family (:mod:`clics.concepts.shape_words`).
    """

    KIND: ClassVar[Kind] = "shape"
    element_class: ElementClass
    symbol: str

    @property
    def noun(self) -> str:
        """The shape as a noun: ``"trigonal prism"``."""
        return shape_words.noun(self.symbol)

    def _render(self) -> str:
        return f"[{self.element_class}] is at the centre of {phrases.with_article(self.noun)}."


@lru_cache(maxsize=1024)  # few are distinct, and descriptions make one for each site
def of_class(element_class: ElementClass, symbol: str) -> ShapeConcept:
    """The concept of a shape around an element class, made once."""
    return ShapeConcept(element_class, symbol)


def alternatives(symbol: str, *classes: ElementClass) -> tuple[ShapeConcept, ...]:
    """The concepts any of which makes "a trigonal prism" true: a shape around any of some element classes.

    Args:
        symbol: Symbol of the shape.
        classes: The element classes; none: all.
    """
    return tuple(of_class(element_class, symbol) for element_class in classes or CLASSES)


def _parse(phrase: str) -> ShapeConcept | None:
    match = _PHRASE.fullmatch(phrase)
    symbol = None if match is None else shape_words.symbol_of_noun(match[2])
    return None if match is None or symbol is None else of_class(cast(ElementClass, match[1]), symbol)


def _of_geometry(geometry: GeometryFacts) -> Iterator[GeometryFact[ShapeConcept]]:
    for site in geometry.sites:
        symbol = shape_words.family_of(site.shape)
        if symbol is not None:
            yield GeometryFact(of_class(ELEMENT_CLASSES[site.element], symbol), site.atoms)


def _completes(concept: ShapeConcept, typed: str) -> int | None:
    """Complete the beginning of its symbol, then that of any of its words."""
    start = typed.strip().casefold()
    if len(start) < 3:
        return None
    if any(symbol.casefold().startswith(start) for symbol in shape_words.symbols_of(concept.symbol)):
        return 1
    return 2 if any(word.startswith(start) for word in shape_words.words_of(concept.symbol)) else None


SHAPE = ConceptKind(
    name=ShapeConcept.KIND,
    concept=ShapeConcept,
    title="Coordination shape",
    plural="coordination shapes",
    parse=_parse,
    label=lambda concept: f"{concept.element_class.capitalize()}: {concept.noun}",
    of_geometry=_of_geometry,
    known_by="geometry",
    in_bank=True,
    templates=TEMPLATES,
    slots=lambda concept: {
        "centre": f"[{concept.element_class}]",
        "noun": phrases.with_article(concept.noun),
        "adjective": shape_words.families()[concept.symbol].adjective,
    },
    paraphrases=lambda concept: shape_paraphrases.of_shape(concept.element_class, concept.symbol),
    loss_weight=1.0,
    best_site_weight=2.0,
    evidence="sites",
    site_set="shapes",
    evidence_weight=1.0,
    as_reason=True,
    fixed=tuple(concept for symbol in shape_words.families() for concept in alternatives(symbol)),
    completes=_completes,
    is_listed=True,
    table="geometry",
    criteria=(Criterion("shape", "coordination shape", Truth.STATED),),
    precision_per_phrase=True,
    comparison_phrases=2,
)
