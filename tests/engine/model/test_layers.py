"""Our layers against those of the alignn package, and the tower as a whole."""

from __future__ import annotations

import numpy as np
import pytest
import torch
from clics.model.alignn import EdgeGatedGraphConv
from clics.model.batch import collate
from clics.model.graph import GraphSettings, build_graph
from clics.model.graph_tower import GraphTower, TowerSettings

from .structures import disguised, prototypes

WIDTH = 16


def graphs(n=12):
    return [build_graph(*c, GraphSettings()) for c in prototypes()[:n]]


def peer(conv):
    pytest.importorskip("alignn")
    from alignn.models.alignn_atomwise_pure import EdgeGatedGraphConvPure

    theirs = EdgeGatedGraphConvPure(WIDTH, WIDTH)
    theirs.load_state_dict(conv.state_dict())
    return theirs


def test_convolution_over_atoms_equals_alignns():
    torch.manual_seed(0)
    batch = collate(graphs())
    for block in batch.blocks:
        block.weights.copy_((block.weights > 0).float())  # the original knows no weights
    conv = EdgeGatedGraphConv(WIDTH)
    x = torch.randn(len(batch.numbers), WIDTH)
    edges = [torch.randn(*b.weights.shape, WIDTH) for b in batch.blocks]
    ours, ours_edges = conv.on_atoms(x, batch.blocks, edges)
    real = [b.weights > 0 for b in batch.blocks]
    far = torch.cat([b.neighbours[r] for b, r in zip(batch.blocks, real)])
    own = torch.cat(
        [torch.arange(b.start, b.stop)[:, None].expand_as(b.neighbours)[r] for b, r in zip(batch.blocks, real)]
    )
    theirs, theirs_edges = peer(conv).forward_tensors(
        far, own, len(x), x, torch.cat([e[r] for e, r in zip(edges, real)])
    )
    torch.testing.assert_close(ours, theirs, atol=1e-5, rtol=1e-5)
    torch.testing.assert_close(torch.cat([e[r] for e, r in zip(ours_edges, real)]), theirs_edges, atol=1e-5, rtol=1e-5)


def test_convolution_over_edges_equals_alignns():
    torch.manual_seed(1)
    atoms, edges = 5, 12
    conv = EdgeGatedGraphConv(WIDTH)
    y, z = torch.randn(atoms, edges, WIDTH), torch.randn(atoms, edges, edges, WIDTH)
    weights = (1 - torch.eye(edges)).expand(atoms, edges, edges)
    ours, ours_angles = conv.on_edges(y, z, weights)
    index = torch.arange(atoms * edges).view(atoms, edges)
    receiver, sender = index[:, :, None].expand(-1, -1, edges), index[:, None].expand(-1, edges, -1)
    real = weights > 0
    theirs, theirs_angles = peer(conv).forward_tensors(
        sender[real], receiver[real], atoms * edges, y.view(-1, WIDTH), z[real]
    )
    torch.testing.assert_close(ours.view(-1, WIDTH), theirs, atol=1e-5, rtol=1e-5)
    torch.testing.assert_close(ours_angles[real], theirs_angles, atol=1e-5, rtol=1e-5)


@pytest.fixture(scope="module", params=[True, False], ids=["resolution", "paper"])
def tower(request):
    torch.manual_seed(2)
    settings = TowerSettings(width=WIDTH, resolution=request.param, moments=4 if request.param else 0, output=32)
    return GraphTower(settings).eval()


def embed(tower, crystals):
    with torch.inference_mode():
        return torch.nn.functional.normalize(
            tower(collate([build_graph(*c, GraphSettings()) for c in crystals])), dim=-1
        )


def test_vector_is_the_same_in_every_disguise(tower):
    crystals = prototypes(16)[:30]
    plain = embed(tower, crystals)
    for seed, matrix in enumerate([None, np.diag([2, 1, 1]), np.array([[1, 1, 0], [-1, 1, 0], [0, 0, 1]])]):
        other = embed(tower, [disguised(c, seed, matrix) for c in crystals])
        assert (plain * other).sum(1).min() > 0.9999


def test_vector_does_not_depend_on_the_batch(tower):
    crystals = prototypes(16)[:9]
    alone = torch.cat([embed(tower, [c]) for c in crystals])
    torch.testing.assert_close(embed(tower, crystals), alone, atol=1e-5, rtol=1e-4)


def test_every_parameter_learns():
    torch.manual_seed(3)
    tower = GraphTower(TowerSettings(width=WIDTH))
    tower(collate(graphs())).square().sum().backward()
    idle = {name for name, p in tower.named_parameters() if p.grad is None or not p.grad.abs().sum() > 0}
    last = {
        f"{layer}.bn_edges.{kind}"
        for layer in ("alignn_layers.3.edge_update", "gcn_layers.3")
        for kind in ("weight", "bias")
    }
    assert idle == last  # the last layer's edges and angles are not read again


def test_noise_moves_a_vector_little_by_little(tower):
    rng = np.random.default_rng(0)
    crystals = prototypes(16)[:20]
    plain = embed(tower, crystals)
    previous = 1.0
    for size in (1e-6, 1e-3, 1e-1):
        noisy = [(a, n, f + rng.normal(size=f.shape) * size @ np.linalg.inv(a)) for a, n, f in crystals]
        closeness = float((plain * embed(tower, noisy)).sum(1).mean())
        assert closeness <= previous + 1e-4
        previous = closeness
        if size == 1e-6:
            assert closeness > 0.999
