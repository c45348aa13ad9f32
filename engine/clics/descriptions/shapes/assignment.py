"""Linear assignment problems, many of one size at once.

Shortest augmenting paths (R. Jonker & A. Volgenant, Computing 38, 325 (1987), doi:10.1007/BF02278710), each step for all
problems together. ``scipy.optimize.linear_sum_assignment`` solves one problem a call, and importing it takes longer than
a description.
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
    columns = gains.argmax(axis=2)
    everywhere = np.arange(problems)[:, None]
    row_price = gains.max(axis=2)
    owner = np.full((problems, size), -1)
    owner[everywhere, columns] = np.arange(size)  # of rows that want one column the last keeps it
    free = owner[everywhere, columns] != np.arange(size)
    columns[free] = -1
    column_price = np.zeros((problems, size))
    while True:
        open_problems = np.flatnonzero(free.any(axis=1))
        if not len(open_problems):
            return np.asarray(columns)
        rows = free[open_problems].argmax(axis=1)
        _augment(gains, open_problems, rows, row_price, column_price, owner, columns)
        free[open_problems, rows] = False


def _augment(
    gains: np.ndarray,
    problems: np.ndarray,
    starts: np.ndarray,
    row_price: np.ndarray,
    column_price: np.ndarray,
    owner: np.ndarray,
    columns: np.ndarray,
) -> None:
    """Give one more row of each problem a column along the shortest augmenting path."""
    size = gains.shape[1]
    distance = np.full((len(problems), size), np.inf)
    reached_from = np.zeros((len(problems), size), dtype=int)
    done = np.zeros((len(problems), size), dtype=bool)
    ends = np.full(len(problems), -1)
    lengths = np.zeros(len(problems))
    active = np.arange(len(problems))
    row = starts.copy()
    length = np.zeros(len(problems))
    while len(active):
        at = problems[active]
        slack = row_price[at, row][:, None] + column_price[at] - gains[at, row] + length[:, None]
        near = distance[active]
        better = (slack < near) & ~done[active]
        near = np.where(better, slack, near)
        distance[active] = near
        reached_from[active] = np.where(better, row[:, None], reached_from[active])
        column = np.where(done[active], np.inf, near).argmin(axis=1)
        length = near[np.arange(len(active)), column]
        done[active, column] = True
        next_row = owner[at, column]
        reached = next_row < 0
        ends[active[reached]] = column[reached]
        lengths[active[reached]] = length[reached]
        active, row, length = active[~reached], next_row[~reached], length[~reached]
    # prices keep every assigned pair tight: columns done before the end gain what they were nearer
    shorter = np.where(done, lengths[:, None] - distance, 0.0)
    shorter[np.arange(len(problems)), ends] = 0.0
    owners = owner[problems]
    row_change = np.zeros((len(problems), size + 1))
    np.put_along_axis(row_change, np.where(owners >= 0, owners, size), shorter, axis=1)
    column_price[problems] += shorter
    row_price[problems] -= row_change[:, :-1]
    row_price[problems, starts] -= lengths
    left = np.arange(len(problems))
    column = ends.copy()
    while len(left):
        at = problems[left]
        row = reached_from[left, column]
        previous = columns[at, row].copy()
        columns[at, row] = column
        owner[at, column] = row
        more = row != starts[left]
        left, column = left[more], previous[more]
