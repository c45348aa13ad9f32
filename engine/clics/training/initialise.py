"""The model before its first training step: a model folder, or a random graph tower and a pretrained text encoder."""

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

_PATTERN_MIN_COUNT = 10
"""Full connection patterns of fewer crystals are left out of the model's vocabulary."""
_SENTENCES = 2000
"""Sentences whose word pieces the compact text tower keeps."""


def starting_model(
    recipe: Recipe, vocabulary: Vocabulary, data: PackedDataset, start_from: Path | None
) -> tuple[Clics, Vocabulary]:
    """The model to train, and the vocabulary that it will rank.

    Args:
        recipe: shape of both towers, for a training from scratch.
        vocabulary: concepts of the data set's training split.
        data: whose sentences decide the word pieces of the compact text tower.
        start_from: folder of a model to fine-tune, whose shape then holds.

    Returns:
        The model on the CPU, and the vocabulary of the data set added to that of the model; where both were counted over
        the same crystals, that of the data set with the kinds that it lacks.

    Raises:
        ModelError: the model folder or the text encoder's weights cannot be loaded.
    """
    vocabulary = vocabulary.without_rare(_PATTERN_MIN_COUNT)
    if start_from is not None:
        loaded = model_folder.load(start_from)
        before = loaded.vocabulary
        same = before.counts_same_crystals(vocabulary)  # trained on them before: count them once
        return loaded.model, before.updated_by(vocabulary) if same else before + vocabulary
    return Clics(recipe.model, _text_tower(recipe, vocabulary, data)), vocabulary


def _text_tower(recipe: Recipe, vocabulary: Vocabulary, data: PackedDataset) -> TextTower:
    text = recipe.text
    if text.encoder == "matscibert":
        return pretrained(text.path or MATSCIBERT)
    rng = random.Random(0)
    texts = [v for s in data.sentences[:_SENTENCES] if s.kind != "structure_type" for v in sentence_variants(s)]
    concepts = [c for group in Bank.of(vocabulary, 1).concepts.values() for c in group]
    texts += [c.phrase for c in concepts] + [training_phrase(c, rng) for c in concepts]
    source = Path(text.path) if text.path else minilm_folder()
    return compact(source, texts, layers=text.layers, common_words=text.common_words)
