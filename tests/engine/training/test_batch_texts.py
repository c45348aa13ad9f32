"""Texts of a batch: sentences of the crystals themselves, without names of structure types, and their truth."""

from __future__ import annotations

import random

import numpy as np
import pytest
from clics.concepts.templates import sentence_variants
from clics.dataset import packed_reader
from clics.training.batch_texts import SentenceSampler


@pytest.fixture(scope="module")
def data(dataset):
    return packed_reader.load(dataset)


@pytest.mark.parametrize("count", [1, 2, 99])
def test_texts_are_sentences_of_their_crystals_in_training_wordings(data, count):
    sampler, rows = SentenceSampler(data, count), data.rows("train")
    texts, true = sampler.sample(rows, random.Random(0))
    assert true.shape == (len(rows), len(rows))
    assert true.diagonal().all()
    for row, text in zip(rows, texts, strict=True):
        own = {s for s in data.sentences_of(int(row)) if s.kind != "structure_type"}
        drawn = [s for s in own if any(variant in text for variant in sentence_variants(s))]
        assert len(drawn) >= min(count, len(own))
        assert text.count(".") <= sum(max(v.count(".") for v in sentence_variants(s)) for s in own)


def test_a_text_is_true_of_crystals_with_all_of_its_sentences(data):
    sampler, rows = SentenceSampler(data, 1), data.rows("train")
    _, true = sampler.sample(rows, random.Random(0))
    assert true.sum() > len(rows)  # space groups are shared
    sentences = [set(sampler.sentences_of(int(row)).tolist()) for row in rows]
    for i, j in np.argwhere(true):
        assert sentences[i] & sentences[j]


def test_the_same_seed_gives_the_same_texts(data):
    sampler, rows = SentenceSampler(data, 2), data.rows("train")[:8]
    assert sampler.sample(rows, random.Random(7))[0] == sampler.sample(rows, random.Random(7))[0]
