"""A small real model folder for tests and stress scripts: not trained, its vocabulary is that of the example crystals."""

from __future__ import annotations

from pathlib import Path

EXAMPLES = Path(__file__).resolve().parent.parent / "resources" / "examples"


def make_tiny_model(folder: Path, seed: int = 0) -> Path:
    """Write a model folder with small towers.

    Args:
        folder: Where to write it.
        seed: Of its weights; another one makes another model.

    Returns:
        The folder.
    """
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
    torch.manual_seed(seed)
    text = TextTower(TextSettings(len(words), width=24, layers=1, heads=2, feed_forward=48, positions=200), tokenizer)
    tower = TowerSettings(width=16, alignn_layers=1, gcn_layers=1)
    save(folder, Clics(ModelSettings(GraphSettings(), tower), text), vocabulary, min_count=1, recipe={}, card="Test.")
    return folder
