"""Crystals built alike (section 4.3 of the paper), or alike "but with …".

Crystals are compared by the model's likeness vectors (:mod:`clics.model.similarity_projection`), or, by a model that has none, in the
space that crystals share with phrases. "But with …" ranks by (1 - weight) × likeness + weight × score of the phrase, the
first in the one space and the second in the other; the score is that of a search for the phrase
(:mod:`clics.retrieval.phrase_search`).
"""

from __future__ import annotations

from collections.abc import Container, Iterable, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from clics.concepts.concept import Concept
from clics.crystals.check import check_for_model
from clics.crystals.crystal import Crystal
from clics.errors import InputError
from clics.library import codec
from clics.library.encoder_protocol import Arrays, CrystalEncoder, PhraseEncoder, space_of_crystals
from clics.library.index import EXACT_LIMIT
from clics.library.sql_condition import EVERYTHING, Condition
from clics.library.store import Library
from clics.progress import CancelToken, ProgressCallback, silent
from clics.query.filters import parse_filter
from clics.query.recognise import ParsedQuery
from clics.results.search import Hit
from clics.retrieval.hits import hits
from clics.retrieval.phrase_score import PhraseScores, by_likeness, likeness_told, scores_in
from clics.retrieval.phrase_search import (
    check_top,
    checked,
    depth,
    in_both_spaces,
    kind_of_vectors,
    nearest,
    phrase_score,
    searched,
)
from clics.retrieval.phrase_vectors import direction
from clics.retrieval.superposition import DEPTH, superposed

if TYPE_CHECKING:
    from pymatgen.core import Structure


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
    superpose: bool = False,
    exact_limit: int = EXACT_LIMIT,
    progress: ProgressCallback = silent,
    cancel: CancelToken | None = None,
) -> list[Hit]:
    """The ``top`` crystals of a library built most alike, among those that pass the filter ``where``.

    ``query`` is the id of a crystal of the library, a crystal, or its arrays. It is never its own hit: the stored
    crystal of that id, or all that have the very same structure, are left out. ``but`` is a phrase to lean towards
    ("like this, but with edge-sharing octahedra") with ``weight`` in [0, 1], as said at the top of this module. Only
    crystals count of which the facts say what is named in ``must``, and do not say what is in ``must_not``. ``facts`` are
    what is true of a crystal that is not in the library; reasons are then what hits share with it.

    ``superpose`` lays the nearest :data:`~clics.retrieval.superposition.DEPTH` on the crystal, elements aside: those that fit
    come first, then the others, both in the order they had (some tenths of a second, large cells seconds).

    Raises Cancelled, InputError of the kinds ``unknown-id``, ``bad-weight``, ``no-vectors``, ``bad-filter``, ``empty-phrase``,
    ``not-recognised`` and ``bad-top``, CrystalError (``disordered``, ``too-large``) and LibraryError.
    """
    held, further = checked(must, must_not, encoder)
    condition = parse_filter(where) & held
    if not 0.0 <= weight <= 1.0:
        raise InputError(f"The weight of the phrase must lie between 0 and 1, not {weight:g}.", kind="bad-weight")
    asked = _vectors(query, library, encoder)
    if facts is None and asked.itself:
        facts = library.facts_of(asked.itself[:1])[asked.itself[0]].truths
    count = max(top, DEPTH) if superpose and top >= 1 else top
    recognised: Sequence[ParsedQuery] = further
    meant, leant = asked.shared, PhraseScores(())
    if but is not None:
        leant, found = phrase_score(but, encoder)
        meant = direction(np.float32(1 - weight) * meant + np.float32(weight) * leant.middle)
        recognised = [found, *further]
        pairs = leaning(asked.alike, leant, weight, library, encoder, count, condition, asked.itself, exact_limit)
    else:
        space = space_of_crystals(encoder)
        check_top(count)
        pairs = nearest(
            asked.alike, library, encoder, count, condition, without=asked.itself, space=space, exact_limit=exact_limit
        )
    told = likeness_told(library, np.array([key for key, _ in pairs], np.int64), leant, encoder)
    fits: dict[int, float | None] = {}
    if superpose:
        keys = [key for key, _ in pairs[:DEPTH]]
        fits = superposed(_structure(query, library), keys, library, progress=progress, cancel=cancel)
        pairs = sorted(pairs, key=lambda pair: fits.get(pair[0]) is None)[:top]
    found_hits = hits(pairs, meant, library, encoder, recognised=recognised, shared_with=facts, told=told)
    rms = {row.id: fits[key] for key, row in library.rows_of(fits).items()}
    return [_told(hit, rms[hit.id]) if hit.id in rms else hit for hit in found_hits]


def leaning(
    alike: NDArray[np.float32],
    phrase: PhraseScores,
    weight: float,
    library: Library,
    encoder: PhraseEncoder,
    top: int,
    condition: Condition = EVERYTHING,
    without: Iterable[int] = (),
    exact_limit: int = EXACT_LIMIT,
) -> list[tuple[int, float]]:
    """Key and score of the ``top`` crystals by (1 - weight) × likeness + weight × score of ``phrase``.

    Every crystal that has vectors in both spaces is compared with the middle of the phrase; the best of them are scored. Raises
    InputError of kind ``bad-top`` or ``no-vectors``.
    """
    check_top(top)
    keys, spoken, built = in_both_spaces(library, encoder, condition, exact_limit, without=without)
    likeness = built(alike)
    typed = by_likeness(library, phrase, encoder) is not None
    rough = (1 - weight) * likeness + weight * (phrase.rough(spoken, built) if typed else spoken(phrase.middle))
    near = np.lexsort((keys, -rough))[: depth(top)]
    keys = keys[near]
    scores = (1 - weight) * likeness[near] + weight * scores_in(library, keys, phrase, encoder)
    best = np.lexsort((keys, -scores))[:top]
    return [(int(keys[i]), float(scores[i])) for i in best]


def other_formula(library: Library, query: str | Crystal) -> Condition:
    """What has another reduced formula than a crystal, or than the stored one of an id (InputError ``unknown-id``)."""
    formula = library.rows_of([library.key(query)]).popitem()[1].formula if isinstance(query, str) else query.formula
    return Condition("formula <> ?", (formula,))


def alike_vector(encoder: CrystalEncoder, arrays: Arrays) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
    """A crystal's unit vectors in the space of phrases and in the one that crystals are compared in."""
    found = encoder.embed_all([arrays])
    return found.shared[0], (found.shared if found.likeness is None else found.likeness)[0]


def _told(hit: Hit, rms: float | None) -> Hit:
    return replace(hit, rms=rms, checked={**(hit.checked or {}), "superposed": rms is not None})


def _structure(query: str | Crystal | Arrays, library: Library) -> Structure:
    from pymatgen.core import Structure

    if isinstance(query, str):
        query = library.crystal(query)
    return query.structure if isinstance(query, Crystal) else Structure(*query)


@dataclass(frozen=True, slots=True, eq=False)
class _Asked:
    """The query's unit vectors in the space of phrases and in that of crystals, and the keys of what is itself."""

    shared: NDArray[np.float32]
    alike: NDArray[np.float32]
    itself: list[int]


def _vectors(query: str | Crystal | Arrays, library: Library, encoder: PhraseEncoder) -> _Asked:
    if isinstance(query, str):
        key, space = library.key(query), space_of_crystals(encoder)
        found = []
        for name in (encoder.fingerprint, space[0]):
            vector = library.vector(query, name)
            if vector is None:
                searched(library, space)  # says so where nothing is embedded at all
                why = library.reason_without_vector(key, name) or "it was not embedded yet"
                raise InputError(
                    f"'{query}' has no {kind_of_vectors((name, 0))} of this model in the library: {why}.",
                    kind="no-vectors",
                )
            found.append(vector)
        return _Asked(found[0], found[1], [key])
    if isinstance(query, Crystal):
        check_for_model(query)
        arrays, structure = query.arrays(), query.structure
    else:
        from pymatgen.core import Structure

        arrays, structure = query, Structure(query[0], query[1], query[2])
    same = Condition("structure_hash = ?", (codec.structure_hash(structure),))
    return _Asked(*alike_vector(encoder, arrays), library.keys(same).tolist())
