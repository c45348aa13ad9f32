"""Vectors at several depths of the released tower."""

from pathlib import Path

import numpy as np
import pytest
from clics.model.encoder import Encoder
from clics.model.folder import load
from clics.model.graph import build_graph

from benchmarks.intermediate_features import FEATURES, intermediate_features, whitened

MODEL = Path(__file__).resolve().parents[3] / "resources" / "model"


@pytest.fixture(scope="module")
def found(records):
    model = load(MODEL, text=False).model
    graphs = [build_graph(r.lattice, r.numbers, r.frac, model.settings.graph) for r in records[:40]]
    return intermediate_features(model, graphs), graphs


def test_every_read_out_has_a_row_for_every_crystal(found):
    vectors, graphs = found
    assert tuple(vectors) == FEATURES
    assert all(len(each) == len(graphs) and np.isfinite(each).all() for each in vectors.values())
    assert vectors["embedding"].shape[1] == 128
    np.testing.assert_array_equal(vectors["channels"], np.stack([graph.crystal_channels for graph in graphs]))


def test_the_embedding_is_what_searches_compare(found):
    vectors, graphs = found
    np.testing.assert_allclose(vectors["embedding"], Encoder.load(MODEL).embed_graphs(graphs), atol=1e-5)


def test_whitened_vectors_have_the_same_spread_in_every_direction():
    rng = np.random.default_rng(0)
    reference = rng.normal(size=(5000, 4)) @ rng.normal(size=(4, 4)) + 3
    plain = whitened(reference, reference, shrinkage=0.0)
    np.testing.assert_allclose(np.cov(plain.T), np.eye(4), atol=1e-6)
    flat = np.c_[reference, reference[:, :1]]  # one direction has no spread: it must not be blown up
    assert np.abs(whitened(flat, flat)).max() < 20
