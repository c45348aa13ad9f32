"""The plain BERT encoder against the one of ``transformers``: same weights, same numbers."""

from __future__ import annotations

import pytest
import torch
from clics import paths
from clics.model import folder as model_folder
from clics.model.bert import BertEncoder

transformers = pytest.importorskip("transformers")

SHAPE = {"vocabulary": 40, "width": 24, "layers": 2, "heads": 4, "feed_forward": 32, "positions": 16}


def peer() -> torch.nn.Module:
    torch.manual_seed(3)
    config = transformers.BertConfig(
        vocab_size=40,
        hidden_size=24,
        num_hidden_layers=2,
        num_attention_heads=4,
        intermediate_size=32,
        max_position_embeddings=16,
    )
    return transformers.BertModel(config, add_pooling_layer=False).eval()


def test_weights_of_transformers_load_and_give_its_numbers() -> None:
    theirs = peer()
    ours = BertEncoder(**SHAPE).eval()
    ours.load_state_dict(theirs.state_dict(), strict=True)
    ids = torch.tensor([[2, 7, 9, 11, 39], [5, 6, 0, 0, 0]])
    mask = torch.tensor([[1, 1, 1, 1, 1], [1, 1, 0, 0, 0]])
    with torch.no_grad():
        expected = theirs(input_ids=ids, attention_mask=mask).last_hidden_state
        found = ours(ids, mask)
    assert torch.allclose(found[mask.bool()], expected[mask.bool()], atol=1e-6)


def test_padding_does_not_change_a_text() -> None:
    ours = BertEncoder(**SHAPE).eval()
    ids = torch.tensor([[5, 6, 8]])
    longer = torch.tensor([[5, 6, 8, 0, 0]])
    with torch.no_grad():
        alone = ours(ids, torch.ones(1, 3))
        padded = ours(longer, torch.tensor([[1, 1, 1, 0, 0]]))
    assert torch.allclose(alone, padded[:, :3], atol=1e-6)


def test_initial_weights_follow_the_paper() -> None:
    torch.manual_seed(0)
    ours = BertEncoder(vocabulary=2000, width=48, layers=1, heads=4, feed_forward=96, positions=64)
    words = ours.embeddings.word_embeddings.weight.detach()
    assert words[0].abs().max() == 0.0
    assert words[1:].std() == pytest.approx(0.02, rel=0.05)
    assert ours.encoder["layer"][0].output.dense.bias.abs().max() == 0.0


def test_texts_encoded_in_groups_by_length_equal_those_encoded_alone() -> None:
    """The released text tower: more texts than it encodes together, long and short ones in turn."""
    tower = model_folder.load(paths.model_folder()).model.text_tower
    assert tower is not None
    texts = [" ".join(["[METAL] is bonded in a octahedral geometry."] * (1 + i % 5)) + f" {i}" for i in range(70)]
    with torch.inference_mode():
        together = tower(texts)
        alone = torch.cat([tower([text]) for text in texts])
    assert torch.allclose(together, alone, atol=2e-6)
