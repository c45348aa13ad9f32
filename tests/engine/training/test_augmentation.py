"""Augmentation: what perturbed copies change, what they keep, and how a training sees them."""

from __future__ import annotations

import json
from dataclasses import replace

import numpy as np
import pytest
from clics.dataset import packed_reader
from clics.errors import InputError
from clics.model.encoder import Encoder
from clics.training.augmentation import perturbed_copies
from clics.training.graph_cache import load_graphs
from clics.training.recipe import Augmentation, Recipe
from clics.training.train import train
from clics.training.training_data import EpochSampler, TrainingGraphs, usable_rows


@pytest.mark.parametrize(
    "augmentation",
    [Augmentation(1.0, strain=0.03), Augmentation(1.0, noise=0.1), Augmentation(1.0, substitution=True)],
    ids=str,
)
def test_a_copy_is_perturbed_as_asked(augmentation, dataset):
    data = packed_reader.load(dataset)
    rows = usable_rows(data, "train", 12)
    copies = perturbed_copies(data, rows, augmentation, 0)
    for row in rows:
        (cell, numbers, frac), (new_cell, new_numbers, new_frac) = data.structure(int(row)), copies.structure(int(row))
        change = np.linalg.solve(cell, new_cell) - np.eye(3)
        moved = (new_frac - frac + 0.5) % 1.0 - 0.5
        if augmentation.substitution:
            assert np.allclose(change, change[0, 0] * np.eye(3), atol=1e-5)
        else:
            assert (new_numbers == numbers).all()
        if augmentation.strain:
            assert np.abs(np.linalg.eigvalsh((change + change.T) / 2)).max() == pytest.approx(
                augmentation.strain, rel=1e-4
            )
        assert np.abs(change).max() <= (0.0301 if augmentation.strain else 1.0 if augmentation.substitution else 1e-6)
        assert (np.abs(moved @ cell).max() > 0) == bool(augmentation.noise) or not augmentation.noise
    untouched = data.rows("val")
    assert all((copies.structure(int(r))[0] == data.structure(int(r))[0]).all() for r in untouched)
    assert not np.shares_memory(copies.arrays["lattice"], data.arrays["lattice"])


def test_an_epoch_sees_the_fraction_of_copies_that_was_asked_for(recipe, dataset):
    data = packed_reader.load(dataset)
    rows = usable_rows(data, "train", 12)
    store = load_graphs(data, rows, recipe.model.graph, dataset / "graphs")
    for fraction, least, most in ((0.0, 0, 0), (0.5, 1, len(rows) - 1), (1.0, len(rows), len(rows))):
        wanted = replace(recipe, augmentation=Augmentation(fraction, substitution=True))
        graphs = TrainingGraphs(store, store)
        order = EpochSampler(data, graphs, wanted).epoch_order(0)
        assert least <= graphs.is_copy(order).sum() <= most
        assert sorted(graphs.rows(order)) == sorted(set(graphs.rows(order)))
        assert all(len(graphs.graph(int(p)).numbers) for p in order)


@pytest.mark.parametrize("augmentation", [Augmentation(0.5, noise=0.05), Augmentation(1.0, substitution=True)], ids=str)
def test_training_with_copies(augmentation, recipe, dataset, tmp_path):
    result = train(
        replace(recipe, augmentation=augmentation, epochs=1, text_alignment_steps=2), dataset, tmp_path, device="cpu"
    )
    assert Encoder.load(result.model).fingerprint
    assert (
        Recipe.from_json(json.loads((result.model / "config.json").read_text(encoding="utf-8"))["recipe"]).augmentation
        == augmentation
    )


def test_a_fraction_lies_between_0_and_1():
    for data in ({"augmentation": {"fraction": 1.5}}, {"views": {"share": 1.5}}):  # the second as in version 0.1
        with pytest.raises(InputError, match="fraction must lie between 0 and 1"):
            Recipe.from_json(data)


def test_a_recipe_of_version_0_1_keeps_its_augmentation():
    old = {"views": {"share": 0.3, "strain": 0.03, "noise": 0.05, "substitution": True}}
    assert Recipe.from_json(old).augmentation == Augmentation(0.3, 0.03, 0.05, True)
    assert set(Recipe.from_json(old).to_json()["augmentation"]) == {"fraction", "strain", "noise", "substitution"}
