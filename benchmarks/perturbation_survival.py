"""Robustness of structural similarity against perturbations of a crystal (:mod:`clics.crystals.perturb`).

Two questions: is the original still the nearest of many crystals to its perturbed copy, and is the nearest other crystal
still the same? (That an embedding does not depend on the choice of cell, origin, order of atoms or supercell is tested, not
measured: tests/engine/model/test_released.py.)
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass

import numpy as np
from clics.crystals import perturb
from clics.crystals.perturb import Cell
from numpy.typing import NDArray

Change = Callable[[Cell, np.random.Generator], Cell | None]
"""A crystal and a random generator in, the perturbed crystal out; None for one that cannot be changed this way."""


def strained(size: float) -> Change:
    """Change by a strain whose largest absolute principal value is ``size`` (0.01: 1 %)."""
    return lambda cell, generator: perturb.strained(cell, size, generator)


def rattled(distance: float) -> Change:
    """Change by a displacement of every atom by ``distance`` Å in a random direction."""
    return lambda cell, generator: perturb.rattled(cell, distance, generator)


CHANGES: dict[str, Change] = {
    **{f"strain {100 * size:.0f} %": strained(size) for size in (0.01, 0.03, 0.05)},
    **{f"atoms moved {distance:g} Å": rattled(distance) for distance in (0.05, 0.1, 0.2)},
    "an element of the same group": perturb.one_substituted,
}


@dataclass(frozen=True, slots=True)
class Survival:
    """Fractions of the perturbed crystals, between 0 and 1.

    Attributes:
        finds_itself: The original is nearer than every other crystal.
        keeps_neighbour: The nearest other crystal is that of the original.
    """

    finds_itself: float
    keeps_neighbour: float


def survival(
    changed: Iterable[NDArray[np.floating]], originals: Iterable[NDArray[np.floating]], indices: NDArray[np.int64]
) -> Survival:
    """Compare the neighbours of perturbed crystals with those of their originals.

    Args:
        changed: For every perturbed crystal its similarities (p,) to one pool of crystals; larger is more similar.
        originals: For every original its similarities (p,) to the same pool.
        indices: Indices (n,) of the originals in the pool.

    Returns:
        The two fractions. A crystal that is as similar as the original counts as nearer.
    """
    itself, neighbour = [], []
    for row, before, index in zip(changed, originals, indices.tolist(), strict=True):
        others, others_before = np.delete(row, index), np.delete(before, index)
        itself.append(bool(row[index] > others.max()))
        neighbour.append(bool(others.argmax() == others_before.argmax()))
    return Survival(float(np.mean(itself)), float(np.mean(neighbour)))
