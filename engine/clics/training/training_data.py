"""Training crystals as graphs, and the order in which each epoch sees them."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from clics.dataset.packed_reader import PackedDataset
from clics.errors import InputError
from clics.model.graph import CrystalGraph
from clics.training.graph_cache import GraphStore
from clics.training.rare_crystals import draw, repeat_factors
from clics.training.recipe import Recipe


def usable_rows(dataset: PackedDataset, split: str, max_sites: int) -> NDArray[np.int64]:
    """Rows of the data set of one split with at most ``max_sites`` sites and a known space group."""
    rows = dataset.rows(split)
    sites = np.diff(dataset.arrays["atom_offsets"])[rows]
    return rows[(sites <= max_sites) & (dataset.arrays["space_group"][rows] > 0)]


@dataclass(frozen=True)
class TrainingGraphs:
    """Graphs of a split and of its perturbed copies.

    Index ``i`` below ``len(store)`` is the i-th crystal, index ``len(store) + i`` is its copy.
    """

    store: GraphStore
    copies: GraphStore | None = None

    def graph(self, index: int) -> CrystalGraph:
        """The graph at ``index``."""
        store, own = self._where(index)
        return store.graph(own)

    def site_orbit(self, index: int) -> NDArray[np.int64]:
        """For every atom of the crystal as it was given, the index of its inequivalent site in the graph at ``index``."""
        store, own = self._where(index)
        return store.site_orbit(own)

    def _where(self, index: int) -> tuple[GraphStore, int]:
        if index < len(self.store):
            return self.store, index
        assert self.copies is not None  # only then are there such indices
        return self.copies, index - len(self.store)

    def rows(self, indices: NDArray[np.int64]) -> NDArray[np.int64]:
        """Rows of the data set of the crystals at ``indices``."""
        return self.store.rows[indices % len(self.store)]

    def is_copy(self, indices: NDArray[np.int64]) -> NDArray[np.bool_]:
        """Mask (k,) of the perturbed copies among graphs ``indices`` (k,)."""
        return indices >= len(self.store)


class EpochSampler:
    """Draws the crystals of an epoch: all described ones, and a fresh sample of undescribed ones.

    With the recipe's ``rare_threshold``, as many described ones as there are, those of rare concepts more often.

    Attributes:
        described: number of described crystals.
        per_epoch: number of crystals of an epoch.
    """

    def __init__(self, dataset: PackedDataset, graphs: TrainingGraphs, recipe: Recipe) -> None:
        """Choose the crystals that fit.

        Args:
            dataset: the packed data set.
            graphs: of its training split.
            recipe: sizes, fractions and the seed.

        Raises:
            InputError: fewer than two described crystals fit (kind ``empty-dataset``).
        """
        store, copies = graphs.store, graphs.copies
        fits = (store.site_counts > 0) & (store.site_counts <= recipe.max_inequivalent_sites)
        described = dataset.arrays["described"][store.rows] == 1
        self._described = np.flatnonzero(fits & described)
        self._undescribed = np.flatnonzero(fits & ~described)
        self._recipe = recipe
        sites = copies.site_counts if copies is not None else np.zeros(len(store), np.int64)
        self._has_copy = (sites > 0) & (sites <= recipe.max_inequivalent_sites)
        self._extra = min(len(self._undescribed), round(recipe.undescribed * len(self._described)))
        if len(self._described) < 2:
            raise InputError(
                "The data set has fewer than two described crystals to train on; add crystals, or raise max_sites.",
                kind="empty-dataset",
            )
        self._factors = (
            repeat_factors(dataset, store.rows[self._described], recipe.rare_threshold, recipe.bank_min_count)
            if recipe.rare_threshold
            else None
        )
        self.described = len(self._described)
        self.per_epoch = self.described + self._extra

    def epoch_order(self, epoch: int) -> NDArray[np.int64]:
        """Indices of graphs (per_epoch,) in the order of an epoch; decided by the recipe's seed and ``epoch`` alone."""
        rng = np.random.default_rng((self._recipe.seed, epoch))
        extra = rng.choice(self._undescribed, self._extra, replace=False) if self._extra else self._undescribed[:0]
        described = self._described if self._factors is None else self._described[draw(self._factors, rng)]
        order = rng.permutation(np.concatenate([described, extra]))
        fraction = self._recipe.augmentation.fraction
        if fraction:
            as_copy = self._has_copy[order] & (rng.random(len(order)) < fraction)
            order = np.where(as_copy, order + len(self._has_copy), order)
        return order
