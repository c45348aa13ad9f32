"""Prototypes and their disguises for the tests of the model."""

from __future__ import annotations

import itertools
from functools import cache

import numpy as np
from clics.sources.prototypes import aflow_prototypes

Arrays = tuple[np.ndarray, np.ndarray, np.ndarray]


@cache
def prototypes(largest: int = 30) -> tuple[Arrays, ...]:
    return tuple(c.arrays() for c in aflow_prototypes() if c.is_ordered and c.num_sites <= largest)


def supercell(crystal: Arrays, matrix: np.ndarray) -> Arrays:
    """The crystal in the cell ``matrix @ lattice`` (integer rows, determinant = number of copies)."""
    lattice, numbers, frac = crystal
    inverse = np.linalg.inv(matrix)
    reach = int(np.abs(matrix).sum())
    shifts = np.array(list(itertools.product(range(-reach, reach + 1), repeat=3))) @ inverse
    inside = shifts[((shifts > -1e-9) & (shifts < 1 - 1e-9)).all(1)]
    assert len(inside) == round(abs(np.linalg.det(matrix)))
    new = np.concatenate([frac @ inverse + shift for shift in inside])
    return matrix @ lattice, np.tile(numbers, len(inside)), new


def disguised(crystal: Arrays, seed: int, matrix: np.ndarray | None = None) -> Arrays:
    """The same crystal in another cell, order, origin and orientation."""
    rng = np.random.default_rng(seed)
    if matrix is None:
        matrix = np.array([[1, 1, 0], [0, 1, 1], [0, 0, 1]])
    lattice, numbers, frac = supercell(crystal, matrix)
    rotation, _ = np.linalg.qr(rng.normal(size=(3, 3)))
    rotation *= np.sign(np.linalg.det(rotation))
    order = rng.permutation(len(numbers))
    return lattice @ rotation, numbers[order], frac[order] + rng.random(3)
