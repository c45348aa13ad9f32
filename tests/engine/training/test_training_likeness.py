"""Likeness fitted at the end of a training, taken over where there are too few crystals for that."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from engine.dataset import packed
from engine.errors import Cancelled
from engine.model import folder as model_folder
from engine.model.encoder import Encoder
from engine.progress import CancelToken, Progress
from engine.training import likeness

MODEL = Path(__file__).resolve().parents[3] / "resources" / "model"


@pytest.fixture
def data(dataset):
    return packed.load(dataset)


@pytest.fixture
def few_are_enough(monkeypatch):
    monkeypatch.setattr(likeness, "FEWEST", 20)


def test_copies_of_a_crystal_come_closer(data, few_are_enough):
    model = model_folder.load(MODEL, text=False).model
    told: list[Progress] = []
    found = likeness.fitted(model, data, progress=told.append)
    assert told[-1].done == told[-1].total == len(data.rows("train"))
    again = likeness.fitted(model, data)
    np.testing.assert_array_equal(found.axes, again.axes)
    rows = data.rows("val")
    parts = likeness._with_copies(model, [(data.structure(int(row)), (1, int(row))) for row in rows])
    own, strained, shaken = (found.place(part) for part in parts)
    plain = [part[0] / np.linalg.norm(part[0], axis=1, keepdims=True) for part in parts]
    assert (own * strained).sum(1).mean() > 0.5
    first = (own @ strained.T).argmax(1) == np.arange(len(rows))
    assert first.mean() >= ((plain[0] @ plain[1].T).argmax(1) == np.arange(len(rows))).mean()
    assert np.isfinite(shaken).all()


def test_too_few_crystals_keep_the_likeness_of_before(data, few_are_enough, monkeypatch, tmp_path):
    import shutil

    started = tmp_path / "model"
    shutil.copytree(MODEL, started)
    model = model_folder.load(started, text=False).model
    model_folder.save_likeness(started, likeness.fitted(model, data))
    monkeypatch.setattr(likeness, "FEWEST", 10**6)
    assert likeness.likeness_of(model, data, None) is None
    kept = likeness.likeness_of(model, data, started)
    np.testing.assert_array_equal(kept.axes, Encoder.load(started)._folder.likeness.axes)


def test_it_can_be_stopped(data, few_are_enough):
    cancel = CancelToken()
    cancel.cancel()
    with pytest.raises(Cancelled):
        likeness.fitted(model_folder.load(MODEL, text=False).model, data, cancel=cancel)
