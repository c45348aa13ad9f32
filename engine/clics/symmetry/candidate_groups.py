"""Groups among the approximate operations of a cell: the candidates for its space group."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from clics.progress import CancelToken
from clics.symmetry.approximate_operations import (
    IDENTITY,
    LARGEST_RMS,
    Floats,
    Ints,
    Operations,
    approximate_operations,
)
from clics.symmetry.primitive_cell import PrimitiveCell, cell_as_given, smaller_cell

EXACT = 1e-4
"""Å; translations that miss by less are those of the lattice at every tolerance of the ladder."""

_MOST_OPERATIONS = 400  # of a cell; a group has at most 192 in a conventional cell
_MOST_WORK = 3e7  # atoms² × possible operations, above which cells with more atoms than the smallest are left out
_WEIGHTS = (0.0, 0.3, 1.0, 3.0, 1e6)  # of the strain against the displacements, in mean spacings of atoms


def candidates(
    lattice: Floats, kinds: Ints, frac: Floats, cancel: CancelToken
) -> Iterator[tuple[PrimitiveCell, Operations]]:
    """Every candidate: a primitive cell, and the operations of a group in it; none where like atoms coincide.

    Args:
        lattice: Rows a, b, c in Å (3, 3).
        kinds: (n,); atoms of one kind may fall on each other.
        frac: Fractional coordinates (n, 3).
        cancel: Checked often.

    Raises:
        Cancelled: ``cancel`` was set.
    """
    given = cell_as_given(lattice, kinds, frac)
    translations = approximate_operations(given.lattice, given.kinds, given.frac, translations=True, cancel=cancel)
    if not len(translations) or (translations.permutations[0] != np.arange(len(kinds))).any():
        return  # atoms on top of each other: not even the identity is one to one
    levels = _growing_groups(translations, translations.rms, cancel)
    for level, larger in zip(levels, [*levels[1:], None], strict=True):
        missed = 0.0 if larger is None else translations.largest[sorted(larger - level)].min()
        if larger is not None and missed < EXACT:
            continue
        cell = given if len(level) == 1 else smaller_cell(given, translations.taken(sorted(level)))
        if larger is not None and _work(cell) > _MOST_WORK:
            yield cell, _identity(cell)
            continue
        limit = LARGEST_RMS if larger is None else float(translations.rms[sorted(larger - level)].min())
        operations = approximate_operations(cell.lattice, cell.kinds, cell.frac, largest_rms=limit, cancel=cancel)
        if len(operations) > _MOST_OPERATIONS:
            operations = operations.taken(np.argsort(operations.rms, kind="stable")[:_MOST_OPERATIONS])
        for group in groups_in(operations, cell.spacing, cancel):
            yield cell, operations.taken(sorted(group))


def groups_in(operations: Operations, spacing: float, cancel: CancelToken) -> set[frozenset[int]]:
    """Groups without pure translations that grow operation by operation, the best first.

    "Best" has several meanings, from the displacements of atoms alone to the strain of the lattice alone.

    Args:
        operations: The operations of a cell; the identity is the first.
        spacing: Mean spacing of the atoms in Å.
        cancel: Checked before each operation.
    """
    table = multiplication_table(operations)
    pure = np.flatnonzero((operations.rotations == IDENTITY).all(axis=(1, 2)))
    translations = frozenset(pure.tolist()) - {0}
    found: set[frozenset[int]] = set()
    for weight in _WEIGHTS:
        misses = np.hypot(operations.rms, weight * spacing * operations.strain)
        found.update(_growing_groups(operations, misses, cancel, table, translations))
    return found


def multiplication_table(operations: Operations) -> Ints:
    """(m, m): the index of each product ``row after column``; -1 where it is none of the operations."""
    m, n = operations.permutations.shape
    weights = np.random.default_rng(0).integers(1, 2**62, size=9 + n, dtype=np.int64)  # a hash; it may overflow

    def keys(rotations: Ints, permutations: Ints) -> list[int]:
        keys: list[int] = (rotations.reshape(-1, 9) @ weights[:9] + permutations @ weights[9:]).tolist()
        return keys

    index = {key: i for i, key in enumerate(keys(operations.rotations, operations.permutations))}
    table = np.empty((m, m), dtype=np.int64)
    for i in range(m):
        products = keys(
            operations.rotations[i] @ operations.rotations, operations.permutations[i][operations.permutations]
        )
        table[i] = [index.get(key, -1) for key in products]
    return table


def closure(group: frozenset[int], operation: int, table: Ints) -> frozenset[int] | None:
    """The group that a group and one more operation generate; None where a product is not in the table."""
    members = set(group)
    new = [operation]
    while new:
        latest = new.pop()
        if latest in members:
            continue
        members.add(latest)
        others = list(members)
        products = {*table[latest, others].tolist(), *table[others, latest].tolist()}
        if -1 in products:
            return None
        new.extend(products - members)
    return frozenset(members)


def _growing_groups(
    operations: Operations,
    misses: Floats,
    cancel: CancelToken,
    table: Ints | None = None,
    forbidden: frozenset[int] = frozenset(),
) -> list[frozenset[int]]:
    """From the identity alone, each group made larger by the best operation that it lacks, until there is none."""
    table = multiplication_table(operations) if table is None else table
    groups: list[frozenset[int]] = [frozenset([0])]
    for k in np.argsort(misses, kind="stable").tolist():
        cancel.check()
        if k in groups[-1]:
            continue
        larger = closure(groups[-1], k, table)
        if larger is None or larger & forbidden:
            break
        groups.append(larger)
    return groups


def _identity(cell: PrimitiveCell) -> Operations:
    """The identity alone."""
    zero = np.zeros(1)
    return Operations(IDENTITY[None], np.zeros((1, 3)), np.arange(len(cell.kinds))[None], zero, zero, zero)


def _work(cell: PrimitiveCell) -> float:
    """Bound of the number of distances that a search for operations takes."""
    rare = int(np.unique(cell.kinds, return_counts=True)[1].min())
    return float(48 * rare * len(cell.kinds) ** 2)
