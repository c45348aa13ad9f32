"""What a training reads: crystals of the training split as graphs, in an order that one seed decides."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from engine.dataset.packed import PackedDataset
from engine.errors import InputError
from engine.training.graphs import GraphStore
from engine.training.recipe import Recipe


def usable_rows(dataset: PackedDataset, split: str, max_sites: int) -> NDArray[np.int64]:
    """Crystals of a split with at most ``max_sites`` sites and a known space group."""
    rows = dataset.rows(split)
    sites = np.diff(dataset.arrays["atom_offsets"])[rows]
    return rows[(sites <= max_sites) & (dataset.arrays["space_group"][rows] > 0)]


class Epochs:
    """The crystals of an epoch: all described ones and a fresh draw of undescribed ones, in an order of (seed, epoch) alone."""

    def __init__(self, dataset: PackedDataset, store: GraphStore, recipe: Recipe) -> None:
        fits = (store.kinds > 0) & (store.kinds <= recipe.max_kinds)
        described = dataset.arrays["described"][store.rows] == 1
        self._described = np.flatnonzero(fits & described)
        self._undescribed = np.flatnonzero(fits & ~described)
        self._recipe = recipe
        self._extra = min(len(self._undescribed), round(recipe.undescribed * len(self._described)))
        if len(self._described) < 2:
            raise InputError(
                "The data set has fewer than two described crystals to train on; add crystals, or raise max_sites.",
                kind="empty-dataset",
            )
        self.described = len(self._described)
        self.per_epoch = self.described + self._extra

    def epoch_order(self, epoch: int) -> NDArray[np.int64]:
        """Places in the graph store (per_epoch,), in the order of this epoch."""
        rng = np.random.default_rng((self._recipe.seed, epoch))
        extra = rng.choice(self._undescribed, self._extra, replace=False) if self._extra else self._undescribed[:0]
        return rng.permutation(np.concatenate([self._described, extra]))
