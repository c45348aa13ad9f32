"""Disturbed copies of crystals: strained, perturbed, or with elements substituted for others of their group.

A copy that is strained or perturbed has, at the tolerance of the labels, no space group but P1 any more, and is trained on its
local geometry alone; one with other elements of the same groups keeps every label. Another cell or origin is no view: the
graph does not depend on them.
"""

from __future__ import annotations

import dataclasses

import numpy as np
from numpy.typing import NDArray

from clics.dataset.packed_reader import PackedDataset
from clics.model.element_features import bond_radii
from clics.training.recipe import Augmentation

Array = NDArray[np.float64]

ALIKE: tuple[tuple[int, ...], ...] = (
    (3, 11, 19, 37, 55),
    (4, 12, 20, 38, 56),
    (21, 39),
    tuple(range(57, 72)),
    (22, 40, 72),
    (23, 41, 73),
    (24, 42, 74),
    (25, 43, 75),
    (26, 44, 76),
    (27, 45, 77),
    (28, 46, 78),
    (29, 47, 79),
    (30, 48, 80),
    (13, 31, 49, 81),
    (14, 32),
    (33, 51),
    (7, 15),
    (8, 16, 34),
    (9, 17, 35, 53),
)
"""Atomic numbers that may stand for each other: one group of the periodic table (and the lanthanides), one class of masking."""
_MATES = {number: group for group in ALIKE for number in group}


def disturbed(data: PackedDataset, rows: NDArray[np.int64], views: Augmentation, seed: int) -> PackedDataset:
    """``data`` with the crystals of ``rows`` disturbed, each in one way that ``seed`` and its row decide."""
    lattice, numbers, frac = (data.arrays[name].copy() for name in ("lattice", "numbers", "frac"))
    offsets = data.arrays["atom_offsets"]
    radii = bond_radii().numpy().astype(np.float64)
    for row in rows:
        rng = np.random.default_rng((seed, int(row)))
        atoms = slice(int(offsets[row]), int(offsets[row + 1]))
        cell, kinds, places = data.structure(int(row))
        if views.substitution:
            swapped = substituted(kinds, rng)
            cell = cell * radii[swapped].mean() / radii[kinds].mean()
            kinds = swapped
        if views.noise:
            places = places + np.linalg.solve(cell.T, rng.normal(scale=views.noise, size=places.shape).T).T
        if views.strain:
            strain = rng.uniform(-views.strain, views.strain, (3, 3))
            cell = cell @ (np.eye(3) + (strain + strain.T) / 2)
        lattice[row], numbers[atoms], frac[atoms] = cell, kinds, places % 1.0
    return dataclasses.replace(data, arrays={**data.arrays, "lattice": lattice, "numbers": numbers, "frac": frac})


def substituted(numbers: NDArray[np.int64], rng: np.random.Generator) -> NDArray[np.int64]:
    """Every element substituted for another of its group that the crystal does not hold, where there is one."""
    present = set(numbers.tolist())
    out = numbers.copy()
    for number in sorted(present):
        free = [mate for mate in _MATES.get(number, ()) if mate not in present]
        if free:
            chosen = int(rng.choice(free))
            out[numbers == number] = chosen
            present.add(chosen)
    return out
