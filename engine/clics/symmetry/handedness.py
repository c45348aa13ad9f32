"""The hand of a crystal in one of the eleven enantiomorphic pairs of space groups, by its screw axes.

Distances and angles are the same in a crystal and its mirror image, so that a description by them alone (a graph tower's)
cannot tell P3_121 from P3_221. What tells them apart changes sign in a mirror: how much better the atoms fall on each other
by a right-handed screw than by the left-handed one.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from clics.symmetry.approximate_operations import Floats, Ints, Operations, approximate_operations
from clics.symmetry.enantiomorphs import ENANTIOMORPHS, SCREWS
from clics.symmetry.primitive_cell import PrimitiveCell, cell_as_given, smaller_cell

SAME_TRANSLATION = 0.1
"""Å; miss (root mean square) of translations that make a smaller primitive cell."""

NO_SCREW = 1.0
"""Å; taken as the miss where the atoms fall on each other by no screw of that hand at all."""

_ORDERS = {0: 3, 1: 4, 2: 6}
"""Order of a proper rotation, by the trace of its matrix."""


def handedness(lattice: Floats, numbers: Ints, frac: Floats, screw: tuple[int, int]) -> float:
    """How much better a screw n_m fits a crystal than its mirror image n_(n-m).

    Args:
        lattice: Rows a, b, c in Å (3, 3).
        numbers: Atomic numbers (k,).
        frac: Fractional coordinates (k, 3).
        screw: Order n and step m of the axis.

    Returns:
        The difference of the misses of both in Å; it changes its sign in the mirror image. 0 where they fit alike.
    """
    cell = _primitive(lattice, numbers, frac)
    if cell is None:
        return 0.0
    misses = _screws(cell, approximate_operations(cell.lattice, cell.kinds, cell.frac))
    order, step = screw
    return misses.get((order, order - step), NO_SCREW) - misses.get((order, step), NO_SCREW)


def enantiomorph_of_hand(lattice: Floats, numbers: Ints, frac: Floats, group: int, partner: int) -> int:
    """The one of two enantiomorphic space groups whose screw axes have the hand of the crystal.

    Args:
        lattice: Rows a, b, c in Å (3, 3).
        numbers: Atomic numbers (k,).
        frac: Fractional coordinates (k, 3).
        group: Number of a group of :data:`~clics.symmetry.enantiomorphs.SCREWS`; returned where the hand is undecided.
        partner: Number of its enantiomorph.
    """
    return group if handedness(lattice, numbers, frac, SCREWS[group]) >= 0 else partner


def of_hand(groups: Sequence[int], arrays: tuple[Floats, Ints, Floats]) -> list[int]:
    """A ranking of space groups in which of every enantiomorphic pair that of the crystal's hand comes first.

    Args:
        groups: Numbers, best first; 0 for unknown ones.
        arrays: Lattice rows in Å (3, 3), atomic numbers (k,), fractional coordinates (k, 3).

    Returns:
        The numbers, in which groups of a pair may have changed into each other.
    """
    out: list[int] = []
    hands: dict[int, int] = {}
    for group in groups:
        partner = ENANTIOMORPHS.get(group)
        if partner is not None:
            pair = min(group, partner)
            if pair in hands:  # the second of the pair
                group = ENANTIOMORPHS[hands[pair]]
            else:
                group = hands[pair] = enantiomorph_of_hand(*arrays, group, partner)
        out.append(group)
    return out


def _primitive(lattice: Floats, numbers: Ints, frac: Floats) -> PrimitiveCell | None:
    given = cell_as_given(np.asarray(lattice, np.float64), np.asarray(numbers), np.asarray(frac, np.float64))
    translations = approximate_operations(
        given.lattice, given.kinds, given.frac, largest_rms=SAME_TRANSLATION, translations=True
    )
    if not len(translations):  # atoms on top of each other
        return None
    return given if len(translations) == 1 else smaller_cell(given, translations)


def _screws(cell: PrimitiveCell, operations: Operations) -> dict[tuple[int, int], float]:
    """The least miss in Å of the rotations of order 3, 4 and 6 with each step of translation along their axis."""
    misses: dict[tuple[int, int], float] = {}
    to_cartesian = cell.lattice.T
    for rotation, translation, miss in zip(operations.rotations, operations.translations, operations.rms, strict=True):
        order = _ORDERS.get(int(np.trace(rotation)))
        if order is None or round(float(np.linalg.det(rotation))) != 1:
            continue
        along = np.sum(
            [np.linalg.matrix_power(rotation, k) for k in range(order)], axis=0
        )  # n times the part along the axis
        axis = along[:, np.abs(along).sum(axis=0).argmax()]
        axis = axis // np.gcd.reduce(axis)
        around = to_cartesian @ rotation @ np.linalg.inv(to_cartesian)
        if _sense(around, to_cartesian @ axis) < 0:
            axis = -axis
        shift = along @ translation
        largest = int(np.abs(axis).argmax())
        step = round(float(shift[largest] / axis[largest])) % order
        key = order, step
        misses[key] = min(misses.get(key, np.inf), float(miss))
    return misses


def _sense(rotation: Floats, axis: Floats) -> float:
    """Positive for a rotation by less than 180° counterclockwise about an axis that points to the viewer."""
    across = np.cross(axis, np.eye(3)[int(np.abs(axis).argmin())])
    return float(np.linalg.det(np.stack([axis, across, rotation @ across])))
