"""95 % confidence intervals by the bootstrap: crystals are resampled with replacement, and the figure is computed again.

Percentile method (Efron and Tibshirani, An Introduction to the Bootstrap, 1993, chapter 13), with a fixed seed: the same model on
the same crystals gives the same interval.
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
    """Interval of the mean of one value per crystal (n,)."""
    return _interval(len(values), resamples, lambda weights: float(weights @ values) / len(values))


def macro_interval(correct: NDArray[np.bool_], labels: NDArray[np.int64], resamples: int = RESAMPLES) -> Interval:
    """Interval of :func:`~clics.training.metrics.macro_recall`; classes missing from a resample are left out of its mean.

    Args:
        correct: (n,) whether each crystal is recognised.
        labels: (n,) class of each crystal.
        resamples: number of bootstrap resamples.
    """
    return _interval(len(labels), resamples, lambda weights: macro_recall(correct, labels, weights))


def precision_interval(
    lists: NDArray[np.int64], hits: NDArray[np.bool_], truths: Truths, crystals: int, k: int, resamples: int = RESAMPLES
) -> Interval:
    """Interval of the mean over phrases of the precision at ``k``.

    A phrase that is true of no crystal of a resample is left out of its mean. A crystal that is drawn twice fills two ranks,
    which alone raises the precision of rare phrases; the interval is therefore shifted so that the resamples' mean is the
    figure itself. It always holds the figure.

    Args:
        lists: (p, depth) best crystals of every phrase; ``depth`` must be some six times ``k``, or all crystals.
        hits: (p, depth) whether each of them is true.
        truths: p rows, all true crystals of every phrase.
        crystals: number of crystals.
        k: rank at which precision is measured.
        resamples: number of bootstrap resamples.
    """
    phrase_rows = truths.rows

    def resampled(weights: NDArray[np.float64]) -> float:
        filled = np.minimum(np.cumsum(weights[lists], axis=1), k)
        shares = (np.diff(filled, axis=1, prepend=0.0) * hits).sum(axis=1) / k
        present = np.bincount(phrase_rows, weights=weights[truths.columns], minlength=len(truths)) > 0
        return float(shares[present].mean()) if present.any() else float("nan")

    if not len(lists):
        return float("nan"), float("nan")
    value = float(precision_at(hits, k).mean())
    drawn = np.array([resampled(weights) for weights in _weights(crystals, resamples)])
    low, high = np.nanpercentile(drawn, [2.5, 97.5]) - np.nanmean(drawn) + value
    return min(max(0.0, float(low)), value), max(min(1.0, float(high)), value)


def _interval(n: int, resamples: int, figure: Callable[[NDArray[np.float64]], float]) -> Interval:
    if n == 0:
        return float("nan"), float("nan")
    low, high = np.percentile([figure(weights) for weights in _weights(n, resamples)], [2.5, 97.5])
    return float(low), float(high)


def _weights(n: int, resamples: int) -> Iterator[NDArray[np.float64]]:
    """Number of times that every crystal (n,) is drawn, for each resample."""
    generator = np.random.default_rng(SEED)
    for _ in range(resamples):
        yield np.bincount(generator.integers(0, n, n), minlength=n).astype(np.float64)
