"""Every setting that can be switched off gives a tower that runs without what it names, and bf16 keeps the resolution."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
import torch
from clics.model import channels
from clics.model.batch import collate
from clics.model.clics import Clics, ModelSettings
from clics.model.graph import GraphSettings, build_graph
from clics.model.graph_tower import GraphTower, TowerSettings
from clics.model.losses import max_over_sites

from .structures import prototypes

SMALL = TowerSettings(width=16, alignn_layers=1, gcn_layers=1, pooled=16, output=32, moments=2)


@pytest.fixture(scope="module")
def batch():
    return collate([build_graph(*c, GraphSettings()) for c in prototypes(8)[:6]])


def sensitivity(tower, batch, name):
    """True if the output depends on a tensor of the batch, column by column."""
    changed = replace(batch, **{name: getattr(batch, name).clone().requires_grad_()})
    tower(changed).square().sum().backward()
    gradient = getattr(changed, name).grad
    return np.zeros(getattr(batch, name).shape[1], bool) if gradient is None else gradient.abs().sum(0).numpy() > 0


@pytest.mark.parametrize(
    ("off", "atom", "parts"),
    [
        ({}, True, {"lattice", "gaps", "spread", "size"}),
        ({"log_scale": False}, False, {"lattice", "spread", "size"}),
        ({"spread": False}, True, {"lattice", "gaps", "size"}),
        ({"lattice": False}, True, {"gaps", "spread", "size"}),
        ({"pooled": 0}, True, {"lattice", "gaps", "spread", "size"}),
        ({"resolution": False}, False, set()),
    ],
    ids=["all", "log_scale", "spread", "lattice", "pooled", "resolution"],  # a set's text has no fixed order
)
def test_a_setting_switched_off_is_not_seen(off, atom, parts, batch):
    torch.manual_seed(0)
    tower = GraphTower(replace(SMALL, **off)).eval()
    assert sensitivity(tower, batch, "atom_channels").any() == atom
    seen = sensitivity(tower, batch, "crystal_channels")
    start = 0
    for name, stop in channels.CRYSTAL_PARTS.items():
        assert seen[start:stop].any() == (name in parts), name
        start = stop


def test_a_hard_cut_keeps_exactly_the_nearest():
    for crystal in prototypes(8)[:6]:
        graph = build_graph(*crystal, GraphSettings(tie_width=0.0))
        assert (np.diff(graph.edge_offsets) == 12).all()
        assert (graph.weights == 1.0).all()


def test_bf16_leaves_the_features_exact_and_the_vectors_close(batch):
    torch.manual_seed(0)
    tower = GraphTower(SMALL).eval()
    with torch.no_grad():
        plain, plain_edges = tower.message_passing(batch)
        exact = tower(batch)
        with torch.autocast("cpu", torch.bfloat16):
            rough, edges = tower.message_passing(batch)
            vectors = tower(batch)
    assert vectors.dtype == torch.float32
    for ours, expected in zip(edges, plain_edges, strict=True):
        torch.testing.assert_close(ours, expected)
    assert (rough - plain).abs().max() > 0  # the layers did run in bf16
    similarity = torch.nn.functional.cosine_similarity(vectors, exact)
    assert similarity.min() > 0.99


def test_a_phrase_scores_by_its_best_site(batch):
    torch.manual_seed(0)
    model = Clics(ModelSettings(GraphSettings(), SMALL), None)
    crystals, sites = model.eval().embed(batch)
    torch.testing.assert_close(crystals, model.embed_graphs(batch))
    assert sites.shape == (len(batch.numbers), 128)
    scores = sites @ sites[:3].T
    best = max_over_sites(scores, batch.crystal, len(batch))
    for crystal in range(len(batch)):
        torch.testing.assert_close(best[crystal], scores[batch.crystal == crystal].amax(0))
    assert Clics(ModelSettings(GraphSettings(), replace(SMALL, sites=False)), None).eval().embed(batch)[1] is None
