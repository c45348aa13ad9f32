"""Top-k curves: fraction of crystals with a true concept among the first k, for k from 1 to 20."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from clics.concepts.concept import Concept, Kind
from clics.concepts.registry import row_of
from clics.concepts.vocabulary import Vocabulary
from clics.dataset.packed_reader import PackedDataset
from clics.evaluation.ceiling import Reading
from clics.evaluation.figures import rows_of
from clics.evaluation.ground_truth import truths_of
from clics.evaluation.ranking import frequencies
from clics.training import metrics
from clics.training.metrics import Scores, Truths

DEPTH = 20


@dataclass(frozen=True, slots=True)
class Curve:
    """Fractions for k = 1 to :data:`DEPTH` of the model, of a ranking by frequency, and of the lowest reader."""

    key: str
    name: str
    crystals: int
    model: tuple[float, ...]
    guess: tuple[float, ...]
    ceiling: tuple[float, ...] = ()


def top_k_curves(
    vocabulary: Vocabulary,
    dataset: PackedDataset,
    kind: Kind,
    bank: Sequence[Concept],
    rows: NDArray[np.int64],
    scores: Scores,
    readings: Sequence[Reading] = (),
) -> list[Curve]:
    """One curve per criterion (:attr:`~clics.concepts.kind.ConceptKind.criteria`) for the crystals ``rows`` (n,).

    ``scores`` (n, c) against ``bank``. A curve of no crystal is left out.
    """
    curves: list[Curve] = []
    for key, name, least in row_of(kind).criteria if bank else ():
        counts = frequencies(vocabulary, dataset, kind, bank, least)
        truths = truths_of(dataset, rows, kind, bank, least=least)
        if not (truths.counts > 0).any():
            continue
        lowest: tuple[float, ...] = ()
        for reading in readings:
            own = _shares(reading.scores(bank, counts), truths_of(dataset, reading.rows, kind, bank, least=least))
            lowest = tuple(np.minimum(own, lowest or own).tolist()) if own else lowest
        guess = _shares(metrics.frequency_scores(counts, len(rows)), truths)
        crystals = int((truths.counts > 0).sum())
        curves.append(Curve(key, name, crystals, _shares(scores, truths), guess, lowest))
    return curves


def _shares(scores: Scores, truths: Truths) -> tuple[float, ...]:
    """Fractions of the crystals with a true concept; empty where none has one."""
    known = np.flatnonzero(truths.counts > 0)
    if not len(known):
        return ()
    part = truths.take(known)
    ranks = metrics.best_ranks(metrics.false_above(rows_of(scores, known), part), part)
    return tuple(float((ranks <= k).mean()) for k in range(1, DEPTH + 1))
