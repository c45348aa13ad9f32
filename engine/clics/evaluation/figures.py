"""The figures of a model: each a value with its interval, beside the guess by frequency and the paper's figure."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from clics.concepts.concept import Kind
from clics.concepts.registry import row_of
from clics.evaluation.bootstrap import macro_interval, mean_interval, precision_interval
from clics.training import metrics
from clics.training.metrics import Scores, Truths, VectorScores

TOP_KS = (1, 5)
PRECISION_K = 10
LIST_DEPTH = 64
"""Crystals kept per phrase; enough for a resample to fill ten places."""

PAPER = {
    "space_group.top1": (0.667, 0.701),
    "space_group.top5": (0.845, 0.887),
    "environment.stated.top1": (0.720, None),
    "environment.stated.top5": (0.959, None),
}
"""Table 1 of the paper (Ozawa, Suzuki, Tonogai & Itakura, preprint of 28 March 2024): CLICS, and ALIGNN trained on the
space groups alone; see :data:`PAPER_SPLIT`."""

PAPER_SPLIT = (
    "126,035 training and 14,004 validation crystals of the Materials Project, split at random, not by formula"
)


@dataclass(frozen=True, slots=True)
class Figure:
    """One figure with its confidence interval and references; all values are fractions in [0, 1], or NaN.

    Attributes:
        key: such as ``space_group.top1``.
        name: for people.
        value: of the model.
        low: lower bound of the 95 % interval.
        high: upper bound of the 95 % interval.
        crystals: number of crystals counted.
        concepts: size of the bank; for precision, number of phrases, each true of some of the crystals.
        guess: value of a ranking by frequency in training; for precision, of a random order of the crystals.
        missing: crystals with a true concept that the bank lacks.
        ceiling: lowest value of the error-free readers (:mod:`clics.evaluation.ceiling`).
        attainable: value of a perfect ranking.
        paper: value of the paper, from another split.
        paper_supervised: value of the paper's supervised model, from another split.
        supervised: value of a classifier trained on the same data.
    """

    key: str
    name: str
    value: float
    low: float
    high: float
    crystals: int
    concepts: int
    guess: float
    missing: int = 0
    ceiling: float | None = None
    attainable: float | None = None
    paper: float | None = None
    paper_supervised: float | None = None
    supervised: float | None = None


def ranking_figures(key: str, name: str, scores: Scores, truths: Truths, counts: NDArray[np.int64]) -> list[Figure]:
    """Top-1 and top-5 accuracy (at least one true concept among the first k) and mean average precision.

    Args:
        key: of the figures.
        name: of the figures.
        scores: (n, c) of crystals against concepts.
        truths: n rows; crystals without a true concept are left out.
        counts: (c,) frequency in training.
    """
    counted = np.flatnonzero(truths.counts > 0)
    truths = truths.take(counted)
    model = _per_crystal(rows_of(scores, counted), truths)
    guess = _per_crystal(metrics.frequency_scores(counts, len(counted)), truths)
    figures = []
    for which, values in model.items():
        full = f"{key}.{which}"
        words = "mean average precision" if which == "map" else f"top-{which.removeprefix('top')}"
        paper, supervised = PAPER.get(full, (None, None))
        figures.append(
            Figure(
                full,
                f"{name}, {words}",
                mean(values),
                *mean_interval(values),
                crystals=len(counted),
                concepts=scores.shape[1],
                missing=int((truths.outside > 0).sum()),
                guess=mean(guess[which]),
                paper=paper,
                paper_supervised=supervised,
            )
        )
    return figures


def macro_figure(scores: Scores, truths: Truths, labels: NDArray[np.int64], counts: NDArray[np.int64]) -> Figure:
    """Macro accuracy: mean over the space groups present of the fraction of their crystals that is recognised first.

    Args:
        scores: (n, c) of crystals against space groups.
        truths: n rows.
        labels: (n,) true group of every crystal, in the bank or not; -1 (unknown) is left out.
        counts: (c,) frequency in training.
    """
    counted = np.flatnonzero(labels >= 0)
    truths, labels = truths.take(counted), labels[counted]
    correct = _per_crystal(rows_of(scores, counted), truths)["top1"] > 0
    guessed = _per_crystal(metrics.frequency_scores(counts, len(counted)), truths)["top1"] > 0
    return Figure(
        "space_group.macro",
        f"space group, macro accuracy over {len(np.unique(labels))} groups",
        metrics.macro_recall(correct, labels),
        *macro_interval(correct, labels),
        crystals=len(counted),
        concepts=scores.shape[1],
        missing=int((truths.outside > 0).sum()),
        guess=metrics.macro_recall(guessed, labels),
    )


def recall_figure(key: str, name: str, scores: Scores, truths: Truths, counts: NDArray[np.int64]) -> Figure:
    """Mean fraction of a crystal's true concepts that are among the first five; of more than five true ones, of five.

    Args:
        key: of the figure's criterion.
        name: of the criterion.
        scores: (n, c) of crystals against concepts.
        truths: n rows; crystals without a true concept are left out.
        counts: (c,) frequency in training.
    """
    k = TOP_KS[-1]
    counted = np.flatnonzero(truths.counts > 0)
    truths = truths.take(counted)
    whole = np.minimum(truths.counts, k)

    def recalls(own: Scores) -> NDArray[np.float64]:
        _, hits = metrics.top_lists(own, truths, k)
        found: NDArray[np.float64] = hits.sum(axis=1) / whole
        return found

    values = recalls(rows_of(scores, counted))
    return Figure(
        f"{key}.recall{k}",
        f"{name}, all true ones among the first {k}",
        mean(values),
        *mean_interval(values),
        crystals=len(counted),
        concepts=scores.shape[1],
        missing=int((truths.outside > 0).sum()),
        guess=mean(recalls(metrics.frequency_scores(counts, len(counted)))),
    )


def precision_figures(kind: Kind, scores: Scores, truths: Truths) -> list[Figure]:
    """Precision at 10 of the crystals found by a phrase, over all phrases with a true crystal, and over those with ten.

    A phrase that is true of three crystals reaches 0.3 at most: ``attainable`` is the mean of these bounds.

    Args:
        kind: of the phrases.
        scores: (n, c) of crystals against phrases.
        truths: n rows, by facts.

    Returns:
        The figures; those over no phrase are left out.
    """
    n, width = scores.shape
    by_phrase = truths.transpose(width)
    figures = []
    for key, least, words in (("p10", 1, ""), ("p10_common", PRECISION_K, f" true of at least {PRECISION_K} crystals")):
        phrases = np.flatnonzero(by_phrase.counts >= least)
        if not len(phrases):
            continue
        part = by_phrase.take(phrases)
        lists, hits = metrics.top_lists(rows_of(scores.T, phrases), part, LIST_DEPTH)
        figures.append(
            Figure(
                f"{kind}.{key}",
                f"phrases of {row_of(kind).plural}{words} → crystals, precision at {PRECISION_K}",
                mean(metrics.precision_at(hits, PRECISION_K)),
                *precision_interval(lists, hits, part, n, PRECISION_K),
                crystals=n,
                concepts=len(phrases),
                guess=mean(part.counts / max(n, 1)) * min(1.0, n / PRECISION_K),
                attainable=mean(np.minimum(part.counts, PRECISION_K) / PRECISION_K),
            )
        )
    return figures


def rows_of(scores: Scores, rows: NDArray[np.int64] | NDArray[np.bool_]) -> Scores:
    """The scores of some rows, by indices or a mask; inner products are not computed yet."""
    return VectorScores(scores.left[rows], scores.right) if isinstance(scores, VectorScores) else scores[rows]


def mean(values: NDArray[np.float64]) -> float:
    """The mean; NaN for no values."""
    return float(values.mean()) if len(values) else float("nan")


def _per_crystal(scores: Scores, truths: Truths) -> dict[str, NDArray[np.float64]]:
    """``top1``, ``top5`` (1 or 0) and ``map`` (average precision) of every crystal."""
    above = metrics.false_above(scores, truths)
    ranks = metrics.best_ranks(above, truths)
    top = {f"top{k}": (ranks <= k).astype(np.float64) for k in TOP_KS}
    return {**top, "map": metrics.average_precisions(above, truths)}
