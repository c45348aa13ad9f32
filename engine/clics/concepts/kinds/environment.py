"""Local environments as concepts: "[METAL] is bonded in an octahedral geometry."."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from typing import ClassVar, cast

from clics.concepts import number_words, paraphrases, phrases
from clics.concepts.concept import Concept, Kind, Truth
from clics.concepts.kind import ConceptKind, Criterion, SiteFact
from clics.results.description import ElementClass, Site

TEMPLATES: tuple[str, ...] = (
    "{centre} has bondings to make a {geometry} local geometry.",
    "The bonding of {centre} makes a local geometry of {geometry}.",
    "{centre} is bonded in a local geometry of {geometry}.",
    "The bonding of {centre} has a {geometry} geometry.",
)
"""Without the neighbours: the geometry of a site alone."""

_PHRASE = re.compile(r"\[(METAL|NONMETAL|METALLOID)\] is bonded in an? (distorted )?(.+) geometry\.")
_NAMES = {
    "square co planar": "square planar",
    "trigonal non coplanar": "trigonal pyramidal (non-coplanar)",
    "trigonal pyramidal": "trigonal pyramidal (CN 4)",
    "T shaped": "T-shaped",
    "L shaped": "L-shaped",
    "see saw like": "see-saw",
    "rectangular see saw like": "rectangular see-saw",
    "body centered cubic": "cubic (CN 8)",
    "single bond": "terminal (CN 1)",
    "bent [REALVAL] degrees": "bent (any angle)",
    "water like": "bent, water-like",
    "q six": "trigonal prismatic-like",
    "q four": "4-coordinate, irregular",
}
"""Terms of the field for robocrystallographer's names of geometries. Its trigonal pyramid has four vertices."""


@dataclass(frozen=True, slots=True, eq=False)
class EnvironmentConcept(Concept):
    """A site of an element class in a coordination geometry.

    Attributes:
        element_class: Class of the element at the site.
        geometry: The geometry in the words of the paper (``"six coordinate"``).
        distorted: True for a distorted geometry.
    """

    KIND: ClassVar[Kind] = "environment"
    element_class: ElementClass
    geometry: str
    distorted: bool = False

    @classmethod
    def of_site(cls, site: Site) -> EnvironmentConcept:
        """The environment of a described site."""
        return _environment(site.element_class, site.geometry, site.distorted)

    @property
    def coordination(self) -> int | None:
        """The coordination number of a geometry that has no other name; else None."""
        number, _, rest = self.geometry.rpartition(" ")
        return number_words.from_words(number) if rest == "coordinate" else None

    def _render(self) -> str:
        return phrases.environment(self.element_class, self.geometry, distorted=self.distorted)


@lru_cache(maxsize=4096)  # few are distinct, and descriptions make one for each site
def _environment(element_class: ElementClass, geometry: str, distorted: bool) -> EnvironmentConcept:
    return EnvironmentConcept(element_class, phrases.geometry_words(geometry), distorted)


def _parse(phrase: str) -> EnvironmentConcept | None:
    match = _PHRASE.fullmatch(phrase)
    if match is None:
        return None
    return EnvironmentConcept(cast(ElementClass, match[1]), match[3], match[2] is not None)


def _of_site(site: Site) -> Iterator[SiteFact[EnvironmentConcept]]:
    yield SiteFact(EnvironmentConcept.of_site(site), Truth.STATED if site.polyhedra is None else Truth.HELD)


def geometry_label(concept: EnvironmentConcept) -> str:
    """The geometry in the terms of the field: "10-coordinate", "square planar", "distorted see-saw"."""
    number = concept.coordination
    name = f"{number}-coordinate" if number is not None else _NAMES.get(concept.geometry, concept.geometry)
    return f"distorted {name}" if concept.distorted else name


ENVIRONMENT = ConceptKind(
    name=EnvironmentConcept.KIND,
    concept=EnvironmentConcept,
    title="Local environment",
    plural="local environments",
    parse=_parse,
    label=lambda concept: f"{concept.element_class.capitalize()}: {geometry_label(concept)}",
    of_site=_of_site,
    in_bank=True,
    templates=TEMPLATES,
    slots=lambda concept: {
        "centre": f"[{concept.element_class}]",
        "geometry": f"distorted {concept.geometry}" if concept.distorted else concept.geometry,
    },
    paraphrases=lambda concept: paraphrases.of_environment(
        concept.element_class, concept.geometry, distorted=concept.distorted
    ),
    loss_weight=1.0,
    best_site_weight=2.0,
    evidence="sites",
    site_set="environments",
    evidence_weight=1.0,
    as_reason=True,
    is_listed=True,
    analysis_list="environments",
    table="first",
    criteria=(
        Criterion("environment.stated", "environment (stated)", Truth.STATED),
        Criterion("environment.held", "environment (stated or held)", Truth.HELD),
    ),
    precision_per_phrase=True,
    paper_count=233,
    comparison_phrases=3,
)
