"""Precision at 10 and average precision of single phrases as queries for crystals."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from clics.concepts.concept import Concept, Kind
from clics.evaluation.figures import PRECISION_K, rows_of
from clics.training import metrics
from clics.training.metrics import Scores, Truths


@dataclass(frozen=True, slots=True)
class PhraseRow:
    """A phrase that is true of ``crystals`` of those evaluated, and of ``training`` in training.

    ``precision`` is the share of true ones among the first ten; ``average_precision`` that of the whole ranking.
    """

    kind: Kind
    phrase: str
    training: int
    crystals: int
    precision: float
    average_precision: float


def phrase_rows(
    kind: Kind, bank: Sequence[Concept], scores: Scores, truths: Truths, counts: NDArray[np.int64]
) -> list[PhraseRow]:
    """One row per phrase that is true of some crystal, the most frequent of training first.

    ``scores`` (n crystals, c phrases), ``truths`` n rows, ``counts`` (c,) in training.
    """
    by_phrase = truths.transpose(scores.shape[1])
    phrases = np.flatnonzero(by_phrase.counts > 0)
    if not len(phrases):
        return []
    part, own = by_phrase.take(phrases), rows_of(scores.T, phrases)
    _, hits = metrics.top_lists(own, part, PRECISION_K)
    average = metrics.average_precisions(metrics.false_above(own, part), part)
    rows = [
        PhraseRow(kind, bank[j].phrase, int(counts[j]), int(n), float(p), float(a))
        for j, n, p, a in zip(
            phrases.tolist(), part.counts, metrics.precision_at(hits, PRECISION_K), average, strict=True
        )
    ]
    return sorted(rows, key=lambda row: (-row.training, row.phrase))
