"""What a training starts from: a model folder, or nothing but a pretrained text encoder."""

from __future__ import annotations

import random
from pathlib import Path

from clics.concepts.templates import sentence_variants, training_phrase
from clics.concepts.vocabulary import Vocabulary
from clics.dataset.packed_reader import PackedDataset
from clics.model import folder as model_folder
from clics.model.clics import Clics
from clics.model.text_tower import MATSCIBERT, TextTower, compact, minilm_folder, pretrained
from clics.training.bank import Bank
from clics.training.recipe import Recipe

_PATTERNS = 10
"""A full connection pattern of fewer crystals does not travel with the model."""


def starting_model(
    recipe: Recipe, vocabulary: Vocabulary, data: PackedDataset, start_from: Path | None
) -> tuple[Clics, Vocabulary]:
    """The model before its first step, and the vocabulary that it will rank."""
    vocabulary = vocabulary.without_rare(_PATTERNS)
    if start_from is not None:
        loaded = model_folder.load(start_from)
        same = loaded.vocabulary == vocabulary  # the crystals it has learned from: they count once
        return loaded.model, vocabulary if same else loaded.vocabulary + vocabulary
    return Clics(recipe.model, _text_tower(recipe, vocabulary, data)), vocabulary


def _text_tower(recipe: Recipe, vocabulary: Vocabulary, data: PackedDataset) -> TextTower:
    text = recipe.text
    if text.encoder == "matscibert":
        return pretrained(text.path or MATSCIBERT)
    rng = random.Random(0)
    texts = [v for s in data.sentences[:2000] if s.kind != "structure_type" for v in sentence_variants(s)]
    concepts = [c for group in Bank.of(vocabulary, 1).concepts.values() for c in group]
    texts += [c.phrase for c in concepts] + [training_phrase(c, rng) for c in concepts]
    source = Path(text.path) if text.path else minilm_folder()
    return compact(source, texts, layers=text.layers, common_words=text.common_words)
