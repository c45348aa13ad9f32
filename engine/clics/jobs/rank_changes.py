"""Changes of search results by a training: the best crystals of some phrases, by the models before and after."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from clics.concepts.concept import Concept, Truth
from clics.concepts.registry import ROWS
from clics.library.embed_batch import embed
from clics.progress import CancelToken, Progress, ProgressCallback
from clics.results.training import MovedHit, MovedPhrase

if TYPE_CHECKING:
    from clics.library.facts import Facts
    from clics.library.store import Library
    from clics.model.encoder import Encoder
    from clics.results.library import LibraryRow

DEPTH = 5
_CRYSTALS = 400
_BATCH = 32


def moved_hits(
    library: Library, before: Encoder, after: Encoder, *, progress: ProgressCallback, cancel: CancelToken
) -> tuple[MovedPhrase, ...]:
    """Compare the best :data:`DEPTH` crystals of some phrases by two models.

    The phrases are chosen so that they are true of some crystals of the library and false of others. Of a large library,
    :data:`_CRYSTALS` crystals spread over the whole of it are embedded by both models.

    Args:
        library: the crystals.
        before: the model that the training started from.
        after: the trained model.
        progress: called after each batch.
        cancel: stops the comparison.

    Returns:
        For each phrase, the crystals that are among the best by either model; empty without ordered crystals.

    Raises:
        Cancelled: on request.
    """
    keys = library.keys()
    keys = (
        keys[np.unique(np.linspace(0, len(keys) - 1, min(_CRYSTALS, len(keys))).astype(np.int64))]
        if len(keys)
        else keys
    )
    rows = library.rows_of(keys)
    arrays = []
    for key in keys.tolist():
        crystal = library.crystal(rows[key].id)
        if crystal.is_ordered:
            arrays.append((key, crystal.arrays()))
    if not arrays:
        return ()
    vectors: dict[Encoder, list[NDArray[np.float32] | None]] = {before: [], after: []}
    for number, encoder in enumerate((before, after)):
        for start in range(0, len(arrays), _BATCH):
            cancel.check()
            part = [one for _, one in arrays[start : start + _BATCH]]
            vectors[encoder] += [outcome.vector for outcome in embed(encoder, part)]
            progress(Progress(number * len(arrays) + start + len(part), 2 * len(arrays), "comparing hits"))
    both = [n for n in range(len(arrays)) if all(vectors[encoder][n] is not None for encoder in (before, after))]
    known = [arrays[n][0] for n in both]
    facts = library.facts_of(known)
    stacked = {encoder: np.array([vectors[encoder][n] for n in both]) for encoder in (before, after)}
    changes = []
    for concept in _phrases(facts, len(known)):
        ranks = [_ranks(stacked[e], e.embed_texts([concept.phrase])[0]) for e in (before, after)]
        changes.append(MovedPhrase(concept.phrase, DEPTH, _hits(known, ranks, facts, concept, rows)))
    return tuple(changes)


def _phrases(facts: dict[int, Facts], count: int) -> list[Concept]:
    """Of each kind, the concepts whose frequency is nearest to one crystal in eight: neither all nor none."""
    true: dict[Concept, int] = {}
    for one in facts.values():
        for concept, truth in one.truths.items():
            true[concept] = true.get(concept, 0) + (truth >= Truth.HELD)
    chosen = []
    for kind, most in sorted(
        ((row.name, row.comparison_phrases) for row in ROWS if row.comparison_phrases), key=lambda one: -one[1]
    ):
        of_kind = [c for c in true if c.kind == kind and true[c] > 1]
        chosen += sorted(of_kind, key=lambda c: (abs(true[c] - count / 8), c.phrase))[:most]
    return chosen


def _ranks(crystals: NDArray[np.float32], phrase: NDArray[np.float32]) -> NDArray[np.int64]:
    order = np.argsort(-(crystals @ phrase), kind="stable")
    ranks = np.empty(len(order), np.int64)
    ranks[order] = np.arange(1, len(order) + 1)
    return ranks


def _hits(
    keys: Sequence[int],
    ranks: Sequence[NDArray[np.int64]],
    facts: dict[int, Facts],
    concept: Concept,
    rows: dict[int, LibraryRow],
) -> tuple[MovedHit, ...]:
    before, after = ranks
    shown = np.flatnonzero((before <= DEPTH) | (after <= DEPTH))
    hits = []
    for index in sorted(shown.tolist(), key=lambda n: int(after[n])):
        key = keys[index]
        row = rows[key]
        hits.append(MovedHit(row.id, row.formula, int(before[index]), int(after[index]), facts[key].holds(concept)))
    return tuple(hits)
