"""SimilarityProjection fitted at the end of a training, taken over where there are too few crystals for that."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from clics.dataset import packed_reader
from clics.errors import Cancelled
from clics.model import folder as model_folder
from clics.model.encoder import Encoder
from clics.progress import CancelToken, Progress
from clics.training import fit_similarity

MODEL = Path(__file__).resolve().parents[3] / "resources" / "model"


@pytest.fixture
def data(dataset):
    return packed_reader.load(dataset)


@pytest.fixture
def few_are_enough(monkeypatch):
    monkeypatch.setattr(fit_similarity, "FEWEST", 20)


def test_copies_of_a_crystal_come_closer(data, few_are_enough):
    model = model_folder.load(MODEL, text=False).model
    told: list[Progress] = []
    found = fit_similarity.fit_similarity(model, data, progress=told.append)
    assert told[-1].done == told[-1].total == len(data.rows("train"))
    again = fit_similarity.fit_similarity(model, data)
    np.testing.assert_array_equal(found.axes, again.axes)
    rows = data.rows("val")
    parts = fit_similarity._with_copies(model, [(data.structure(int(row)), (1, int(row))) for row in rows])
    own, strained, perturbed = (found.project(part) for part in parts)
    plain = [part[0] / np.linalg.norm(part[0], axis=1, keepdims=True) for part in parts]
    assert (own * strained).sum(1).mean() > 0.5
    first = (own @ strained.T).argmax(1) == np.arange(len(rows))
    assert first.mean() >= ((plain[0] @ plain[1].T).argmax(1) == np.arange(len(rows))).mean()
    assert np.isfinite(perturbed).all()


def test_too_few_crystals_keep_the_likeness_of_before(data, few_are_enough, monkeypatch, tmp_path):
    import shutil

    started = tmp_path / "model"
    shutil.copytree(MODEL, started)
    model = model_folder.load(started, text=False).model
    model_folder.save_similarity(started, fit_similarity.fit_similarity(model, data))
    monkeypatch.setattr(fit_similarity, "FEWEST", 10**6)
    assert fit_similarity.fit_or_inherit(model, data, None) is None
    kept = fit_similarity.fit_or_inherit(model, data, started)
    np.testing.assert_array_equal(kept.axes, Encoder.load(started)._folder.similarity_projection.axes)


def test_it_can_be_stopped(data, few_are_enough):
    cancel = CancelToken()
    cancel.cancel()
    with pytest.raises(Cancelled):
        fit_similarity.fit_similarity(model_folder.load(MODEL, text=False).model, data, cancel=cancel)
