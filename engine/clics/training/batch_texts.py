"""The texts of a batch: a few random sentences of each crystal, and which crystals each text is true of."""

from __future__ import annotations

import random

import numpy as np
from numpy.typing import NDArray

from clics.concepts.templates import training_variant
from clics.dataset.packed_reader import PackedDataset


class SentenceSampler:
    """Draws ``count`` sentences per crystal (section 2 of the paper), in random order and wording."""

    def __init__(self, dataset: PackedDataset, count: int) -> None:
        self._sentences = dataset.sentences
        self._offsets = dataset.arrays["sentence_offsets"]
        self._ids = dataset.arrays["sentence_ids"]
        self._usable = np.array([s.kind != "structure_type" for s in dataset.sentences], bool)
        self._count = count

    def sentences_of(self, row: int) -> NDArray[np.int32]:
        """Ids of the sentences of a crystal that training may use (named structures are kept out)."""
        ids = self._ids[self._offsets[row] : self._offsets[row + 1]]
        usable: NDArray[np.int32] = ids[self._usable[ids]]
        return usable

    def sample(self, rows: NDArray[np.int64], rng: random.Random) -> tuple[list[str], NDArray[np.bool_]]:
        """A text for each crystal, and (len(rows), len(rows)): whether the text of column j is true of crystal i."""
        drawn = []
        for row in rows:
            ids = sorted(set(self.sentences_of(int(row)).tolist()))
            drawn.append(rng.sample(ids, min(self._count, len(ids))))
        texts = [" ".join(training_variant(self._sentences[i], rng) for i in ids) for ids in drawn]
        own = [set(self.sentences_of(int(row)).tolist()) for row in rows]
        true = np.array([[known.issuperset(ids) for ids in drawn] for known in own], bool)
        return texts, true
