"""Crystals of rare concepts are seen more often; the factors are recomputed here crystal by crystal from the definition."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from math import sqrt

import numpy as np
import pytest
from clics.concepts.concept import Truth
from clics.dataset import packed_reader
from clics.errors import InputError
from clics.training.graph_cache import load_graphs
from clics.training.rare_crystals import REPEATED_KINDS, draw, repeat_factors
from clics.training.recipe import Recipe
from clics.training.training_data import EpochSampler, TrainingGraphs, usable_rows


@pytest.mark.parametrize("least_count", [1, 2])
def test_factors_are_those_of_the_rarest_concept(least_count, dataset):
    data = packed_reader.load(dataset)
    rows = data.rows("train")[::-1]
    true = [
        {c for c, truth in data.concepts_of(int(row)).items() if c.KIND in REPEATED_KINDS and truth >= Truth.HELD}
        for row in rows
    ]
    counts = Counter(concept for own in true for concept in own)
    expected = [
        max([1.0, *(min(4.0, sqrt(0.9 * len(rows) / counts[c])) for c in own if counts[c] >= least_count)])
        for own in true
    ]
    factors = repeat_factors(data, rows, 0.9, least_count)
    assert factors == pytest.approx(expected)
    assert len(set(factors.round(3))) > 1


def test_crystals_are_drawn_in_proportion_to_their_factors():
    factors = np.array([1.0, 2.0, 4.0, 1.0, 1.5])
    shares = factors * 5 / factors.sum()
    drawn = np.zeros(5)
    for seed in range(2000):
        order = draw(factors, np.random.default_rng(seed))
        times = np.bincount(order, minlength=5)
        assert len(order) == 5
        assert (np.abs(times - shares) < 1).all()  # never further off than by rounding
        drawn += times
    assert drawn / 2000 == pytest.approx(shares, abs=0.04)  # 4 standard deviations of 0.5 / sqrt(2000)


def test_an_epoch_shows_rare_crystals_more_often(recipe, dataset):
    data = packed_reader.load(dataset)
    store = load_graphs(data, usable_rows(data, "train", 12), recipe.model.graph, dataset / "graphs")
    graphs = TrainingGraphs(store)
    plain = EpochSampler(data, graphs, replace(recipe, bank_min_count=1))
    rare = EpochSampler(data, graphs, replace(recipe, bank_min_count=1, rare_threshold=0.9))
    assert sorted(plain.epoch_order(0)) == sorted(set(plain.epoch_order(0)))
    seen = np.zeros(len(store.rows))
    for epoch in range(60):
        order = rare.epoch_order(epoch)
        assert len(order) == plain.per_epoch
        seen += np.bincount(order, minlength=len(seen))
    factors = repeat_factors(data, store.rows, 0.9, 1)
    assert factors.min() < factors.max()
    assert seen == pytest.approx(60 * len(factors) * factors / factors.sum(), abs=16)  # 4 deviations of √60 / 2
    assert (rare.epoch_order(3) == rare.epoch_order(3)).all()


@pytest.mark.parametrize("value", [-0.1, 1.5])
def test_a_threshold_that_is_no_fraction_is_refused(value):
    with pytest.raises(InputError, match="rare_threshold must lie between 0 and 1"):
        Recipe.from_json({"rare_threshold": value})
