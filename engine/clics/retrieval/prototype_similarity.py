"""Structure types in a search: a type that is named means the crystals that are built like its prototypes.

A model never learns the names of types. It does tell which crystals are built alike, so a name stands for the crystals of
:data:`clics.query.structure_types.PROTOTYPES`, and another crystal is of the type as far as it is like one of them. They ship
with the program, in the starter library and in ``structure-types.cif``, and are read by whichever model searches, when a
name is first asked for.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from clics import paths
from clics.concepts.concept import Concept
from clics.library.encoder_protocol import Arrays, PhraseEncoder
from clics.library.sql_condition import Condition
from clics.library.store import Library
from clics.query import structure_types

FILE = "structure-types.cif"


@dataclass(frozen=True, slots=True, eq=False)
class BuiltLike:
    """Prototypes, of which being like any one will do.

    ``names`` (k): each prototype's formula and type in words; ``shared`` (k, d): their unit vectors in the space of phrases,
    ``alike`` (k, a) in the space that crystals are compared in, None where the model has none of its own.
    """

    names: tuple[str, ...]
    shared: NDArray[np.float32]
    alike: NDArray[np.float32] | None


_One = tuple[str, NDArray[np.float32], NDArray[np.float32] | None]
_known: dict[tuple[str, str | None, str], _One] = {}
"""Formula and vectors by model, its map of likeness, and prototype: some hundred small arrays, if all are ever asked for."""


def built_like(concepts: Iterable[Concept], encoder: PhraseEncoder) -> BuiltLike | None:
    """The prototypes of structure types, read by a model; None where there are none, or the model can take none of them.

    Raises LibraryError where the starter library is missing.
    """
    with Library(paths.starter_library(), "read") as starter:
        wanted = {
            name: concept
            for concept in concepts
            if concept.kind == "structure_type"
            for name in _prototypes_of(concept, starter)
        }
        found = [(concept, _read(name, starter, encoder)) for name, concept in wanted.items()]
    if not found:
        return None
    words = tuple(f"{one[0]}, the prototype of {structure_types.type_name(concept)}" for concept, one in found)
    alike = [one[2] for _, one in found if one[2] is not None]
    return BuiltLike(words, np.array([one[1] for _, one in found]), np.array(alike) if alike else None)


def _prototypes_of(concept: Concept, starter: Library) -> tuple[str, ...]:
    """Those that the table gives; of a mineral that is not in it the crystals that AFLOW calls so."""
    named = structure_types.of_concept(concept)
    if named is not None:
        return named.crystals
    called = Condition("json_extract(provenance, '$.mineral') = ?", (structure_types.mineral_of(concept),))
    return tuple(row.id for row in starter.rows(called))


def _read(name: str, starter: Library, encoder: PhraseEncoder) -> _One:
    space = encoder.similarity_space
    key = (encoder.fingerprint, None if space is None else space[0], name)
    if key not in _known:
        formula, arrays = _crystal(name, starter)
        found = encoder.embed_all([arrays])
        _known[key] = (formula, found.shared[0], None if found.likeness is None else found.likeness[0])
    return _known[key]


def _crystal(name: str, starter: Library) -> tuple[str, Arrays]:
    from clics.sources.files import read_one

    if starter.count(Condition("id = ?", (name,))):
        crystal = starter.crystal(name)
    else:
        crystal = read_one(paths.resources() / FILE, name, sandboxed=False)
    return crystal.formula, crystal.arrays()
