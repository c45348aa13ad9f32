"""What a training reads: crystals of the training split as graphs, in an order that one seed decides."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from clics.dataset.packed_reader import PackedDataset
from clics.errors import InputError
from clics.model.graph import CrystalGraph
from clics.training.graph_cache import GraphStore
from clics.training.recipe import Recipe


def usable_rows(dataset: PackedDataset, split: str, max_sites: int) -> NDArray[np.int64]:
    """Crystals of a split with at most ``max_sites`` sites and a known space group."""
    rows = dataset.rows(split)
    sites = np.diff(dataset.arrays["atom_offsets"])[rows]
    return rows[(sites <= max_sites) & (dataset.arrays["space_group"][rows] > 0)]


@dataclass(frozen=True)
class TrainingGraphs:
    """The graphs of a split and of their perturbed copies: place ``len(store) + p`` is the copy of place ``p``."""

    store: GraphStore
    copies: GraphStore | None = None

    def graph(self, place: int) -> CrystalGraph:
        """The graph at ``place``."""
        if place < len(self.store):
            return self.store.graph(place)
        assert self.copies is not None  # nothing else gives out such places
        return self.copies.graph(place - len(self.store))

    def site_orbit(self, place: int) -> NDArray[np.int64]:
        """The kind in the graph at ``place`` of every atom of its crystal as it was given."""
        store = self.store if place < len(self.store) else self.copies
        assert store is not None  # as above
        return store.site_orbit(place % len(self.store))

    def rows(self, places: NDArray[np.int64]) -> NDArray[np.int64]:
        """Rows of the data set."""
        return self.store.rows[places % len(self.store)]

    def is_copy(self, places: NDArray[np.int64]) -> NDArray[np.bool_]:
        """Which places are perturbed copies."""
        return places >= len(self.store)


class Epochs:
    """The crystals of an epoch: all described ones and a fresh draw of undescribed ones, in an order of (seed, epoch) alone."""

    def __init__(self, dataset: PackedDataset, graphs: TrainingGraphs, recipe: Recipe) -> None:
        store, copies = graphs.store, graphs.copies
        fits = (store.kinds > 0) & (store.kinds <= recipe.max_kinds)
        described = dataset.arrays["described"][store.rows] == 1
        self._described = np.flatnonzero(fits & described)
        self._undescribed = np.flatnonzero(fits & ~described)
        self._recipe = recipe
        kinds = copies.kinds if copies is not None else np.zeros(len(store), np.int64)
        self._has_copy = (kinds > 0) & (kinds <= recipe.max_kinds)
        self._extra = min(len(self._undescribed), round(recipe.undescribed * len(self._described)))
        if len(self._described) < 2:
            raise InputError(
                "The data set has fewer than two described crystals to train on; add crystals, or raise max_sites.",
                kind="empty-dataset",
            )
        self.described = len(self._described)
        self.per_epoch = self.described + self._extra

    def epoch_order(self, epoch: int) -> NDArray[np.int64]:
        """Places of graphs (per_epoch,), in the order of this epoch."""
        rng = np.random.default_rng((self._recipe.seed, epoch))
        extra = rng.choice(self._undescribed, self._extra, replace=False) if self._extra else self._undescribed[:0]
        order = rng.permutation(np.concatenate([self._described, extra]))
        if self._recipe.views.share:
            seen = self._has_copy[order] & (rng.random(len(order)) < self._recipe.views.share)
            order = np.where(seen, order + len(self._has_copy), order)
        return order
