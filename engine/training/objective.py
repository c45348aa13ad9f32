"""The loss of one batch, by the recipe."""

from __future__ import annotations

import random

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn
from torch.nn import functional

from engine.concepts.concept import Kind
from engine.dataset.packed import PackedDataset
from engine.model import losses
from engine.model.batch import Batch
from engine.model.clics import DIMENSIONS, Clics
from engine.training.bank import Bank, BankTruth
from engine.training.recipe import Recipe
from engine.training.texts import SentenceSampler

_PHRASE_SCALE = 10.0
"""Inverse temperature of the loss that draws phrases to their places."""
_KIND_WEIGHT: dict[Kind, float] = {"space_group": 1.0, "environment": 1.0, "polyhedra": 0.25, "connection": 0.5}
_CRYSTALS_OF_PHRASE = 0.25
"""Weight of the bank loss read the other way round: crystals of a batch ranked for a phrase."""


class BankVectors(nn.Module):
    """A vector (V, 128) for each phrase of the bank, which crystals are ranked against on every step.

    The text tower is the slower one and learns a phrase's place only in small steps; ranked against its own vectors, crystals
    learn environments more slowly (docs/results.md). So the places are free to move with the crystals, and
    the text tower is drawn to them, a share of the bank on each text step. Figures are always taken with the text tower.
    """

    def __init__(self, phrases: int) -> None:
        super().__init__()
        self.places = nn.Parameter(torch.randn(phrases, DIMENSIONS))

    @torch.no_grad()
    def start_at(self, vectors: Tensor) -> None:
        """Begin at (V, 128) unit vectors."""
        self.places.copy_(vectors * vectors.shape[1] ** 0.5)  # as long as the random start's

    def forward(self) -> Tensor:
        """(V, 128) unit vectors."""
        unit: Tensor = functional.normalize(self.places, dim=-1)
        return unit


@torch.no_grad()
def first_places(model: Clics, bank: Bank, *, trained: bool) -> Tensor:
    """Where phrases begin, (V, 128) unit vectors.

    A ``trained`` text tower has its places already. An untrained one says almost the same of all phrases of a kind (cosines of
    0.99), but what is left without their mean tells which read alike: its principal axes are the start, so that four
    coordinate begins next to five coordinate, and the relations of language (Tables S14–S19) are there to be kept.
    """
    phrases = [concept.phrase for concept in bank.all()]
    if trained:
        return model.embed_texts(phrases)
    features = model.text_features(phrases).cpu().double()
    for where in bank.slices.values():
        features[where] -= features[where].mean(0)
    axes = torch.linalg.svd(features, full_matrices=False)[2][:DIMENSIONS]
    flat = features @ axes.T
    return functional.normalize(functional.pad(flat, (0, DIMENSIONS - flat.shape[1])), dim=-1).float()


class Objective:
    """Knows which texts and phrases are true of which crystals."""

    def __init__(self, dataset: PackedDataset, bank: Bank, recipe: Recipe, vectors: BankVectors) -> None:
        self._recipe = recipe
        self._bank = bank
        self._vectors = vectors
        self._truth = BankTruth(bank, dataset)
        self._sampler = SentenceSampler(dataset, recipe.sentences)
        self._described = dataset.arrays["described"] == 1

    def __call__(
        self,
        model: Clics,
        batch: Batch,
        rows: NDArray[np.int64],
        rng: random.Random,
        *,
        text_step: bool,
        text_bf16: bool,
    ) -> tuple[Tensor, dict[str, float]]:
        """Loss and its parts. ``rows``: the data set's rows of the batch; ``text_step``: the text tower learns now."""
        crystals = model.embed_graphs(batch)
        device = crystals.device
        described = torch.from_numpy(self._described[rows]).to(device)
        parts: dict[str, Tensor] = {}
        learns = text_step or self._recipe.loss != "known+bank"
        if self._recipe.loss == "known+bank":
            parts |= self._bank_parts(model, crystals, rows, described)
            if text_step:
                parts["phrases"] = self.drawn_to_places(model, rng, self._recipe.bank_share, bf16=text_bf16)
        if learns and bool(described.any()):
            own = np.flatnonzero(self._described[rows])[: self._recipe.texts]
            texts, true = self._sampler.sample(rows[own], rng)
            with torch.autocast(device.type, torch.bfloat16, enabled=text_bf16):
                vectors = model.embed_texts(texts)
            scores = crystals[torch.from_numpy(own).to(device)] @ vectors.T * model.scale
            if self._recipe.loss == "equation-1":
                parts["pairs"] = losses.symmetric_cross_entropy(scores) / len(own)
            else:
                positive = torch.from_numpy(true).to(device)
                weight = self._recipe.pair_weight if self._recipe.loss == "known+bank" else 1.0
                parts["pairs"] = weight * losses.known_pairs(scores, positive, ~positive)
        total = torch.stack(list(parts.values())).sum() if parts else crystals.sum() * 0.0
        return total, {name: float(value.detach()) for name, value in parts.items()}

    def _bank_parts(
        self, model: Clics, crystals: Tensor, rows: NDArray[np.int64], described: Tensor
    ) -> dict[str, Tensor]:
        vectors = self._vectors()
        device = crystals.device
        truth = torch.from_numpy(self._truth.of(rows)).to(device)
        scores = crystals @ vectors.T * model.scale
        parts: dict[str, Tensor] = {}
        for kind, where in self._bank.slices.items():
            if where.start == where.stop:
                continue
            known = torch.ones_like(described) if kind == "space_group" else described
            own_scores, own_truth = scores[known, where], truth[known, where]
            if not len(own_scores):
                continue
            loss = losses.against_the_bank(own_scores, own_truth)
            turned = losses.against_the_false(own_scores.T, own_truth.T > 0, own_truth.T == 0)
            parts[kind] = _KIND_WEIGHT[kind] * (loss + _CRYSTALS_OF_PHRASE * turned)
        return parts

    def drawn_to_places(self, model: Clics, rng: random.Random, share: float, *, bf16: bool) -> Tensor:
        """How far a random share of the bank's phrases, in random training wordings, is from its places."""
        phrases = self._bank.training_phrases(rng, self._recipe.word_dropout)
        chosen = rng.sample(range(len(phrases)), max(1, round(share * len(phrases))))
        places = self._vectors().detach()
        with torch.autocast(places.device.type, torch.bfloat16, enabled=bf16):
            texts = model.embed_texts([phrases[i] for i in chosen])
        index = torch.tensor(chosen, device=places.device)
        scores = texts @ places.T * _PHRASE_SCALE
        away = (1.0 - (texts * places[index]).sum(-1)).mean()
        loss: Tensor = functional.cross_entropy(scores, index) + _PHRASE_SCALE * away
        return loss
