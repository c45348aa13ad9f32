"""The space for crystals among crystals: what is fitted, how it is kept in a model folder, what the encoder makes of it."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import numpy as np
import pytest
from clics.errors import ModelError
from clics.model import folder as model_folder
from clics.model.encoder import Encoder
from clics.model.similarity_projection import SimilarityProjection, fit_projection, from_bytes, to_bytes

from .structures import disguised, prototypes

MODEL = Path(__file__).resolve().parents[3] / "resources" / "model"


def unit(x):
    return x / np.linalg.norm(x, axis=1, keepdims=True)


def test_what_copies_move_counts_less():
    rng = np.random.default_rng(0)
    kinds = rng.normal(size=(20, 10))[rng.integers(20, size=400)]  # twenty types of crystals in ten directions …
    own = np.c_[kinds, 3 * rng.normal(size=(400, 10))].astype(np.float32)  # … and ten more that a disturbance moves
    other = rng.normal(size=(400, 4)).astype(np.float32)
    copy = own + np.c_[np.zeros((400, 10)), 3 * rng.normal(size=(400, 10))].astype(np.float32)
    alike = fit_projection((own, other), [(copy, other)], 12)
    assert alike.dimensions == 12
    placed, moved = alike.project((own, other)), alike.project((copy, other))
    plain, plain_moved = unit(own - own.mean(0)), unit(copy - own.mean(0))
    assert 1 - (placed * moved).sum(1).mean() < 0.7 * (1 - (plain * plain_moved).sum(1).mean())
    np.testing.assert_allclose(np.linalg.norm(placed, axis=1), 1, atol=1e-5)


def test_parts_count_the_same_whatever_their_unit():
    rng = np.random.default_rng(1)
    own, other = (rng.normal(size=(300, 6)).astype(np.float32) for _ in range(2))
    copies = [(own + 0.1 * rng.normal(size=own.shape).astype(np.float32), other)]
    placed = fit_projection((own, other), copies, 8).project((own, other))
    large = fit_projection((own, 512 * other), [(copies[0][0], 512 * other)], 8).project((own, 512 * other))
    np.testing.assert_allclose(placed @ placed.T, large @ large.T, atol=5e-3)


def test_bytes_and_back():
    rng = np.random.default_rng(2)
    own, other = rng.normal(size=(50, 6)).astype(np.float32), rng.normal(size=(50, 3)).astype(np.float32)
    alike = fit_projection((own, other), [(own + 0.1, other)], 4)
    again = from_bytes(to_bytes(alike))
    np.testing.assert_array_equal(alike.project((own, other)), again.project((own, other)))
    for damaged in (b"", b"nonsense", to_bytes(alike)[:-5]):
        with pytest.raises(ModelError):
            from_bytes(damaged)
    with pytest.raises(ModelError, match="no direction"):
        alike.project((alike.mean[None, :6], alike.mean[None, 6:]))
    with pytest.raises(ModelError, match="another tower"):
        alike.project((own, own))


@pytest.fixture(scope="module")
def with_likeness(tmp_path_factory):
    """The released model with a likeness that is drawn, not fitted."""
    folder = tmp_path_factory.mktemp("model") / "model"
    shutil.copytree(MODEL, folder)
    config = json.loads((folder / "config.json").read_text(encoding="utf-8"))
    config.pop("likeness", None)
    (folder / "config.json").write_text(json.dumps(config), encoding="utf-8")
    assert Encoder.load(folder).similarity_space is None
    model = model_folder.load(folder, text=False).model
    size = model.graph_tower.readout[0].out_features + sum(config["channels"][2:3])
    rng = np.random.default_rng(0)
    drawn = SimilarityProjection(
        rng.normal(size=size).astype(np.float32), rng.normal(size=(size, 32)).astype(np.float16).astype(np.float32)
    )
    assert model_folder.save_similarity(folder, drawn).startswith(config["fingerprint"] + "/")
    return folder


def test_both_vectors_of_one_pass(with_likeness):
    encoder = Encoder.load(with_likeness)
    crystals = prototypes(24)[:3]
    shared, alike, *_ = encoder.embed_all(crystals)
    np.testing.assert_allclose(shared, encoder.embed_all(crystals).shared, atol=1e-6)
    assert encoder.similarity_space is not None
    assert alike.shape == (3, encoder.similarity_space[1]) == (3, 32)
    _, other, *_ = encoder.embed_all([disguised(c, 7, np.diag([2, 1, 1])) for c in crystals])
    np.testing.assert_allclose((alike * other).sum(1), 1, atol=1e-3)
    plain = Encoder.load(MODEL)
    if plain.similarity_space is None:
        assert plain.embed_all(crystals).structural is None


def test_likeness_is_not_in_the_fingerprint_and_has_its_own(with_likeness):
    assert model_folder.fingerprint_of(with_likeness) == model_folder.fingerprint_of(MODEL)
    name, own, *_ = model_folder.fingerprints_of(with_likeness)
    assert Encoder.load(with_likeness).similarity_space == (own, 32)
    assert own.startswith(f"{name}/")


def test_changed_and_missing_files_are_refused(with_likeness, tmp_path):
    folder = tmp_path / "model"
    shutil.copytree(with_likeness, folder)
    file = folder / "likeness.safetensors"
    file.write_bytes(file.read_bytes()[:-1] + b"\1")
    with pytest.raises(ModelError, match=r"likeness\.safetensors"):
        model_folder.load(folder, text=False)
    file.unlink()
    with pytest.raises(ModelError, match=r"lacks likeness\.safetensors"):
        model_folder.load(folder, text=False)
