"""Retrieval metrics of crystals and concepts: ranks, average precision, top-k and macro accuracy, precision at k; in numpy.

Equal scores always count against the model: the false one is ranked first. A model that gives every concept the same score
therefore scores zero, in whatever order the concepts are. Memory is bounded: scores are computed in blocks of at most
:data:`BLOCK_CELLS` cells and never stored as a whole (:class:`VectorScores`).
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from clics.errors import ModelError

BLOCK_CELLS = 1 << 20
"""Scores in memory at one time (4 MB of float32)."""

UNRANKED = np.iinfo(np.int64).max
"""The rank of a crystal that has no true concept in the bank."""


@dataclass(frozen=True, slots=True)
class Truths:
    """Ground truth of n rows (crystals) among the columns of a bank (concepts), as compressed sparse rows.

    Attributes:
        offsets: (n + 1,); row i owns ``columns[offsets[i]:offsets[i + 1]]``.
        columns: (m,) true columns, each at most once in a row.
        outside: (n,) number of true concepts of a row that the bank lacks; they count as not retrieved in every figure.
    """

    offsets: NDArray[np.int64]
    columns: NDArray[np.int64]
    outside: NDArray[np.int64]

    @classmethod
    def from_lists(cls, lists: Sequence[Sequence[int]], outside: Sequence[int] | None = None) -> Truths:
        """From one list of true columns per row."""
        offsets = np.cumsum([0, *(len(row) for row in lists)], dtype=np.int64)
        columns = np.array([column for row in lists for column in row], np.int64)
        return cls(offsets, columns, np.array(outside if outside is not None else [0] * len(lists), np.int64))

    @classmethod
    def from_mentions(cls, rows: NDArray[np.int64], columns: NDArray[np.int64], n: int) -> Truths:
        """From (row, column) mentions of ``n`` rows; column -1 is a true concept outside the bank."""
        inside = columns >= 0
        order = np.argsort(rows[inside], kind="stable")
        offsets = np.zeros(n + 1, np.int64)
        np.cumsum(np.bincount(rows[inside], minlength=n), out=offsets[1:])
        return cls(offsets, columns[inside][order], np.bincount(rows[~inside], minlength=n).astype(np.int64))

    def __len__(self) -> int:
        return len(self.offsets) - 1

    @property
    def rows(self) -> NDArray[np.int64]:
        """The row of every entry of ``columns`` (m,)."""
        return np.repeat(np.arange(len(self)), np.diff(self.offsets))

    @property
    def counts(self) -> NDArray[np.int64]:
        """Number of true concepts of every row, in the bank or not (n,)."""
        return np.diff(self.offsets) + self.outside

    def take(self, rows: NDArray[np.int64]) -> Truths:
        """The truths of some rows, in the order of ``rows``."""
        lengths = np.diff(self.offsets)[rows]
        offsets = np.zeros(len(rows) + 1, np.int64)
        np.cumsum(lengths, out=offsets[1:])
        shift = np.repeat(self.offsets[rows] - offsets[:-1], lengths)
        return Truths(offsets, self.columns[np.arange(offsets[-1]) + shift], self.outside[rows])

    def transpose(self, width: int) -> Truths:
        """For every one of ``width`` columns, the rows it is true of."""
        return Truths.from_mentions(self.columns, self.rows, width)


@dataclass(frozen=True, slots=True)
class VectorScores:
    """Scores of n row vectors (n, d) against c column vectors (c, d): inner products, computed in blocks."""

    left: NDArray[np.float32]
    right: NDArray[np.float32]

    @property
    def shape(self) -> tuple[int, int]:
        """(n, c)."""
        return len(self.left), len(self.right)

    @property
    def T(self) -> VectorScores:  # noqa: N802 (numpy's name)
        """The transposed scores."""
        return VectorScores(self.right, self.left)

    def __getitem__(self, rows: slice) -> NDArray[np.float32]:
        """The scores of some rows (b, c)."""
        block: NDArray[np.float32] = self.left[rows] @ self.right.T
        return block


Scores = VectorScores | NDArray[np.floating]
"""Rows to be scored against columns: vectors, or a plain matrix (n, c)."""


def frequency_scores(counts: NDArray[np.int64], n: int) -> VectorScores:
    """Scores (n, c) that rank the columns by their frequency ``counts`` (c,) in every row; the first of equals first."""
    ranks = np.empty(len(counts), np.float32)
    ranks[np.argsort(-counts, kind="stable")] = np.arange(len(counts), 0, -1)
    return VectorScores(np.ones((n, 1), np.float32), ranks[:, None])


def false_above(scores: Scores, truths: Truths) -> NDArray[np.int64]:
    """Number of false columns that score as high as each true entry, or higher.

    Args:
        scores: (n, c).
        truths: n rows, m true entries.

    Returns:
        (m,).

    Raises:
        ModelError: a score is not finite (kind ``not-finite``).
    """
    above = np.empty(len(truths.columns), np.int64)
    for start, stop, block in _blocks(scores):
        a, b = truths.offsets[start], truths.offsets[stop]
        rows, columns = (
            np.repeat(np.arange(stop - start), np.diff(truths.offsets[start : stop + 1])),
            truths.columns[a:b],
        )
        own = block[rows, columns]
        block[rows, columns] = -np.inf
        for i in range(0, len(rows), len(block)):  # never more cells than the block itself
            part = slice(i, i + len(block))
            above[a + i : a + i + len(rows[part])] = (block[rows[part]] >= own[part, None]).sum(axis=1)
    return above


def best_ranks(above: NDArray[np.int64], truths: Truths) -> NDArray[np.int64]:
    """The rank (from 1) of the best true column of every row (n,); :data:`UNRANKED` where the bank holds none."""
    best = np.full(len(truths), UNRANKED)
    np.minimum.at(best, truths.rows, above + 1)
    return best


def average_precisions(above: NDArray[np.int64], truths: Truths) -> NDArray[np.float64]:
    """Average precision of every row over all its true columns (n,); NaN where nothing is true.

    A true concept that the bank does not hold adds nothing to the sum and one to what it is divided by.
    """
    rows = truths.rows
    retrieved = np.arange(len(rows)) - truths.offsets[rows] + 1  # true ones down to this entry, in order of score
    ordered = above[np.lexsort((above, rows))]
    sums = np.bincount(rows, weights=retrieved / (retrieved + ordered), minlength=len(truths))
    with np.errstate(invalid="ignore"):
        result: NDArray[np.float64] = sums / truths.counts
    return result


def top_k_accuracy(scores: Scores, truths: Truths, ks: Sequence[int] = (1, 5)) -> dict[int, float]:
    """Fraction of rows with at least one true column among the first k, by k; rows without a true concept are left out.

    NaN where no row has a truth.
    """
    ranks = best_ranks(false_above(scores, truths), truths)[truths.counts > 0]
    return {k: float((ranks <= k).mean()) if len(ranks) else float("nan") for k in ks}


def macro_recall(
    correct: NDArray[np.bool_], labels: NDArray[np.int64], weights: NDArray[np.float64] | None = None
) -> float:
    """Mean over the classes present of the fraction of their rows that are correct; NaN without rows.

    ``weights`` (n,) counts every row so many times (a resample).
    """
    present = np.bincount(labels, weights=weights)
    right = np.bincount(labels, weights=correct if weights is None else correct * weights)
    return float((right[present > 0] / present[present > 0]).mean()) if (present > 0).any() else float("nan")


def top_lists(scores: Scores, truths: Truths, depth: int) -> tuple[NDArray[np.int64], NDArray[np.bool_]]:
    """The ``depth`` best columns of every row and whether each is true, both (n, min(depth, c)).

    Raises as :func:`false_above`.
    """
    width = min(depth, scores.shape[1])
    lists = np.empty((len(truths), width), np.int64)
    hits = np.empty((len(truths), width), np.bool_)
    for start, stop, block in _blocks(scores):
        part = truths.take(np.arange(start, stop))
        true = np.zeros(block.shape, np.bool_)
        true[part.rows, part.columns] = True
        order = np.lexsort((true, -block), axis=-1)[:, :width]
        lists[start:stop] = order
        hits[start:stop] = np.take_along_axis(true, order, axis=1)
    return lists, hits


def precision_at(hits: NDArray[np.bool_], k: int) -> NDArray[np.float64]:
    """Precision at k of every list (n,); a shorter list is divided by k, too."""
    share: NDArray[np.float64] = hits[:, :k].sum(axis=1) / k
    return share


def _blocks(scores: Scores) -> Iterator[tuple[int, int, NDArray[np.floating]]]:
    """(start, stop, a block of scores that may be written into)."""
    n, width = scores.shape
    step = max(1, BLOCK_CELLS // max(1, width))
    for start in range(0, n, step):
        stop = min(n, start + step)
        block = np.array(scores[start:stop])
        if not np.isfinite(block).all():
            raise ModelError("The model gave vectors that are not finite numbers; it is damaged.", kind="not-finite")
        yield start, stop, block
