"""Figures of a ranking of concepts, a model's or a reader's, on some crystals of a packed data set."""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from clics.concepts.concept import Concept, Kind, Truth
from clics.concepts.kinds.shape import ShapeConcept
from clics.concepts.kinds.space_group import SpaceGroupConcept
from clics.concepts.registry import row_of
from clics.concepts.vocabulary import Vocabulary
from clics.dataset.packed_reader import PackedDataset
from clics.evaluation.ceiling import Reading
from clics.evaluation.figures import Figure, macro_figure, ranking_figures, recall_figure
from clics.evaluation.ground_truth import labels_of, training_counts, truths_of
from clics.training.metrics import Scores


@dataclass(frozen=True, slots=True)
class Agreement:
    """Figures of an error-free reader of the geometry, described by ``what``, on a sample."""

    what: str
    figures: tuple[Figure, ...]


def rank_concepts(
    vocabulary: Vocabulary,
    dataset: PackedDataset,
    kind: Kind,
    bank: Sequence[Concept],
    rows: NDArray[np.int64],
    scores: Scores | Reading,
) -> list[Figure]:
    """The figures of one kind of concepts (the criteria of its row in the registry) for the crystals ``rows`` (n,).

    ``scores`` (n, c) are against ``bank``, the concepts of that kind, or made from a reading. Nothing where the bank or
    ``rows`` is empty.
    """
    if not bank or not len(rows):
        return []
    figures: list[Figure] = []
    for key, name, least in row_of(kind).criteria:
        counts = frequencies(vocabulary, dataset, kind, bank, least)
        table = scores.scores(bank, counts) if isinstance(scores, Reading) else scores
        truths = truths_of(dataset, rows, kind, bank, least=least)
        figures += ranking_figures(key, name, table, truths, counts)
        if kind == ShapeConcept.KIND:
            figures.append(recall_figure(key, name, table, truths, counts))
        if kind == SpaceGroupConcept.KIND:
            figures.append(macro_figure(table, truths, labels_of(dataset, rows, kind), counts))
    return figures


def with_ceilings(figures: Sequence[Figure], agreements: Sequence[Agreement]) -> list[Figure]:
    """The figures with their ceilings: the lowest value of the same figure among the readers."""
    lowest: dict[str, float] = {}
    for agreement in agreements:
        for figure in agreement.figures:
            if not np.isnan(figure.value):
                lowest[figure.key] = min(figure.value, lowest.get(figure.key, 1.0))
    return [dataclasses.replace(figure, ceiling=lowest.get(figure.key)) for figure in figures]


def frequencies(
    vocabulary: Vocabulary, dataset: PackedDataset, kind: Kind, bank: Sequence[Concept], least: Truth
) -> NDArray[np.int64]:
    """Frequency (c,) of each concept of ``bank`` in the data set's training split, or in ``vocabulary`` without one."""
    counts = training_counts(dataset, kind, bank, least=least)
    if counts is not None:
        return counts
    return np.array([vocabulary.frequency(concept, least) for concept in bank], np.int64)
