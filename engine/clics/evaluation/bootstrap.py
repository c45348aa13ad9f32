"""95 % intervals by the bootstrap: the crystals are drawn again with replacement, and the figure is taken again.

Percentile method (Efron & Tibshirani, An Introduction to the Bootstrap, 1993, chapter 13); seeded, so that the same
model on the same crystals gives the same interval.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator

import numpy as np
from numpy.typing import NDArray

from clics.training.metrics import Truths, macro_recall, precision_at

RESAMPLES = 1000
SEED = 20240328

Interval = tuple[float, float]


def mean_interval(values: NDArray[np.float64], resamples: int = RESAMPLES) -> Interval:
    """Of the mean of one value per crystal (n,)."""
    return _interval(len(values), resamples, lambda weights: float(weights @ values) / len(values))


def macro_interval(correct: NDArray[np.bool_], labels: NDArray[np.int64], resamples: int = RESAMPLES) -> Interval:
    """Of :func:`~clics.training.metrics.macro_recall`; a class that a resample misses is left out of its mean."""
    return _interval(len(labels), resamples, lambda weights: macro_recall(correct, labels, weights))


def precision_interval(
    lists: NDArray[np.int64], hits: NDArray[np.bool_], truths: Truths, crystals: int, k: int, resamples: int = RESAMPLES
) -> Interval:
    """Of the mean over phrases of the precision at ``k``.

    ``lists`` (p, depth) are the best crystals of every phrase, ``hits`` (p, depth) whether each is true, ``truths`` (p
    rows) all true crystals of every phrase, indices into ``crystals`` crystals; ``depth`` must be some six times ``k``,
    or all crystals. A phrase that is true of no crystal of a resample is left out of its mean. A crystal that is drawn
    twice fills two places, which alone raises the precision of rare phrases; the interval is therefore moved to where
    the resamples' mean meets the figure itself.
    """
    phrase_rows = truths.rows

    def again(weights: NDArray[np.float64]) -> float:
        filled = np.minimum(np.cumsum(weights[lists], axis=1), k)
        shares = (np.diff(filled, axis=1, prepend=0.0) * hits).sum(axis=1) / k
        present = np.bincount(phrase_rows, weights=weights[truths.columns], minlength=len(truths)) > 0
        return float(shares[present].mean()) if present.any() else float("nan")

    if not len(lists):
        return float("nan"), float("nan")
    value = float(precision_at(hits, k).mean())
    drawn = np.array([again(weights) for weights in _weights(crystals, resamples)])
    low, high = np.nanpercentile(drawn, [2.5, 97.5]) - np.nanmean(drawn) + value
    return max(0.0, float(low)), min(1.0, float(high))


def _interval(n: int, resamples: int, figure: Callable[[NDArray[np.float64]], float]) -> Interval:
    if n == 0:
        return float("nan"), float("nan")
    low, high = np.percentile([figure(weights) for weights in _weights(n, resamples)], [2.5, 97.5])
    return float(low), float(high)


def _weights(n: int, resamples: int) -> Iterator[NDArray[np.float64]]:
    """How often every crystal is drawn in each resample (n,)."""
    generator = np.random.default_rng(SEED)
    for _ in range(resamples):
        yield np.bincount(generator.integers(0, n, n), minlength=n).astype(np.float64)
