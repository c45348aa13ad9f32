"""Augmentation of training data: perturbed copies of crystals (:mod:`clics.crystals.perturb`).

A copy that is strained or rattled has, at the tolerance of the labels, no space group but P1 any more, so it is trained on
its local geometry alone. A copy with substituted elements keeps every label. Other cells and origins would be no
augmentation: the graph does not depend on them.
"""

from __future__ import annotations

import dataclasses

import numpy as np
from numpy.typing import NDArray

from clics.crystals import perturb
from clics.dataset.packed_reader import PackedDataset
from clics.model.element_features import bond_radii
from clics.training.recipe import Augmentation


def perturbed_copies(
    data: PackedDataset, rows: NDArray[np.int64], augmentation: Augmentation, seed: int
) -> PackedDataset:
    """Perturb some crystals of a data set.

    Args:
        data: The data set; it is not changed.
        rows: Rows of the crystals to perturb (n,).
        augmentation: Kinds and sizes of the perturbations.
        seed: The perturbation of a row depends on this number and the row alone.

    Returns:
        The data set with other ``lattice``, ``numbers`` and ``frac`` in ``rows``.
    """
    lattice, numbers, frac = (data.arrays[name].copy() for name in ("lattice", "numbers", "frac"))
    offsets = data.arrays["atom_offsets"]
    radii = bond_radii().numpy().astype(np.float64)
    for row in rows:
        generator = np.random.default_rng((seed, int(row)))
        atoms = slice(int(offsets[row]), int(offsets[row + 1]))
        cell = data.structure(int(row))
        if augmentation.substitution:
            before = cell[1]
            cell = perturb.substituted(cell, generator)
            # larger atoms need a larger cell, or distances would be far from any that occur
            cell = (cell[0] * radii[cell[1]].mean() / radii[before].mean(), *cell[1:])
        if augmentation.noise:
            cell = perturb.rattled_normal(cell, augmentation.noise, generator)
        if augmentation.strain:
            cell = perturb.strained(cell, augmentation.strain, generator)
        lattice[row], numbers[atoms], frac[atoms] = cell[0], cell[1], cell[2] % 1.0
    return dataclasses.replace(data, arrays={**data.arrays, "lattice": lattice, "numbers": numbers, "frac": frac})
