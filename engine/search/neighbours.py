"""Crystals built alike: nearest vectors to a crystal (section 4.3 of the paper), or to a crystal "but with …"."""

from __future__ import annotations

from collections.abc import Container, Sequence

import numpy as np
from numpy.typing import NDArray

from engine.concepts.concept import Concept
from engine.concepts.recognise import Recognised
from engine.crystals.check import check_for_model
from engine.crystals.crystal import Crystal
from engine.errors import InputError
from engine.library import codec
from engine.library.condition import Condition
from engine.library.embedding import Arrays, PhraseEncoder
from engine.library.index import EXACT_LIMIT
from engine.library.store import Library
from engine.search.crystals_of import checked, query_vector, ranked
from engine.search.filters import parse_filter
from engine.search.hit import Hit
from engine.search.hits import hits
from engine.search.phrase_vectors import direction


def similar(
    query: str | Crystal | Arrays,
    library: Library,
    encoder: PhraseEncoder,
    top: int = 10,
    where: str | Condition | None = None,
    *,
    but: str | None = None,
    weight: float = 0.5,
    must: Sequence[str] = (),
    must_not: Sequence[str] = (),
    facts: Container[Concept] | None = None,
    exact_limit: int = EXACT_LIMIT,
) -> list[Hit]:
    """The ``top`` crystals of a library built most alike, among those that pass the filter ``where``.

    ``query`` is the id of a crystal of the library, a crystal, or its arrays. It is never its own hit: the stored
    crystal of that id, or all that have the very same structure, are left out. ``but`` is a phrase to lean towards
    ("like this, but with edge-sharing octahedra"): the direction is (1 - weight) × crystal + weight × phrase,
    ``weight`` in [0, 1]. Only crystals count of which the facts say what is named in ``must``, and do not say what is in
    ``must_not``. ``facts`` are what is true of a crystal that is not in the library; reasons are then what
    hits share with it.

    Raises InputError of the kinds ``unknown-id``, ``bad-weight``, ``no-vectors``, ``bad-filter``, ``empty-phrase``,
    ``not-recognised`` and ``bad-top``, CrystalError (``disordered``, ``too-large``) and LibraryError.
    """
    held, further = checked(must, must_not, encoder)
    condition = parse_filter(where) & held
    if not 0.0 <= weight <= 1.0:
        raise InputError(f"The weight of the phrase must lie between 0 and 1, not {weight:g}.", kind="bad-weight")
    vector, itself = _vector(query, library, encoder)
    if facts is None and itself:
        facts = library.facts_of(itself[:1])[itself[0]].truths
    recognised: Sequence[Recognised] = further
    if but is not None:
        phrase, found = query_vector(but, encoder)
        vector = direction(np.float32(1 - weight) * vector + np.float32(weight) * phrase)
        recognised = [found, *further]
    pairs = ranked(vector, library, encoder, top, condition, without=itself, exact_limit=exact_limit)
    return hits(pairs, vector, library, encoder, recognised=recognised, shared_with=facts)


def other_formula(library: Library, query: str | Crystal) -> Condition:
    """What has another reduced formula than a crystal, or than the stored one of an id (InputError ``unknown-id``)."""
    formula = library.rows_of([library.key(query)]).popitem()[1].formula if isinstance(query, str) else query.formula
    return Condition("formula <> ?", (formula,))


def _vector(
    query: str | Crystal | Arrays, library: Library, encoder: PhraseEncoder
) -> tuple[NDArray[np.float32], list[int]]:
    """The query's unit vector (dimensions,) and the keys of what is the query itself."""
    if isinstance(query, str):
        key = library.key(query)
        vector = library.vector(query, encoder.fingerprint)
        if vector is None:
            raise InputError(
                f"'{query}' has no vector of this model in the library: {_why(library, key, encoder)}.",
                kind="no-vectors",
            )
        return vector, [key]
    if isinstance(query, Crystal):
        check_for_model(query)
        arrays, structure = query.arrays(), query.structure
    else:
        from pymatgen.core import Structure

        arrays, structure = query, Structure(query[0], query[1], query[2])
    same = Condition("structure_hash = ?", (codec.structure_hash(structure),))
    return np.asarray(encoder.embed_crystals([arrays])[0]), library.keys(same).tolist()


def _why(library: Library, key: int, encoder: PhraseEncoder) -> str:
    return library.reason_without_vector(key, encoder.fingerprint) or "it was not embedded yet"
