"""The prototypes of structure types as a model embeds them.

A model is not trained on the names of structure types, but it does tell which crystals are structurally similar. In a
search, the name of a type therefore stands for its prototypes (:data:`clics.query.structure_types.PROTOTYPES`): a
crystal is of the type to the degree that it is similar to one of them. The prototypes ship with the program, in the
starter library and in ``structure-types.cif``; a model embeds them when a type is first asked for.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from clics import paths
from clics.concepts.concept import Concept
from clics.concepts.kinds.structure_type import StructureTypeConcept
from clics.library.encoder_protocol import Arrays, PhraseEncoder
from clics.library.row_conditions import has_id, source_calls_it
from clics.library.store import Library
from clics.query import structure_types

FILE = "structure-types.cif"


@dataclass(frozen=True, slots=True, eq=False)
class PrototypeEmbeddings:
    """The embeddings of k prototypes, which are alternatives of each other.

    Attributes:
        names: Formula and structure type of each, for messages.
        shared: Unit vectors (k, d) in the shared space.
        structural: Unit vectors (k, s) in the structural space; None where the model has no such space.
    """

    names: tuple[str, ...]
    shared: NDArray[np.float32]
    structural: NDArray[np.float32] | None


_Embedded = tuple[str, NDArray[np.float32], NDArray[np.float32] | None]
_embedded: dict[tuple[str, str | None, str], _Embedded] = {}
"""Formula and vectors by fingerprint of the model, of its structural space, and prototype; some hundred small arrays."""


def prototype_embeddings(concepts: Iterable[Concept], encoder: PhraseEncoder) -> PrototypeEmbeddings | None:
    """The embeddings of the prototypes of structure types.

    Args:
        concepts: Concepts; those of other kinds are ignored.
        encoder: The model.

    Returns:
        The embeddings; None where the concepts have no prototypes.

    Raises:
        LibraryError: The starter library is missing.
    """
    with Library(paths.starter_library(), "read") as starter:
        wanted = {
            name: concept
            for concept in concepts
            if isinstance(concept, StructureTypeConcept)
            for name in _prototypes_of(concept, starter)
        }
        embedded = [(concept, _embed(name, starter, encoder)) for name, concept in wanted.items()]
    if not embedded:
        return None
    names = tuple(f"{one[0]}, the prototype of {concept.name}" for concept, one in embedded)
    structural = [one[2] for _, one in embedded if one[2] is not None]
    return PrototypeEmbeddings(
        names, np.array([one[1] for _, one in embedded]), np.array(structural) if structural else None
    )


def _prototypes_of(concept: StructureTypeConcept, starter: Library) -> tuple[str, ...]:
    """The prototypes in the table of structure types; for other mineral names, the crystals of that name in AFLOW."""
    known = structure_types.of_concept(concept)
    if known is not None:
        return known.crystals
    return tuple(row.id for row in starter.rows(source_calls_it(concept.mineral)))


def _embed(name: str, starter: Library, encoder: PhraseEncoder) -> _Embedded:
    space = encoder.similarity_space
    key = (encoder.fingerprint, None if space is None else space[0], name)
    if key not in _embedded:
        formula, arrays = _crystal(name, starter)
        vectors = encoder.embed_all([arrays])
        _embedded[key] = (formula, vectors.shared[0], None if vectors.structural is None else vectors.structural[0])
    return _embedded[key]


def _crystal(name: str, starter: Library) -> tuple[str, Arrays]:
    from clics.sources.files import read_one

    crystal = next(starter.crystals(has_id(name)), None) or read_one(paths.resources() / FILE, name, sandboxed=False)
    return crystal.formula, crystal.arrays()
