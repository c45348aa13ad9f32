"""Crystals of a library that are structurally similar to one crystal (section 4.3 of the paper).

Crystals are compared by the cosine of their vectors in the structural space of the model
(:mod:`clics.model.similarity_projection`); for a model without one, in the space shared with phrases.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from clics.concepts.concept import Concept
from clics.crystals.cells import small_cell
from clics.crystals.check import check_for_model
from clics.crystals.crystal import Crystal
from clics.errors import InputError
from clics.library import codec
from clics.library.encoder_protocol import Arrays, CrystalEncoder, PhraseEncoder, space_of_crystals
from clics.library.row_conditions import has_other_formula, has_structure
from clics.library.sql_condition import Condition
from clics.library.store import Library
from clics.progress import CancelToken, ProgressCallback, silent
from clics.query.filters import parse_filter
from clics.results.search import Hit
from clics.retrieval.biased_similarity import biased_similarity
from clics.retrieval.candidates import check_top, name_of_vectors, nearest_crystals, searchable_index
from clics.retrieval.fact_conditions import conditions_of_phrases, conditions_ranked_first, split_by_priority
from clics.retrieval.hits import make_hits
from clics.retrieval.phrase_scores import PhraseScores
from clics.retrieval.phrase_vectors import direction
from clics.retrieval.score_crystals import prototype_similarities
from clics.retrieval.superposition import DEPTH, superimpose
from clics.retrieval.typed_phrase import TypedPhrase, as_typed

if TYPE_CHECKING:
    from pymatgen.core import Structure


def similar(
    query: str | Crystal | Arrays,
    library: Library,
    encoder: PhraseEncoder,
    top: int = 10,
    where: str | Condition | None = None,
    *,
    but: str | TypedPhrase | None = None,
    weight: float = 0.5,
    must: Sequence[str] = (),
    must_not: Sequence[str] = (),
    facts: Collection[Concept] | None = None,
    superpose: bool = False,
    progress: ProgressCallback = silent,
    cancel: CancelToken | None = None,
) -> list[Hit]:
    """The crystals of a library that are most similar in structure to a crystal.

    The query is never its own hit: the stored crystal of its id, or all crystals with the identical structure, are left
    out.

    Args:
        query: Id of a stored crystal, a crystal, or its arrays.
        library: The library.
        encoder: The model.
        top: Number of hits.
        where: A filter that hits pass.
        but: A phrase towards which the ranking is biased (:mod:`clics.retrieval.biased_similarity`).
        weight: Weight of that phrase, in [0, 1].
        must: Phrases that the stored facts of a hit confirm.
        must_not: Phrases that the stored facts of a hit do not confirm.
        facts: The concepts that are true of a crystal that is not in the library; the reasons of hits are those they
            share with it.
        superpose: Superimpose the nearest :data:`~clics.retrieval.superposition.DEPTH` crystals on the query,
            regardless of elements, and list matches first. Takes some tenths of a second, for large cells seconds.
        progress: Called after each superposition.
        cancel: Checked before each superposition.

    Returns:
        Up to ``top`` hits, most similar first.

    Raises:
        InputError: Kinds ``unknown-id``, ``bad-weight``, ``no-vectors``, ``bad-filter``, ``empty-phrase``,
            ``not-recognised`` and ``bad-top``.
        CrystalError: The model cannot take the crystal (kinds ``disordered`` and ``too-large``).
        LibraryError: The library cannot be read.
        Cancelled: The token was set.
    """
    confirmed, texts = conditions_of_phrases(must, must_not, encoder, library)
    condition = parse_filter(where) & confirmed
    if not 0.0 <= weight <= 1.0:
        raise InputError(f"The weight of the phrase must lie between 0 and 1, not {weight:g}.", kind="bad-weight")
    embedded = _embedded(query, library, encoder)
    if facts is None and embedded.keys:
        facts = library.facts_of(embedded.keys[:1])[embedded.keys[0]].truths
    count = max(top, DEPTH) if superpose and top >= 1 else top
    check_top(count)
    bias, reasons_near = PhraseScores(()), embedded.shared
    key_priorities: dict[int, int] = {}
    if but is not None:
        phrase = as_typed(but, encoder)
        bias, texts = phrase.scores, [(phrase.parsed, "phrase"), *texts]
        condition = condition & phrase.parsed.condition
        weight = 0.0 if phrase.parsed.by_facts_alone else weight
        reasons_near = direction(np.float32(1 - weight) * embedded.shared + np.float32(weight) * bias.centroid)
        priorities = split_by_priority(condition, conditions_ranked_first(phrase.parsed, library))
        pairs, key_priorities = _biased(embedded, bias, weight, library, encoder, count, priorities)
    else:
        space = space_of_crystals(encoder)
        pairs = nearest_crystals(embedded.structural, library, space, count, condition, without=embedded.keys)
    reasons = prototype_similarities(library, np.array([key for key, _ in pairs], np.int64), bias, encoder)
    distances: dict[int, float | None] = {}
    if superpose:
        nearest = [key for key, _ in pairs[:DEPTH]]
        distances = superimpose(_structure(query, library), nearest, library, progress=progress, cancel=cancel)
        # The sort is stable: matches and the others keep their order by similarity.
        pairs = sorted(pairs, key=lambda pair: distances.get(pair[0]) is None)[:top]
    return make_hits(
        pairs,
        reasons_near,
        library,
        encoder,
        texts=texts,
        shared_with=facts,
        first_reasons=reasons,
        distances=distances,
        priorities=key_priorities,
    )


def other_formula(library: Library, query: str | Crystal) -> Condition:
    """The condition that a crystal has another reduced formula than the query.

    Args:
        library: The library.
        query: Id of a stored crystal, or a crystal.

    Raises:
        InputError: No crystal has this id (kind ``unknown-id``).
    """
    if isinstance(query, Crystal):
        return has_other_formula(query.formula)
    key = library.key(query)
    return has_other_formula(library.rows_of([key])[key].formula)


def embed_query(encoder: CrystalEncoder, arrays: Arrays) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
    """The unit vectors of a crystal in the shared space and in the space in which crystals are compared."""
    embedded = encoder.embed_all([arrays])
    return embedded.shared[0], (embedded.shared if embedded.structural is None else embedded.structural)[0]


def _biased(
    embedded: _Embedded,
    phrase: PhraseScores,
    weight: float,
    library: Library,
    encoder: PhraseEncoder,
    count: int,
    priorities: Sequence[Condition],
) -> tuple[list[tuple[int, float]], dict[int, int]]:
    """Key and score of ``count`` crystals by similarity and phrase, one priority after the other; priorities by key."""
    pairs: list[tuple[int, float]] = []
    of_key: dict[int, int] = {}
    for priority, condition in enumerate(priorities):
        if len(pairs) < count:
            pairs += biased_similarity(
                embedded.structural, phrase, weight, library, encoder, count, condition, embedded.keys
            )
            of_key = {key: priority for key, _ in pairs} | of_key
    return pairs[:count], of_key


def _structure(query: str | Crystal | Arrays, library: Library) -> Structure:
    from pymatgen.core import Structure

    if isinstance(query, str):
        query = library.crystal(query)
    return query.structure if isinstance(query, Crystal) else Structure(*query)


@dataclass(frozen=True, slots=True, eq=False)
class _Embedded:
    """The query's unit vectors in both spaces, and the keys of the stored crystals that are the query itself."""

    shared: NDArray[np.float32]
    structural: NDArray[np.float32]
    keys: list[int]


def _embedded(query: str | Crystal | Arrays, library: Library, encoder: PhraseEncoder) -> _Embedded:
    if isinstance(query, str):
        return _stored(query, library, encoder)
    if isinstance(query, Crystal):
        query, _ = small_cell(query)
        check_for_model(query)
        arrays, structure = query.arrays(), query.structure
    else:
        from pymatgen.core import Structure

        arrays, structure = query, Structure(query[0], query[1], query[2])
    identical = library.keys(has_structure(codec.structure_hash(structure)))
    return _Embedded(*embed_query(encoder, arrays), identical.tolist())


def _stored(crystal_id: str, library: Library, encoder: PhraseEncoder) -> _Embedded:
    key, space = library.key(crystal_id), space_of_crystals(encoder)
    vectors = []
    for fingerprint in (encoder.fingerprint, space[0]):
        vector = library.vector(crystal_id, fingerprint)
        if vector is None:
            searchable_index(library, space)  # raises the more general error where no crystal is embedded
            why = library.reason_without_vector(key, fingerprint) or "it was not embedded yet"
            raise InputError(
                f"'{crystal_id}' has no {name_of_vectors((fingerprint, 0))} of this model in the library: {why}.",
                kind="no-vectors",
            )
        vectors.append(vector)
    return _Embedded(vectors[0], vectors[1], [key])
