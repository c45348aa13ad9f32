"""The loss of one batch, by the recipe."""

from __future__ import annotations

import random

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from engine.concepts.concept import Kind
from engine.dataset.packed import PackedDataset
from engine.model import losses
from engine.model.batch import Batch
from engine.model.clics import Clics
from engine.training.bank import Bank, BankTruth
from engine.training.recipe import Recipe
from engine.training.texts import SentenceSampler

_SHARE = 256
"""Phrases encoded at once where no gradient is needed."""
_KIND_WEIGHT: dict[Kind, float] = {"space_group": 1.0, "environment": 1.0, "polyhedra": 0.25, "connection": 0.5}
_CRYSTALS_OF_PHRASE = 0.25
"""Weight of the bank loss read the other way round: crystals of a batch ranked for a phrase."""


class Objective:
    """Knows which texts and phrases are true of which crystals, and holds the bank's vectors between text steps.

    The text tower is the slower one, and phrases change little from step to step. So on a text step only a share of the bank
    is encoded, with gradients, the next share in turn; the rest keeps the vectors of its last turn.
    """

    def __init__(self, dataset: PackedDataset, bank: Bank, recipe: Recipe) -> None:
        self._recipe = recipe
        self._bank = bank
        self._truth = BankTruth(bank, dataset)
        self._sampler = SentenceSampler(dataset, recipe.sentences)
        self._described = dataset.arrays["described"] == 1
        self._held: Tensor | None = None
        self._turn = 0

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
            parts |= self._bank_parts(model, crystals, rows, described, rng, text_step=text_step, bf16=text_bf16)
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
        self,
        model: Clics,
        crystals: Tensor,
        rows: NDArray[np.int64],
        described: Tensor,
        rng: random.Random,
        *,
        text_step: bool,
        bf16: bool,
    ) -> dict[str, Tensor]:
        device = crystals.device
        vectors = self._bank_vectors(model, rng, text_step=text_step, bf16=bf16)
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

    def _bank_vectors(self, model: Clics, rng: random.Random, *, text_step: bool, bf16: bool) -> Tensor:
        """(V, 128), in a random training wording each."""
        phrases = self._bank.training_phrases(rng)
        device = model.log_scale.device
        if self._held is None:
            with torch.autocast(device.type, torch.bfloat16, enabled=bf16), torch.no_grad():
                self._held = torch.cat(
                    [model.embed_texts(phrases[i : i + _SHARE]) for i in range(0, len(phrases), _SHARE)]
                )
        if not text_step:
            return self._held
        turns = max(1, round(1.0 / self._recipe.bank_share))
        chosen = torch.arange(self._turn % turns, len(phrases), turns, device=device)
        self._turn += 1
        with torch.autocast(device.type, torch.bfloat16, enabled=bf16):
            fresh = model.embed_texts([phrases[int(i)] for i in chosen])
        vectors = self._held.index_copy(0, chosen, fresh)
        self._held = vectors.detach()
        return vectors
