"""What a library hands out and takes in: rows, facts, figures of the whole, and new entries."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from clics.concepts.concept import Concept, Kind, Truth
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
    """What is stored as true of one crystal.

    ``described``: whether a description was made; without one only the space group is known. ``named``: whether mineral
    names were looked up.
    """

    truths: Mapping[Concept, Truth]
    described: bool
    named: bool

    def holds(self, concept: Concept) -> bool | None:
        """Whether the concept is true of the crystal; None where that is not known."""
        if concept in self.truths:
            return self.truths[concept] > Truth.FALSE
        return False if self.knows(concept.kind) else None

    def knows(self, kind: Kind) -> bool:
        """Whether a concept of this kind that is not listed is false."""
        if kind == "space_group":
            return any(concept.kind == kind for concept in self.truths)
        return self.named if kind == "structure_type" else self.described


@dataclass(slots=True)
class NewEntry:
    """One crystal on its way into a library.

    Exactly one of ``description`` and ``undescribed`` (``kind: message``) is given; so it is with ``vector`` and
    ``without_vector`` when a model takes part; ``likeness`` is its second vector, and ``sites`` those of its
    kinds of atoms, where the model has such. ``space_group`` is for crystals without a description.
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
    likeness: NDArray[np.float32] | None = None
    sites: NDArray[np.float32] | None = None
