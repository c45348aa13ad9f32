"""Classes of silicates and of their relatives as concepts: "This material is a phyllosilicate."; facts decide them."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from typing import ClassVar

from clics.concepts import network_words, phrases
from clics.concepts.concept import Concept, Kind
from clics.concepts.kind import ConceptKind, GeometryFact
from clics.results.facts import GeometryFacts

_PHRASE = re.compile(r"This material is an? ([a-z]+(?:[ -][a-z]+)*(?: \([a-z ]+\))?)\.")


@dataclass(frozen=True, slots=True, eq=False)
class SilicateClassConcept(Concept):
    """A class of crystals by the network of one kind of polyhedra (:attr:`clics.results.facts.Network.name`).

    Attributes:
        name: The class, for example ``phyllosilicate``; ``inosilicate (single chain)`` is an ``inosilicate`` too.
    """

    KIND: ClassVar[Kind] = "silicate_class"
    name: str

    def _render(self) -> str:
        return f"This material is {phrases.with_article(self.name)}."


@lru_cache(maxsize=256)  # few are distinct
def of_name(name: str) -> SilicateClassConcept:
    """The concept of a class, made once."""
    return SilicateClassConcept(name)


def _parse(phrase: str) -> SilicateClassConcept | None:
    match = _PHRASE.fullmatch(phrase)
    return None if match is None else of_name(match[1])


def _of_geometry(geometry: GeometryFacts) -> Iterator[GeometryFact[SilicateClassConcept]]:
    for network in geometry.networks:
        if network.name is not None:
            atoms = network_words.atoms_of(geometry, network)
            yield GeometryFact(of_name(network.name), atoms)
            general = network.name.partition(" (")[0]
            if general != network.name:
                yield GeometryFact(of_name(general), atoms)


SILICATE_CLASS = ConceptKind(
    name=SilicateClassConcept.KIND,
    concept=SilicateClassConcept,
    title="Silicate class",
    plural="silicate classes",
    parse=_parse,
    label=lambda concept: concept.name.capitalize(),
    of_geometry=_of_geometry,
    known_by="geometry",
    learned=False,
)
