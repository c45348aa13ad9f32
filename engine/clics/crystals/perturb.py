"""Crystals that are not quite the same any more: strained, or with every atom moved."""

from __future__ import annotations

from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

Cell: TypeAlias = tuple[NDArray[np.float64], NDArray[np.int64], NDArray[np.float64]]
"""Lattice rows a, b, c in Å (3, 3); atomic numbers (m,); fractional coordinates (m, 3)."""


def strained(cell: Cell, size: float, generator: np.random.Generator) -> Cell:
    """A random strain without rotation whose largest principal value is ``size`` (0.01: one percent)."""
    lattice, numbers, frac = cell
    strain = generator.normal(size=(3, 3))
    strain = strain + strain.T
    strain *= size / np.abs(np.linalg.eigvalsh(strain)).max()
    return lattice @ (np.eye(3) + strain), numbers, frac


def rattled(cell: Cell, distance: float, generator: np.random.Generator) -> Cell:
    """Every atom moved by ``distance`` Å, each in a random direction."""
    lattice, numbers, frac = cell
    steps = generator.normal(size=frac.shape)
    steps *= distance / np.linalg.norm(steps, axis=1, keepdims=True)
    return lattice, numbers, frac + steps @ np.linalg.inv(lattice)
