"""A small packed data set of prototypes, and a recipe that trains on it in seconds."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest
import torch
from clics.dataset.packed_reader import Record, pack
from clics.dataset.training_texts import facts_of
from clics.descriptions.describe import describe
from clics.errors import DescriptionError
from clics.model import folder as model_folder
from clics.sources.prototypes import aflow_prototypes
from clics.training.recipe import Recipe

TOWER = {"width": 16, "alignn_layers": 1, "gcn_layers": 1, "pooled": 16, "output": 32, "moments": 2}
STEPS = {"epochs": 2, "warmup_epochs": 0.2, "batch": 8, "text_every": 2, "texts": 8, "text_alignment_steps": 20}
QUICK = Recipe.from_json({"model": {"tower": TOWER}, **STEPS, "bank_min_count": 1, "max_sites": 12})


@pytest.fixture(scope="session")
def dataset(tmp_path_factory):
    records = []
    for crystal in aflow_prototypes():
        if crystal.num_sites > 6 or len(records) == 36:
            continue
        try:
            description = describe(crystal)
        except DescriptionError:  # californium: no radius is known
            continue
        lattice, numbers, frac = crystal.arrays()
        split = "val" if len(records) % 4 == 3 else "train"
        facts = facts_of(description)
        records.append(
            Record(crystal.id, crystal.formula, lattice, numbers, frac, split, facts.space_group, facts.sentences,
                   facts.concepts, atoms=facts.atoms, geometry=facts.geometry)
        )  # fmt: skip
    folder = tmp_path_factory.mktemp("packed")
    pack(records, folder, {"licence": "AFLOW prototypes", "sources": []})
    return folder


@pytest.fixture(scope="session")
def text_start(tmp_path_factory, tiny_model):
    """A small random BERT folder to start the compact tower from."""
    from clics.model.wordpiece import bert_tokenizer
    from safetensors.torch import save_file

    folder = tmp_path_factory.mktemp("bert")
    loaded = model_folder.load(tiny_model).model.text_tower
    pieces = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]", *"abcdefghijklmnopqrstuvwxyz0123456789_/-.[]"]
    pieces += [f"##{p}" for p in pieces[5:]]
    bert_tokenizer({p: i for i, p in enumerate(pieces)}).save(str(folder / "tokenizer.json"))
    state = {n: t.clone() for n, t in loaded.encoder.state_dict().items()}
    state["embeddings.word_embeddings.weight"] = state["embeddings.word_embeddings.weight"][:1].repeat(len(pieces), 1)
    generator = torch.Generator().manual_seed(0)
    state["embeddings.word_embeddings.weight"] += 0.02 * torch.randn(len(pieces), 24, generator=generator)
    save_file(state, folder / "model.safetensors")
    config = {"hidden_size": 24, "num_attention_heads": 2, "intermediate_size": 48, "max_position_embeddings": 200}
    (folder / "config.json").write_text(json.dumps(config), encoding="utf-8")
    return folder


@pytest.fixture(scope="session")
def recipe(text_start):
    return replace(QUICK, text=replace(QUICK.text, path=str(text_start), layers=(0,)))
