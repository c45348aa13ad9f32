"""A crystal with its description, facts and embeddings, on its way into a library."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from clics.concepts.concept import Concept, Truth
    from clics.crystals.crystal import Crystal
    from clics.results.description import Description, SpaceGroup


@dataclass(slots=True)
class NewEntry:
    """A crystal to be stored.

    Attributes:
        crystal: The crystal.
        hash: Its structure hash (:func:`clics.library.codec.structure_hash`).
        description: Its description; None where there is a reason ``undescribed``.
        undescribed: Why it has no description, as ``kind: message``.
        mineral_looked_up: The name of the structure type was looked up.
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
    mineral_looked_up: bool = False
    space_group: SpaceGroup | None = None
    truths: Mapping[Concept, Truth] = field(default_factory=dict)
    vector: NDArray[np.float32] | None = None
    without_vector: str | None = None
    structural: NDArray[np.float32] | None = None
    sites: NDArray[np.float32] | None = None
