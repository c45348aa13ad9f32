"""Initial proxies, compiled layers and the ground truth of sites, on real towers and crystals."""

from __future__ import annotations

import json

import numpy as np
import pytest
import torch
from clics.concepts.registry import LOCAL_KINDS
from clics.concepts.vocabulary import Vocabulary
from clics.dataset import packed_reader
from clics.model import folder as model_folder
from clics.model.batch import collate
from clics.model.graph import GraphSettings, build_graph
from clics.sources.prototypes import aflow_prototypes
from clics.training.bank import Bank, SiteTruth
from clics.training.proxies import initial_proxies
from clics.training.torch_compile import can_compile, compile_layers


def test_phrases_begin_at_unit_length_where_they_read_alike(tiny_model):
    loaded = model_folder.load(tiny_model)
    bank = Bank.of(loaded.vocabulary, 1)
    places = initial_proxies(loaded.model, bank, trained=False)
    assert places.shape == (len(bank.all()), 128)
    np.testing.assert_allclose(places.norm(dim=1).numpy(), 1.0, rtol=1e-5)
    features = loaded.model.text_features([c.phrase for c in bank.all()])
    environments = bank.slices["environment"]
    centred = features[environments] - features[environments].mean(0)
    plain = torch.nn.functional.normalize(centred, dim=1)
    kept = places[environments]
    # 24 features lose nothing in 128 dimensions: relations are the encoder's own
    np.testing.assert_allclose((kept @ kept.T).numpy(), (plain @ plain.T).detach().numpy(), atol=1e-4)


def test_a_trained_tower_keeps_its_places(tiny_model):
    loaded = model_folder.load(tiny_model)
    bank = Bank.of(loaded.vocabulary, 1)
    own = loaded.model.embed_texts([c.phrase for c in bank.all()])
    torch.testing.assert_close(initial_proxies(loaded.model, bank, trained=True), own.detach())


@pytest.mark.skipif(not can_compile("cpu"), reason="no C++ compiler on this machine")
def test_compiled_layers_give_the_same_vectors_and_gradients(tiny_model):
    crystals = [c for c in aflow_prototypes() if c.num_sites <= 4][:3]
    model = model_folder.load(tiny_model).model
    batch = collate([build_graph(*c.arrays(), model.settings.graph) for c in crystals])

    def outcome():
        model.zero_grad()
        vectors = model.embed_graphs(batch)
        vectors[:, 0].sum().backward()
        return vectors.detach(), model.graph_tower.angle_embedding[1].weight.grad.clone()

    plain = outcome()
    compile_layers(model.graph_tower)
    fused = outcome()
    torch.testing.assert_close(fused[0], plain[0], atol=1e-5, rtol=1e-4)
    torch.testing.assert_close(fused[1], plain[1], atol=1e-4, rtol=1e-3)


def test_kinds_of_atoms_know_the_phrases_of_their_own_sites(dataset):
    data = packed_reader.load(dataset)
    vocabulary = Vocabulary.from_json(json.loads((dataset / "vocabulary.json").read_text(encoding="utf-8")))
    bank = Bank.of(vocabulary, 1)
    truth, rows = SiteTruth(bank, data), data.rows("train")[:8]
    local = [concept for kind in LOCAL_KINDS for concept in bank.concepts[kind]]
    kinds = [build_graph(*data.structure(int(row)), GraphSettings()).site_orbit for row in rows]
    table = truth.of(rows, kinds)
    assert table.shape == (sum(of.max() + 1 for of in kinds), len(local))
    assert table.any()
    start = 0
    for row, of_atom in zip(rows, kinds, strict=True):
        own = table[start : start + of_atom.max() + 1]
        start += of_atom.max() + 1
        levels = data.concepts_of(int(row))
        for column in np.flatnonzero(own.any(axis=0)):
            assert set(own[:, column]) <= {0, int(levels[local[column]])}
        stated = [c for c, level in levels.items() if c.kind in LOCAL_KINDS and level > 0]
        assert {local[column] for column in np.flatnonzero(own.any(axis=0))} == set(stated)
