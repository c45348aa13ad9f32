"""Linear assignment problems, many of one size at once.

Shortest augmenting paths (R. Jonker & A. Volgenant, Computing 38, 325 (1987), doi:10.1007/BF02278710), each step for all
problems together. ``scipy.optimize.linear_sum_assignment`` solves one problem a call, and importing it takes longer than
describing a crystal.
"""

from __future__ import annotations

import numpy as np


def assign(gains: np.ndarray) -> np.ndarray:
    """The one-to-one assignments of largest sum.

    Args:
        gains: (m, n, n) gain of giving column j to row i, in each of m problems.

    Returns:
        (m, n) the column of each row.
    """
    problems, size, _ = gains.shape
    every, rows = np.arange(problems)[:, None], np.arange(size)
    columns = gains.argmax(axis=2)
    row_price = gains.max(axis=2)
    column_price = np.zeros((problems, size), dtype=gains.dtype)
    owner = np.full((problems, size), -1)
    owner[every, columns] = rows  # of rows that want one column the last keeps it
    free = owner[every, columns] != rows
    columns[free] = -1
    left = np.flatnonzero(free.any(axis=1))
    while len(left):
        _augment(gains, left, free[left].argmax(axis=1), row_price, column_price, owner, columns)
        free[left] = columns[left] < 0
        left = left[free[left].any(axis=1)]
    return np.asarray(columns)


def _augment(
    gains: np.ndarray,
    problems: np.ndarray,
    starts: np.ndarray,
    row_price: np.ndarray,
    column_price: np.ndarray,
    owner: np.ndarray,
    columns: np.ndarray,
) -> None:
    """Give one more row of each problem a column, along the shortest augmenting path."""
    size = gains.shape[1]
    everyone = np.arange(len(problems))
    distances = np.full((len(problems), size), np.inf, dtype=gains.dtype)
    sources = np.zeros((len(problems), size), dtype=int)
    settled = np.zeros((len(problems), size), dtype=bool)
    ends, lengths = np.zeros(len(problems), dtype=int), np.zeros(len(problems), dtype=gains.dtype)
    active, at, row, length = everyone, problems, starts, lengths
    near, source, done = distances.copy(), sources.copy(), settled.copy()
    while True:
        reach = column_price[at] - gains[at, row] + (row_price[at, row] + length)[:, None]
        better = (reach < near) & ~done
        near, source = np.where(better, reach, near), np.where(better, row[:, None], source)
        column = np.where(done, np.inf, near).argmin(axis=1)
        here = everyone[: len(active)]
        length = near[here, column]
        row = owner[at, column]
        over = row < 0
        if over.any():
            out = active[over]
            ends[out], lengths[out] = column[over], length[over]
            distances[out], sources[out], settled[out] = near[over], source[over], done[over]
            done[here, column] = True
            on = ~over
            active, at, row, length = active[on], at[on], row[on], length[on]
            near, source, done = near[on], source[on], done[on]
            if not len(active):
                break
        else:
            done[here, column] = True
    # the prices of what was passed keep every assigned pair tight
    shorter = np.where(settled, lengths[:, None] - distances, 0)
    change = np.zeros((len(problems), size + 1), dtype=gains.dtype)
    change[everyone[:, None], owner[problems]] = shorter  # columns without an owner change the last, unused
    column_price[problems] += shorter
    row_price[problems] -= change[:, :-1]
    row_price[problems, starts] -= lengths
    which, column = everyone, ends
    while len(which):
        at = problems[which]
        row = sources[which, column]
        previous = columns[at, row]
        columns[at, row], owner[at, column] = column, row
        more = row != starts[which]
        which, column = which[more], previous[more]
