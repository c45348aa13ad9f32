"""Crystals that find their like: each in turn is the query, all others of another formula are ranked.

Crystals of the query's reduced formula are never ranked: a polymorph or a duplicate would be found by its elements. Where
two crystals score the same, the one of another type comes first. Intervals draw whole types again, not crystals, since
the crystals of a type rise and fall together.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from clics.errors import ModelError
from clics.evaluation.bootstrap import RESAMPLES, SEED, Interval


@dataclass(frozen=True, slots=True)
class Retrieval:
    """For every query (n,): whether its nearest is of its type, and the average precision over all of its type.

    NaN in both where no ranked crystal is of the query's type.
    """

    nearest: NDArray[np.float64]
    precision: NDArray[np.float64]

    @property
    def one_nn(self) -> float:
        """Share of queries whose nearest crystal is of their type."""
        return float(np.nanmean(self.nearest))

    @property
    def mean_precision(self) -> float:
        """Mean average precision (mAP)."""
        return float(np.nanmean(self.precision))


def leave_one_out(
    scores: Iterable[NDArray[np.floating]],
    types: NDArray[np.int64],
    formulas: Sequence[str],
    *,
    stoichiometries: Sequence[str] | None = None,
) -> Retrieval:
    """How well ``scores`` bring crystals of one of ``types`` (n,) together.

    ``scores`` gives for one query after the other how like each crystal is to it (n,), the larger the more; -inf is
    allowed and means "not at all". ``formulas`` (n,) are reduced formulas; with ``stoichiometries`` (n,) only crystals
    of the query's own are ranked.

    Raises :class:`~clics.errors.ModelError` (``not-finite``) where a score is no number.
    """
    formula = np.unique(np.asarray(formulas), return_inverse=True)[1]
    stoichiometry = np.unique(np.asarray(stoichiometries), return_inverse=True)[1] if stoichiometries else None
    nearest, precision = np.full(len(types), np.nan), np.full(len(types), np.nan)
    for query, row in enumerate(scores):
        if np.isnan(row).any():
            raise ModelError("The crystals were given scores that are not numbers.", kind="not-finite")
        ranked = formula != formula[query]
        if stoichiometry is not None:
            ranked &= stoichiometry == stoichiometry[query]
        alike = types == types[query]
        true, false = np.sort(row[ranked & alike])[::-1], np.sort(row[ranked & ~alike])
        if not len(true):
            continue
        above = len(false) - np.searchsorted(false, true, side="left")
        places = np.arange(1, len(true) + 1)
        nearest[query] = above[0] == 0
        precision[query] = (places / (places + above)).mean()
    return Retrieval(nearest, precision)


def cosines(vectors: NDArray[np.floating]) -> Iterable[NDArray[np.floating]]:
    """The rows (n,) of the cosines between vectors (n, d)."""
    unit = vectors / np.maximum(np.linalg.norm(vectors, axis=1, keepdims=True), 1e-12)
    return (unit @ own for own in unit)


def nearness(vectors: NDArray[np.floating], order: float = 2.0) -> Iterable[NDArray[np.floating]]:
    """The rows (n,) of minus the distances between vectors (n, d), by the norm ``order`` (``np.inf``: Chebyshev)."""
    return (-np.linalg.norm(vectors - own, ord=order, axis=1) for own in vectors)


def interval_by_type(values: NDArray[np.float64], types: NDArray[np.int64], resamples: int = RESAMPLES) -> Interval:
    """95 % interval of the mean of ``values`` (n,; NaN is left out), whole ``types`` (n,) drawn with replacement.

    Percentile method, seeded. The difference of two methods' values gives the interval of their difference.
    """
    known = ~np.isnan(values)
    types = np.unique(types[known], return_inverse=True)[1]
    if not len(types):
        return float("nan"), float("nan")
    totals, counts = np.bincount(types, weights=values[known]), np.bincount(types)
    generator = np.random.default_rng(SEED)
    drawn = generator.integers(0, len(counts), (resamples, len(counts)))
    low, high = np.percentile(totals[drawn].sum(axis=1) / counts[drawn].sum(axis=1), [2.5, 97.5])
    return float(low), float(high)
