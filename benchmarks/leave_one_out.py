"""Leave-one-out retrieval of structure types: each crystal in turn is the query, all others of another formula are ranked.

Crystals of the query's reduced formula are never ranked: a polymorph or a duplicate would be found by its elements. Where two
crystals score the same, the one of another type comes first. Confidence intervals resample whole types, not crystals, since the
crystals of a type rise and fall together.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np
from clics.errors import ModelError
from clics.evaluation.bootstrap import RESAMPLES, SEED, Interval
from numpy.typing import NDArray


@dataclass(frozen=True, slots=True)
class Retrieval:
    """Results by query.

    Attributes:
        nearest: (n,) 1 where the nearest crystal is of the query's type, else 0.
        precision: (n,) average precision over all crystals of the query's type.

    NaN in both where no ranked crystal is of the query's type.
    """

    nearest: NDArray[np.float64]
    precision: NDArray[np.float64]

    @property
    def one_nn(self) -> float:
        """Fraction of queries whose nearest crystal is of their type (1-NN accuracy)."""
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
    """Rank all other crystals for each query.

    Args:
        scores: for one query after the other its similarities (n,) to all crystals; larger is more similar, -inf is allowed.
        types: (n,) structure type of each crystal.
        formulas: (n,) reduced formulas.
        stoichiometries: (n,) anonymous formulas; with them only crystals of the query's own are ranked.

    Raises:
        ModelError: a score is NaN (kind ``not-finite``).
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
        same_type = types == types[query]
        true, false = np.sort(row[ranked & same_type])[::-1], np.sort(row[ranked & ~same_type])
        if not len(true):
            continue
        above = len(false) - np.searchsorted(false, true, side="left")
        ranks = np.arange(1, len(true) + 1)
        nearest[query] = above[0] == 0
        precision[query] = (ranks / (ranks + above)).mean()
    return Retrieval(nearest, precision)


def cosines(vectors: NDArray[np.floating]) -> Iterable[NDArray[np.floating]]:
    """Rows (n,) of the cosine similarities between vectors (n, d)."""
    unit = vectors / np.maximum(np.linalg.norm(vectors, axis=1, keepdims=True), 1e-12)
    return (unit @ own for own in unit)


def negative_distances(vectors: NDArray[np.floating], order: float = 2.0) -> Iterable[NDArray[np.floating]]:
    """Rows (n,) of negative distances between vectors (n, d) in the norm ``order`` (``np.inf``: Chebyshev)."""
    return (-np.linalg.norm(vectors - own, ord=order, axis=1) for own in vectors)


def interval_by_type(values: NDArray[np.float64], types: NDArray[np.int64], resamples: int = RESAMPLES) -> Interval:
    """95 % bootstrap interval of a mean, resampling whole types.

    Percentile method, seeded. Applied to the difference of two methods' values, it is the interval of their difference.

    Args:
        values: (n,) of crystals; NaN is left out.
        types: (n,) structure types.
        resamples: number of bootstrap resamples.
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
