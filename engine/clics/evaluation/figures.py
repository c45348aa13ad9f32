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
    """One figure, in [0, 1] as everything here; NaN where nothing could be counted.

    ``low`` and ``high`` bound the 95 % interval. ``crystals`` were counted, against a bank of ``concepts`` (for
    precision: ``concepts`` phrases, each true of some of the crystals); ``missing`` of the crystals have a truth that
    the bank does not hold. ``guess`` ignores the crystal: always the most frequent of training, or for precision the
    crystals in random order. ``ceiling`` is what the noise of the labels leaves (:mod:`clics.evaluation.ceiling`),
    ``attainable`` what a perfect ranking would reach. ``supervised`` is that of a classifier trained on the same data, if one
    stands beside the model; ``paper`` and ``paper_supervised`` are the paper's, from another split.
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
    """Top-1 and top-5 ("at least one true concept among the first K") and mean average precision.

    ``scores`` (n crystals, c concepts), ``truths`` n rows, ``counts`` (c,) how often each concept is true in training.
    Crystals of which nothing is true are left out.
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
    """Mean over the space groups present of the share of their crystals that is recognised first.

    ``labels`` (n,) names the true group of every crystal, in the bank or not; -1 (unknown) is left out.
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


def precision_figures(kind: Kind, scores: Scores, truths: Truths) -> list[Figure]:
    """Phrase → crystals: precision at 10, over all phrases that are true of some crystal, and over those true of ten.

    ``scores`` (n crystals, c phrases), ``truths`` n rows, by facts. A phrase that is true of three crystals reaches 0.3
    at most: ``attainable`` is the mean of these bounds. The guess puts the crystals in random order. A figure of no
    phrase is left out.
    """
    n, width = scores.shape
    turned = truths.transpose(width)
    figures = []
    for key, least, words in (("p10", 1, ""), ("p10_common", PRECISION_K, f" true of at least {PRECISION_K} crystals")):
        phrases = np.flatnonzero(turned.counts >= least)
        if not len(phrases):
            continue
        part = turned.take(phrases)
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
    """The scores of some rows, places or a mask; not made yet where they are inner products."""
    return VectorScores(scores.left[rows], scores.right) if isinstance(scores, VectorScores) else scores[rows]


def mean(values: NDArray[np.float64]) -> float:
    """The mean; NaN of nothing."""
    return float(values.mean()) if len(values) else float("nan")


def _per_crystal(scores: Scores, truths: Truths) -> dict[str, NDArray[np.float64]]:
    """``top1``, ``top5`` (1 or 0) and ``map`` (average precision) of every crystal."""
    above = metrics.false_above(scores, truths)
    ranks = metrics.best_ranks(above, truths)
    found = {f"top{k}": (ranks <= k).astype(np.float64) for k in TOP_KS}
    return {**found, "map": metrics.average_precisions(above, truths)}
