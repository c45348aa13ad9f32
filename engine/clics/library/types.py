"""The values that a library returns and stores: rows, facts, statistics, new entries."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from clics.concepts.concept import Concept, Kind, Truth
from clics.concepts.registry import BY_NAME
from clics.results.library import LibraryRow

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from clics.crystals.crystal import Crystal
    from clics.results.description import Description, SpaceGroup

ROW_COLUMNS = (
    "id, formula, elements, sites, ordered, space_group_symbol, space_group, crystal_system, dimensionality, mineral, "
    "source, block, undescribed"
)


def row_of(values: tuple[Any, ...]) -> LibraryRow:
    """The row of a crystal from the values of :data:`ROW_COLUMNS`."""
    id_, formula, elements, sites, ordered, *rest = values
    return LibraryRow(id_, formula, tuple(elements.split()), sites, bool(ordered), *rest)


@dataclass(frozen=True, slots=True)
class Facts:
    """The stored facts of one crystal.

    Attributes:
        truths: The stored concepts, each with its truth.
        described: The crystal has a description; without one, only its space group is known.
        named: The name of the structure type was looked up.
    """

    truths: Mapping[Concept, Truth]
    described: bool
    named: bool

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
        return self.named if row.known_by == "names" else any(concept.kind == kind for concept in self.truths)


@dataclass(slots=True)
class NewEntry:
    """A crystal to be stored.

    Attributes:
        crystal: The crystal.
        hash: Its structure hash (:func:`clics.library.codec.structure_hash`).
        description: Its description; None where there is a reason ``undescribed``.
        undescribed: Why it has no description, as ``kind: message``.
        named: The name of the structure type was looked up.
        space_group: Its space group, where it has no description.
        truths: Its facts.
        vector: Vector in the shared space; None without a model, or where there is a reason ``without_vector``.
        without_vector: Why it has no vector, as ``kind: message``.
        structural: Vector in the structural space of the model, if it has one.
        sites: Vectors of the inequivalent sites, if the model has them.
    """

    crystal: Crystal
    hash: bytes
    description: Description | None = None
    undescribed: str | None = None
    named: bool = False
    space_group: SpaceGroup | None = None
    truths: Mapping[Concept, Truth] = field(default_factory=dict)
    vector: NDArray[np.float32] | None = None
    without_vector: str | None = None
    structural: NDArray[np.float32] | None = None
    sites: NDArray[np.float32] | None = None
