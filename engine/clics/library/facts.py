"""The stored facts of a crystal: concepts with their truth, and for which kinds they are complete."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from clics.concepts.concept import Concept, Kind, Truth
from clics.concepts.registry import BY_NAME, GEOMETRY_MARK, MIXED_MARK

_MARKS = {"geometry": GEOMETRY_MARK, "mixed networks": MIXED_MARK}


@dataclass(frozen=True, slots=True)
class Facts:
    """The stored facts of one crystal.

    Attributes:
        truths: The stored concepts, each with its truth.
        described: The crystal has a description; without one, only its space group is known.
        mineral_looked_up: The name of the structure type was looked up.
    """

    truths: Mapping[Concept, Truth]
    described: bool
    mineral_looked_up: bool

    def holds(self, concept: Concept) -> bool | None:
        """True or false for a concept by the facts; None where they do not tell."""
        if concept in self.truths:
            return self.truths[concept] > Truth.FALSE
        return False if self.knows(concept.kind) else None

    def knows(self, kind: Kind) -> bool:
        """True if the facts are complete for a kind, so that a concept that is not stored is false."""
        row = BY_NAME.get(kind)
        if row is None or row.known_by == "description":
            return self.described
        if row.known_by in _MARKS:
            kind = _MARKS[row.known_by]
        return (
            self.mineral_looked_up if row.known_by == "names" else any(concept.kind == kind for concept in self.truths)
        )
