"""Where phrases begin, and compiled layers: both on a real tower."""

from __future__ import annotations

import numpy as np
import pytest
import torch

from engine.crystals.prototypes import aflow_prototypes
from engine.model import folder as model_folder
from engine.model.batch import collate
from engine.model.graph import build_graph
from engine.training.bank import Bank
from engine.training.compiled import can_compile, compile_layers
from engine.training.objective import first_places


def test_phrases_begin_at_unit_length_where_they_read_alike(tiny_model):
    loaded = model_folder.load(tiny_model)
    bank = Bank.of(loaded.vocabulary, 1)
    places = first_places(loaded.model, bank, trained=False)
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
    torch.testing.assert_close(first_places(loaded.model, bank, trained=True), own.detach())


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
