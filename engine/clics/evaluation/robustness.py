"""Crystals that are not quite the same: strained, with moved atoms, with another element of the same group.

How far a likeness survives is asked in two ways: whether the changed crystal still finds the one it was made from first
among many, and whether its nearest other crystal is still the same. (That a vector does not change at all with the choice
of cell, origin, order of atoms or supercell is tested, not measured: tests/engine/model/test_released.py.)
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from clics.crystals import perturb
from clics.evaluation.encoder_protocol import Cell

Change = Callable[[Cell, np.random.Generator], Cell | None]
"""A crystal that was changed; None for one that cannot be changed this way."""

_GROUPS = (
    (3, 11, 19, 37, 55), (4, 12, 20, 38, 56), (21, 39), (22, 40, 72), (23, 41, 73), (24, 42, 74), (25, 43, 75),
    (26, 44, 76), (27, 45, 77), (28, 46, 78), (29, 47, 79), (30, 48, 80), (5, 13, 31, 49, 81), (6, 14, 32, 50, 82),
    (7, 15, 33, 51, 83), (8, 16, 34, 52), (9, 17, 35, 53), tuple(range(57, 72)),
)  # fmt: skip
"""Atomic numbers of the groups of the periodic table from top to bottom; the lanthanides are one."""


def strained(size: float) -> Change:
    """A random strain without rotation whose largest principal value is ``size`` (0.01: one percent)."""
    return lambda cell, generator: perturb.strained(cell, size, generator)


def rattled(distance: float) -> Change:
    """Every atom moved by ``distance`` Å, each in a random direction."""
    return lambda cell, generator: perturb.rattled(cell, distance, generator)


def substituted(cell: Cell, generator: np.random.Generator) -> Cell | None:
    """One element replaced by the next above or below in its group, the geometry left as it is.

    None where no element has a neighbour in its group that the crystal does not hold already.
    """
    lattice, numbers, frac = cell
    present = set(numbers.tolist())
    possible = [
        (group[i], group[j])
        for group in _GROUPS
        for i in range(len(group))
        for j in (i - 1, i + 1)
        if group[i] in present and 0 <= j < len(group) and group[j] not in present
    ]
    if not possible:
        return None
    old, new = possible[int(generator.integers(len(possible)))]
    return lattice, np.where(numbers == old, new, numbers), frac


CHANGES: dict[str, Change] = {
    **{f"strain {100 * size:.0f} %": strained(size) for size in (0.01, 0.03, 0.05)},
    **{f"atoms moved {distance:g} Å": rattled(distance) for distance in (0.05, 0.1, 0.2)},
    "an element of the same group": substituted,
}


@dataclass(frozen=True, slots=True)
class Survival:
    """What is left of a likeness: two shares of the changed crystals."""

    finds_itself: float
    """The crystal it was made from comes first of all."""
    keeps_neighbour: float
    """Of the other crystals, the same comes first as before the change."""


def survival(
    changed: Iterable[NDArray[np.floating]], originals: Iterable[NDArray[np.floating]], places: NDArray[np.int64]
) -> Survival:
    """From scores against one pool (p,) for each changed crystal and for its original, which stands at ``places`` (n,).

    The larger a score the more alike; where another crystal scores as high as the original, it counts as found first.
    """
    itself, neighbour = [], []
    for row, before, place in zip(changed, originals, places.tolist(), strict=True):
        others, others_before = np.delete(row, place), np.delete(before, place)
        itself.append(bool(row[place] > others.max()))
        neighbour.append(bool(others.argmax() == others_before.argmax()))
    return Survival(float(np.mean(itself)), float(np.mean(neighbour)))
