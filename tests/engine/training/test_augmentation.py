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
    "views",
    [Augmentation(1.0, strain=0.03), Augmentation(1.0, noise=0.1), Augmentation(1.0, substitution=True)],
    ids=str,
)
def test_a_copy_is_perturbed_as_asked(views, dataset):
    data = packed_reader.load(dataset)
    rows = usable_rows(data, "train", 12)
    copies = perturbed_copies(data, rows, views, 0)
    for row in rows:
        (cell, numbers, frac), (new_cell, new_numbers, new_frac) = data.structure(int(row)), copies.structure(int(row))
        change = np.linalg.solve(cell, new_cell) - np.eye(3)
        moved = (new_frac - frac + 0.5) % 1.0 - 0.5
        if views.substitution:
            assert np.allclose(change, change[0, 0] * np.eye(3), atol=1e-5)
        else:
            assert (new_numbers == numbers).all()
        if views.strain:
            assert np.abs(np.linalg.eigvalsh((change + change.T) / 2)).max() == pytest.approx(views.strain, rel=1e-4)
        assert np.abs(change).max() <= (0.0301 if views.strain else 1.0 if views.substitution else 1e-6)
        assert (np.abs(moved @ cell).max() > 0) == bool(views.noise) or not views.noise
    untouched = data.rows("val")
    assert all((copies.structure(int(r))[0] == data.structure(int(r))[0]).all() for r in untouched)
    assert not np.shares_memory(copies.arrays["lattice"], data.arrays["lattice"])


def test_an_epoch_sees_the_share_of_copies_that_was_asked_for(recipe, dataset):
    data = packed_reader.load(dataset)
    rows = usable_rows(data, "train", 12)
    store = load_graphs(data, rows, recipe.model.graph, dataset / "graphs")
    for share, least, most in ((0.0, 0, 0), (0.5, 1, len(rows) - 1), (1.0, len(rows), len(rows))):
        wanted = replace(recipe, augmentation=Augmentation(share, substitution=True))
        graphs = TrainingGraphs(store, store)
        order = EpochSampler(data, graphs, wanted).epoch_order(0)
        assert least <= graphs.is_copy(order).sum() <= most
        assert sorted(graphs.rows(order)) == sorted(set(graphs.rows(order)))
        assert all(len(graphs.graph(int(p)).numbers) for p in order)


@pytest.mark.parametrize("views", [Augmentation(0.5, noise=0.05), Augmentation(1.0, substitution=True)], ids=str)
def test_training_with_copies(views, recipe, dataset, tmp_path):
    result = train(
        replace(recipe, augmentation=views, epochs=1, text_alignment_steps=2), dataset, tmp_path, device="cpu"
    )
    assert Encoder.load(result.model).fingerprint
    assert (
        Recipe.from_json(json.loads((result.model / "config.json").read_text(encoding="utf-8"))["recipe"]).augmentation
        == views
    )


def test_a_share_is_a_share():
    with pytest.raises(InputError, match="share"):
        Recipe.from_json({"views": {"share": 1.5}})
