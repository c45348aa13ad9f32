"""Connected polyhedra as concepts: "This crystal has bondings to form [POLYHEDRA] octahedra."."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from typing import ClassVar

from clics.concepts import paraphrases, phrases
from clics.concepts.concept import Concept, Kind, Truth
from clics.concepts.kind import ConceptKind, Criterion, SiteFact
from clics.results.description import Site

TEMPLATES: tuple[str, ...] = (
    "The bonding of this crystal makes {polyhedra}.",
    "This crystal is built of {polyhedra}.",
    "It is {polyhedra} that this crystal is made of.",
    "This is an inorganic material that has {polyhedra}.",
)
"""The paper has no training wording for connections apart from the sentences; these follow its other templates."""

_PHRASE = re.compile(r"This crystal has bondings to form (distorted )?\[POLYHEDRA\] ([a-z ]+)\.")


@dataclass(frozen=True, slots=True, eq=False)
class PolyhedraConcept(Concept):
    """Polyhedra that share corners, edges or faces with others.

    Attributes:
        noun: Their plural noun (``"octahedra"``).
        distorted: True for distorted polyhedra.
    """

    KIND: ClassVar[Kind] = "polyhedra"
    noun: str
    distorted: bool = False

    @property
    def words(self) -> str:
        """The polyhedra in the language of the phrases: ``"distorted [POLYHEDRA] octahedra"``."""
        return phrases.polyhedra_words(self.noun, distorted=self.distorted)

    def _render(self) -> str:
        return phrases.formed(self.words)


@lru_cache(maxsize=256)  # few are distinct, and descriptions make one for each site
def _polyhedra(noun: str, distorted: bool) -> PolyhedraConcept:
    return PolyhedraConcept(noun, distorted)


def _parse(phrase: str) -> PolyhedraConcept | None:
    match = _PHRASE.fullmatch(phrase)
    return None if match is None else PolyhedraConcept(match[2], match[1] is not None)


def _of_site(site: Site) -> Iterator[SiteFact[PolyhedraConcept]]:
    if site.polyhedra is not None:
        yield SiteFact(_polyhedra(site.polyhedra, site.distorted), Truth.STATED)


def _label(concept: PolyhedraConcept) -> str:
    return f"distorted {concept.noun}".capitalize() if concept.distorted else concept.noun.capitalize()


POLYHEDRA = ConceptKind(
    name=PolyhedraConcept.KIND,
    concept=PolyhedraConcept,
    title="Connected polyhedra",
    plural="polyhedra",
    parse=_parse,
    label=_label,
    of_site=_of_site,
    in_bank=True,
    templates=TEMPLATES,
    slots=lambda concept: {"polyhedra": concept.words},
    paraphrases=lambda concept: paraphrases.of_polyhedra(concept.noun, distorted=concept.distorted),
    loss_weight=0.25,
    best_site_weight=2.0,
    evidence="sites",
    site_set="environments",
    evidence_weight=0.5,
    as_reason=True,
    table="connected",
    criteria=(Criterion("polyhedra", "connected polyhedra", Truth.HELD),),
    precision_per_phrase=True,
    paper_count=20,
)
