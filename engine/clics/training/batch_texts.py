"""Texts of a batch: random sentences of each crystal, and which texts are true of which crystals."""

from __future__ import annotations

import random

import numpy as np
from numpy.typing import NDArray

from clics.concepts.templates import training_variant
from clics.dataset.packed_reader import PackedDataset


class SentenceSampler:
    """Draws random sentences per crystal, in random order and wording (section 2 of the paper)."""

    def __init__(self, dataset: PackedDataset, count: int) -> None:
        """Sample from ``dataset``, ``count`` sentences per crystal."""
        self._sentences = dataset.sentences
        self._offsets = dataset.arrays["sentence_offsets"]
        self._ids = dataset.arrays["sentence_ids"]
        # names of structure types would let the text tower shortcut the geometry
        self._usable = np.array([s.kind != "structure_type" for s in dataset.sentences], bool)
        self._count = count

    def sentences_of(self, row: int) -> NDArray[np.int32]:
        """Ids of a crystal's sentences without those that name its structure type."""
        ids = self._ids[self._offsets[row] : self._offsets[row + 1]]
        usable: NDArray[np.int32] = ids[self._usable[ids]]
        return usable

    def sample(self, rows: NDArray[np.int64], rng: random.Random) -> tuple[list[str], NDArray[np.bool_]]:
        """Draw a text for each crystal.

        Args:
            rows: rows (n,) of the data set.
            rng: draws sentences and wordings.

        Returns:
            The n texts, and (n, n) whether all sentences of text j are true of crystal i.
        """
        drawn = []
        for row in rows:
            ids = sorted(set(self.sentences_of(int(row)).tolist()))
            drawn.append(rng.sample(ids, min(self._count, len(ids))))
        texts = [" ".join(training_variant(self._sentences[i], rng) for i in ids) for ids in drawn]
        own = [set(self.sentences_of(int(row)).tolist()) for row in rows]
        true = np.array([[sentences.issuperset(ids) for ids in drawn] for sentences in own], bool)
        return texts, true
