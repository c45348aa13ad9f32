"""Fixtures of all tests: the user's own folders are never read, and a small real model folder is at hand."""

from __future__ import annotations

from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
EXAMPLES = ROOT / "resources" / "examples"


@pytest.fixture(autouse=True)
def own_home(tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A user's data folder of the test's own."""
    home = tmp_path_factory.mktemp("home")
    monkeypatch.setenv("CLICS_HOME", str(home))
    monkeypatch.setenv("HF_HUB_OFFLINE", "1")
    return home


@pytest.fixture(scope="session")
def tiny_model(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A model folder with small towers, not trained, whose vocabulary is counted from the example crystals."""
    import torch
    from clics.concepts.vocabulary import Vocabulary
    from clics.crystals.crystal import Crystal
    from clics.descriptions.describe import describe
    from clics.model.clics import Clics, ModelSettings
    from clics.model.folder import save
    from clics.model.graph import GraphSettings
    from clics.model.graph_tower import TowerSettings
    from clics.model.text_tower import TextSettings, TextTower
    from clics.sources.files import read_crystals
    from tokenizers import Tokenizer, models, normalizers, pre_tokenizers

    crystals = read_crystals(sorted(EXAMPLES.glob("*.cif")), sandboxed=False)
    descriptions = [describe(c) for c in crystals if isinstance(c, Crystal) and c.is_ordered]
    vocabulary = Vocabulary.count(descriptions)
    words = {"[PAD]": 0, "[UNK]": 1}
    for kind in ("space_group", "environment", "polyhedra", "connection", "pattern"):
        for concept in vocabulary.concepts(kind):
            for word in concept.phrase.lower().replace(".", " ").split():
                words.setdefault(word, len(words))
    tokenizer = Tokenizer(models.WordLevel(words, unk_token="[UNK]"))
    tokenizer.normalizer = normalizers.Lowercase()
    tokenizer.pre_tokenizer = pre_tokenizers.WhitespaceSplit()
    torch.manual_seed(0)
    text = TextTower(TextSettings(len(words), width=24, layers=1, heads=2, feed_forward=48, positions=200), tokenizer)
    tower = TowerSettings(width=16, alignn_layers=1, gcn_layers=1)
    folder = tmp_path_factory.mktemp("model")
    save(folder, Clics(ModelSettings(GraphSettings(), tower), text), vocabulary, min_count=1, recipe={}, card="Test.")
    return folder
