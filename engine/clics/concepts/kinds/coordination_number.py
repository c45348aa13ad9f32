"""Coordination numbers as concepts: "Ti has coordination number 6."; stored facts decide them.

Every crystal whose geometry is described has one for each of its orbits, so that their presence among the stored facts
of a crystal tells that facts of geometry are stored (:mod:`clics.library.facts`).
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from typing import ClassVar

from clics.concepts.concept import Concept, Kind
from clics.concepts.kind import ConceptKind, GeometryFact
from clics.concepts.kinds.centres import CENTRE, centre_of_word, centre_word, centres_of
from clics.concepts.kinds.shape import CLASSES
from clics.descriptions.element_classes import ELEMENT_CLASSES
from clics.results.facts import GeometryFacts

_PHRASE = re.compile(rf"(?:{CENTRE}|\[(METAL|NONMETAL|METALLOID)\]) has coordination number (0|[1-9]\d*)\.")


@dataclass(frozen=True, slots=True, eq=False)
class CoordinationNumberConcept(Concept):
    """A site with a number of bonds.

    Attributes:
        centre: Symbol of the element at the site (``Ti``), its class (``METAL``, …) or its role (``cation``, …).
        number: Number of bonds; 0: none.
    """

    KIND: ClassVar[Kind] = "coordination_number"
    centre: str
    number: int

    def _render(self) -> str:
        centre = f"[{self.centre}]" if self.centre in CLASSES else centre_word(self.centre)
        return f"{centre} has coordination number {self.number}."


@lru_cache(maxsize=1 << 13)
def of_centre(centre: str, number: int) -> CoordinationNumberConcept:
    """The concept of a number of bonds of a centre, made once."""
    return CoordinationNumberConcept(centre, number)


def _parse(phrase: str) -> CoordinationNumberConcept | None:
    match = _PHRASE.fullmatch(phrase)
    return None if match is None else of_centre(match[2] or centre_of_word(match[1]), int(match[3]))


def _of_geometry(geometry: GeometryFacts) -> Iterator[GeometryFact[CoordinationNumberConcept]]:
    for site in geometry.sites:
        for centre in (ELEMENT_CLASSES[site.element], *centres_of(site)):
            yield GeometryFact(of_centre(centre, site.coordination_number), site.atoms)


def _label(concept: CoordinationNumberConcept) -> str:
    centre = concept.centre.capitalize() if concept.centre in CLASSES else concept.centre
    return f"{centre}: CN {concept.number}"


COORDINATION_NUMBER = ConceptKind(
    name=CoordinationNumberConcept.KIND,
    concept=CoordinationNumberConcept,
    title="Coordination number",
    plural="coordination numbers",
    parse=_parse,
    label=_label,
    of_geometry=_of_geometry,
    known_by="geometry",
    learned=False,
)
