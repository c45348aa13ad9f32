"""The loss of one batch, by the recipe."""

from __future__ import annotations

import random
from collections.abc import Sequence
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn
from torch.nn import functional

from clics.concepts.concept import Kind
from clics.dataset.packed_reader import PackedDataset
from clics.model import losses
from clics.model.batch import Batch
from clics.model.clics import DIMENSIONS, Clics
from clics.model.late_interaction import LOCAL_KINDS
from clics.training.bank import BANK_KINDS, Bank, BankTruth, SiteTruth
from clics.training.batch_texts import SentenceSampler
from clics.training.device import to_device
from clics.training.distributed import ProcessGroup, SingleProcess
from clics.training.recipe import Recipe

_PHRASE_SCALE = 10.0
"""Inverse temperature of the loss that draws phrases to their places."""
_LOCAL_WEIGHT: dict[Kind, float] = {"environment": 1.0, "polyhedra": 0.25, "connection": 0.5}
_BEST_SITE: dict[Kind, float] = {"environment": 2.0, "polyhedra": 2.0, "connection": 0.5}
"""Weight of the logarithm of the best site's share beside the crystal's cosine: steeper than what searches rank by
(:mod:`clics.model.late_interaction`), so that a gradient reaches sites that say nothing yet."""
_ALONE = 0.5
"""Weight of the crystal's vector alone against phrases of local geometry, beside 1 for it together with its best site."""
_SITE_REST = 0.5
"""Weight of a site's loss over all phrases of local geometry, beside the one over environments."""
_CRYSTALS_OF_PHRASE = 0.25
"""Weight of the bank loss read the other way round: crystals of a batch ranked for a phrase."""


class ConceptProxies(nn.Module):
    """A vector (V, 128) for each phrase of the bank, which crystals are ranked against on every step.

    The text tower is the slower one and learns a phrase's place only in small steps; ranked against its own vectors, crystals
    learn environments more slowly. So the places are free to move with the crystals, and
    the text tower is drawn to them, a share of the bank on each text step. Figures are always taken with the text tower.
    Towards the end they are its own vectors, and :meth:`rest`.
    """

    def __init__(self, phrases: int) -> None:
        super().__init__()
        self.places = nn.Parameter(torch.randn(phrases, DIMENSIONS))
        self._rests = False

    @torch.no_grad()
    def start_at(self, vectors: Tensor) -> None:
        """Begin at (V, 128) unit vectors."""
        self.places.copy_(vectors * vectors.shape[1] ** 0.5)  # as long as the random start's

    def rest(self) -> None:
        """They learn no more."""
        self._rests = True

    def forward(self) -> Tensor:
        """(V, 128) unit vectors."""
        unit: Tensor = functional.normalize(self.places.detach() if self._rests else self.places, dim=-1)
        return unit


@torch.no_grad()
def initial_proxies(model: Clics, bank: Bank, *, trained: bool) -> Tensor:
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

    def __init__(
        self,
        dataset: PackedDataset,
        bank: Bank,
        recipe: Recipe,
        vectors: ConceptProxies,
        share: ProcessGroup | None = None,
    ) -> None:
        self._recipe = recipe
        self._bank = bank
        self._vectors = vectors
        self._share = share or SingleProcess()
        self._truth = BankTruth(bank, dataset)
        self._site_truth = SiteTruth(bank, dataset)
        weights = np.concatenate([np.full(len(bank.concepts[kind]), _BEST_SITE[kind]) for kind in LOCAL_KINDS])
        self._local = to_device(self._site_truth.columns, vectors.places.device)
        self._late_weights = to_device(weights.astype(np.float32), vectors.places.device)
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
        graph_bf16: bool = False,
        perturbed: NDArray[np.bool_] | None = None,
        kinds: Sequence[NDArray[np.int64]] = (),
    ) -> tuple[Tensor, dict[str, Tensor]]:
        """Loss and its parts (detached).

        ``rows``: the data set's rows of the whole batch, of which ``batch`` holds this process's part; ``text_step``: the text
        tower learns now; ``perturbed`` (len(rows),): crystals that are copies without their space group; ``kinds``: of each
        crystal of ``batch`` the kind of each of its atoms as they were given (only where the tower has ``sites``).
        """
        with torch.autocast(batch.numbers.device.type, torch.bfloat16, enabled=graph_bf16):
            own, sites = model.embed(batch)
        crystals = self._share.gather(own, len(rows))
        whole = np.ones(len(rows), bool) if perturbed is None else ~perturbed
        described = self._described[rows]
        parts: dict[str, Tensor] = {}
        learns = text_step or self._recipe.loss != "known+bank"
        if self._recipe.loss == "known+bank":
            truth = to_device(self._truth.of(rows), crystals.device)
            scores = crystals @ self._vectors().T * model.scale
            if sites is None:
                parts |= self._bank_parts(scores, truth, whole, described)
            else:
                cosines = sites @ self._vectors()[self._site_truth.columns].T
                parts["sites"] = self._recipe.site_weight * self._site_part(model, batch, cosines, rows, kinds)
                best = losses.max_over_sites(losses.shares_of_sites(cosines, model.scale), batch.crystal, len(batch))
                best = self._share.gather(best, len(rows))
                late = scores.index_add(1, self._local, best * self._late_weights * model.scale)
                parts |= self._bank_parts(late, truth, whole, described)
                # and the crystal's vector alone: it has to serve where there are no sites
                alone = self._bank_parts(scores, truth, whole, described, LOCAL_KINDS)
                parts |= {f"{kind}_alone": _ALONE * part for kind, part in alone.items()}
            if text_step:
                parts["phrases"] = self.text_to_proxy_loss(model, rng, self._recipe.bank_share, bf16=text_bf16)
        chosen = np.flatnonzero(described & whole)[: self._recipe.texts]
        if learns and len(chosen):
            texts, true = self._sampler.sample(rows[chosen], rng)
            vectors = self._embedded(model, texts, text_bf16)
            scores = crystals[to_device(chosen, crystals.device)] @ vectors.T * model.scale
            if self._recipe.loss == "equation-1":
                parts["pairs"] = losses.symmetric_cross_entropy(scores) / len(chosen)
            else:
                positive = to_device(true, crystals.device)
                weight = self._recipe.pair_weight if self._recipe.loss == "known+bank" else 1.0
                parts["pairs"] = weight * losses.known_pairs(scores, positive, ~positive)
        total = torch.stack(list(parts.values())).sum() if parts else crystals.sum() * 0.0
        return total, {name: value.detach() for name, value in parts.items()}

    def _bank_parts(
        self,
        scores: Tensor,
        truth: Tensor,
        whole: NDArray[np.bool_],
        described: NDArray[np.bool_],
        kinds: Sequence[Kind] = BANK_KINDS,
    ) -> dict[str, Tensor]:
        parts: dict[str, Tensor] = {}
        for kind in kinds:
            where = self._bank.slices[kind]
            known = np.flatnonzero(whole if kind == "space_group" else described)
            if where.start == where.stop or not len(known):
                continue
            index = to_device(known, scores.device)
            own_scores, own_truth = scores[index, where], truth[index, where]
            loss = losses.against_the_bank(own_scores, own_truth)
            turned = losses.against_the_false(own_scores.T, own_truth.T > 0, own_truth.T == 0)
            weight = _LOCAL_WEIGHT.get(kind, self._recipe.space_group_weight)
            parts[kind] = weight * (loss + _CRYSTALS_OF_PHRASE * turned)
        return parts

    def _site_part(
        self, model: Clics, batch: Batch, cosines: Tensor, rows: NDArray[np.int64], kinds: Sequence[NDArray[np.int64]]
    ) -> Tensor:
        """Every kind of atoms against the phrases of local geometry, of which those of its own site are true."""
        own = self._share.part(np.arange(len(rows)))
        sizes = batch.crystal.new_zeros(len(batch) + 1).index_add_(0, batch.crystal + 1, torch.ones_like(batch.crystal))
        first = sizes.cumsum(0)
        truth = to_device(self._site_truth.of(rows[own], kinds), cosines.device)[first[batch.crystal] + batch.kind]
        scores = cosines * model.scale
        environments = self._site_truth.environments
        each = losses.each_against_the_bank(scores[:, environments], truth[:, environments])
        each = each + _SITE_REST * losses.each_against_the_bank(scores, truth)
        known = truth[:, environments].any(1)
        by_crystal = torch.stack([each * known, known.to(each.dtype)], -1)
        sums = by_crystal.new_zeros(len(batch), 2).index_add_(0, batch.crystal, by_crystal)
        total, count = self._share.gather(sums, len(rows)).unbind(-1)
        return (total / count.clamp_min(1)).sum() / (count > 0).sum().clamp_min(1)

    def _embedded(self, model: Clics, texts: list[str], bf16: bool) -> Tensor:
        """Vectors (M, 128) of texts; each process encodes its part of them."""
        own = [texts[i] for i in self._share.part(np.arange(len(texts)))]
        with torch.autocast(self._vectors.places.device.type, torch.bfloat16, enabled=bf16):
            vectors = model.embed_texts(own or texts[:1])[: len(own)]
        return self._share.gather(vectors, len(texts))

    def text_to_proxy_loss(self, model: Clics, rng: random.Random, share: float, *, bf16: bool) -> Tensor:
        """How far a random share of the bank's phrases, in random training wordings, is from its places."""
        phrases = self._bank.training_phrases(rng, self._recipe.word_dropout)
        chosen = rng.sample(range(len(phrases)), max(1, round(share * len(phrases))))
        places = self._vectors().detach()
        texts = self._embedded(model, [phrases[i] for i in chosen], bf16)
        index = to_device(np.array(chosen), places.device)
        scores = texts @ places.T * _PHRASE_SCALE
        away = (1.0 - (texts * places[index]).sum(-1)).mean()
        loss: Tensor = functional.cross_entropy(scores, index) + _PHRASE_SCALE * away
        return loss


class Learner(nn.Module):
    """All that learns, as one module that is called for a loss: what distributed data parallel wraps."""

    def __init__(self, model: Clics, bank: ConceptProxies, objective: Objective) -> None:
        super().__init__()
        self.model, self.bank = model, bank
        self._objective = objective

    def forward(
        self, batch: Batch, rows: NDArray[np.int64], rng: random.Random, **options: Any
    ) -> tuple[Tensor, dict[str, Tensor]]:
        """As :meth:`Objective.__call__`."""
        return self._objective(self.model, batch, rows, rng, **options)
