"""Structure types as concepts: "This material has Spinel crystal structure."; models are not trained on them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import ClassVar

from clics.concepts import phrases
from clics.concepts.concept import Concept, Kind, Truth
from clics.concepts.kind import ConceptKind
from clics.results.description import Description

_BEFORE, _AFTER = phrases.structure_type("\0").split("\0")
ENDINGS = ("-derived", "-like")
"""Endings of the names of structures that are derived from a type."""


@dataclass(frozen=True, slots=True, eq=False)
class StructureTypeConcept(Concept):
    """A structure type.

    Attributes:
        name: Its name in the description (``"Calcite-derived"``).
    """

    KIND: ClassVar[Kind] = "structure_type"
    name: str

    @property
    def mineral(self) -> str:
        """The mineral of the name, without the ending of a structure that is derived from it."""
        return next((self.name.removesuffix(ending) for ending in ENDINGS if self.name.endswith(ending)), self.name)

    def _render(self) -> str:
        return phrases.structure_type(self.name)


def _parse(phrase: str) -> StructureTypeConcept | None:
    if not (phrase.startswith(_BEFORE) and phrase.endswith(_AFTER)):
        return None
    return StructureTypeConcept(phrase[len(_BEFORE) : -len(_AFTER)])


def _of_crystal(description: Description) -> Iterator[tuple[StructureTypeConcept, Truth]]:
    if description.mineral:
        yield StructureTypeConcept(description.mineral), Truth.STATED


STRUCTURE_TYPE = ConceptKind(
    name=StructureTypeConcept.KIND,
    concept=StructureTypeConcept,
    title="Structure type",
    plural="structure types",
    parse=_parse,
    label=lambda concept: f"{concept.name} structure",
    of_crystal=_of_crystal,
    known_by="names",
    evidence="prototypes",
    as_reason=True,
    paper_count=382,
)
