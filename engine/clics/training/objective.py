"""The training objective: the loss of one batch, by the recipe.

``equation-1`` is the loss of the paper (that of CLIP): the sentences of the batch are contrasted with its crystals,
and each other crystal counts as negative. ``known`` counts as negative only pairs that the facts make false. With
``known+bank``, the default, crystals are contrasted with the proxies of all concepts of the bank on every step.
Concepts of local geometry are scored by late interaction: the cosine of the crystal's embedding and the best site's
probability of the phrase (:mod:`clics.model.late_interaction`). On every ``text_every``-th step the text tower is
trained to match the proxies, and sentences of crystals enter as pairs.
"""

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
from clics.concepts.registry import BANK_KINDS, LOCAL_KINDS, row_of
from clics.dataset.packed_reader import PackedDataset
from clics.model import losses
from clics.model.batch import Batch
from clics.model.clics import Clics
from clics.training.bank import Bank, BankTruth, SiteTruth
from clics.training.batch_texts import SentenceSampler
from clics.training.device import to_device
from clics.training.distributed import ProcessGroup, SingleProcess
from clics.training.proxies import ConceptProxies
from clics.training.recipe import Recipe

_PROXY_SCALE = 10.0
"""Inverse temperature of the loss that matches text embeddings to proxies."""
_CRYSTAL_ALONE = 0.5
"""Weight of the loss over local geometry by the crystal's embedding alone; the loss with its best site has 1."""
_SITE_ALL_KINDS = 0.5
"""Weight of a site's loss over all concepts of a set; its loss over the first kind of the set (environments) has 1."""
_CONCEPT_TO_CRYSTAL = 0.25
"""Weight of the bank loss in the other direction: crystals of the batch ranked for a concept."""


class Objective:
    """The loss of a batch; holds the sentences and concepts that are true of each crystal."""

    def __init__(
        self,
        dataset: PackedDataset,
        bank: Bank,
        recipe: Recipe,
        proxies: ConceptProxies,
        group: ProcessGroup | None = None,
    ) -> None:
        """Prepare the ground truth.

        Args:
            dataset: the packed data set; rows of batches are rows of it.
            bank: the V concepts that crystals are contrasted with.
            recipe: weights of the parts.
            proxies: vectors of the bank's concepts.
            group: the processes that share a batch.
        """
        self._recipe = recipe
        self._bank = bank
        self._proxies = proxies
        self._group = group or SingleProcess()
        self._truth = BankTruth(bank, dataset)
        self._site_truth = SiteTruth(bank, dataset)
        weights = np.concatenate(
            [np.full(len(bank.concepts[kind]), row_of(kind).best_site_weight) for kind in LOCAL_KINDS]
        )
        self._local_columns = to_device(self._site_truth.columns, proxies.proxies.device)
        self._late_weights = to_device(weights.astype(np.float32), proxies.proxies.device)
        self._sampler = SentenceSampler(dataset, recipe.sentences)
        self._described = dataset.arrays["described"] == 1
        self._dataset = dataset

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
        symmetry_broken: NDArray[np.bool_] | None = None,
        site_orbits: Sequence[NDArray[np.int64]] = (),
    ) -> tuple[Tensor, dict[str, Tensor]]:
        """The loss of a batch.

        Args:
            model: graph tower, text tower and projection heads.
            batch: graphs of this process's shard.
            rows: rows of the data set (R,) of the whole batch, of all processes.
            rng: draws sentences and wordings; equal in all processes.
            text_step: train the text tower on this step.
            text_bf16: run the text tower in bfloat16.
            graph_bf16: run the graph tower in bfloat16.
            symmetry_broken: (R,), True for perturbed copies that no longer have their crystal's space group.
            site_orbits: for each crystal of ``batch``, the site index of each of its atoms as they were given
                (:attr:`clics.model.graph.CrystalGraph.site_orbit`); needed only where the tower embeds ``sites``.

        Returns:
            The loss (a scalar), and its weighted parts by name, detached.
        """
        with torch.autocast(batch.numbers.device.type, torch.bfloat16, enabled=graph_bf16):
            own_crystals, sites = model.embed(batch)
        crystals = self._group.gather(own_crystals, len(rows))
        intact = np.ones(len(rows), bool) if symmetry_broken is None else ~symmetry_broken
        described = self._described[rows]
        parts: dict[str, Tensor] = {}
        if self._recipe.loss == "known+bank":
            truth = to_device(self._truth.of(rows), crystals.device)
            logits = crystals @ self._proxies().T * model.scale
            if sites is None:
                parts |= self._bank_losses(logits, truth, intact, rows)
            else:
                cosines = sites @ self._proxies()[self._site_truth.columns].T
                site_loss = self._site_loss(model, batch, cosines, rows, site_orbits)
                parts["sites"] = self._recipe.site_weight * site_loss
                probabilities = [
                    losses.log_softmax_cosines(cosines[:, whole], model.scale) for whole, _ in self._site_truth.sets
                ]
                best = losses.max_over_sites(torch.cat(probabilities, dim=1), batch.crystal, len(batch))
                best = self._group.gather(best, len(rows))
                with_sites = logits.index_add(1, self._local_columns, best * self._late_weights * model.scale)
                parts |= self._bank_losses(with_sites, truth, intact, rows)
                # the crystal's embedding must also rank local geometry alone: libraries may hold no site embeddings
                alone = self._bank_losses(logits, truth, intact, rows, LOCAL_KINDS)
                parts |= {f"{kind}_alone": _CRYSTAL_ALONE * part for kind, part in alone.items()}
            if text_step:
                parts["phrases"] = self.text_to_proxy_loss(model, rng, self._recipe.bank_share, bf16=text_bf16)
        chosen = np.flatnonzero(described & intact)[: self._recipe.texts]
        if (text_step or self._recipe.loss != "known+bank") and len(chosen):
            parts["pairs"] = self._pair_loss(model, crystals, rows, chosen, rng, text_bf16)
        total = torch.stack(list(parts.values())).sum() if parts else crystals.sum() * 0.0
        return total, {name: value.detach() for name, value in parts.items()}

    def _pair_loss(
        self,
        model: Clics,
        crystals: Tensor,
        rows: NDArray[np.int64],
        chosen: NDArray[np.int64],
        rng: random.Random,
        bf16: bool,
    ) -> Tensor:
        """Contrastive loss between the crystals ``chosen`` (k,), rows of the batch, and random sentences of theirs."""
        texts, true = self._sampler.sample(rows[chosen], rng)
        vectors = self._embed_texts(model, texts, bf16)
        logits = crystals[to_device(chosen, crystals.device)] @ vectors.T * model.scale
        if self._recipe.loss == "equation-1":
            return losses.symmetric_cross_entropy(logits) / len(chosen)
        positive = to_device(true, crystals.device)
        weight = self._recipe.pair_weight if self._recipe.loss == "known+bank" else 1.0
        return weight * losses.known_pair_loss(logits, positive, ~positive)

    def _bank_losses(
        self,
        logits: Tensor,
        truth: Tensor,
        intact: NDArray[np.bool_],
        rows: NDArray[np.int64],
        kinds: Sequence[Kind] = BANK_KINDS,
    ) -> dict[str, Tensor]:
        """Weighted loss of each kind of concept; logits and truth (R, V) of the crystals ``rows``."""
        parts: dict[str, Tensor] = {}
        for kind in kinds:
            columns = self._bank.slices[kind]
            # a perturbed copy has lost its space group, a crystal without description has unknown environments
            labelled = np.flatnonzero(self._dataset.known(kind)[rows] if row_of(kind).needs_description else intact)
            if columns.start == columns.stop or not len(labelled):
                continue
            index = to_device(labelled, logits.device)
            own_logits, own_truth = logits[index, columns], truth[index, columns]
            loss = losses.graded_loss(own_logits, own_truth)
            reverse = losses.multi_positive_loss(own_logits.T, own_truth.T > 0, own_truth.T == 0)
            own_weight = row_of(kind).loss_weight
            weight = self._recipe.space_group_weight if own_weight is None else own_weight
            parts[kind] = weight * (loss + _CONCEPT_TO_CRYSTAL * reverse)
        return parts

    def _site_loss(
        self,
        model: Clics,
        batch: Batch,
        cosines: Tensor,
        rows: NDArray[np.int64],
        site_orbits: Sequence[NDArray[np.int64]],
    ) -> Tensor:
        """Loss of every inequivalent site over each set of local-geometry concepts.

        It is averaged over the sites of each crystal first.
        """
        own = self._group.shard(np.arange(len(rows)))
        sizes = batch.crystal.new_zeros(len(batch) + 1).index_add_(0, batch.crystal + 1, torch.ones_like(batch.crystal))
        first = sizes.cumsum(0)
        # rows of the truth table are ordered by crystal, rows of the batch by their number of edges
        truth = to_device(self._site_truth.of(rows[own], site_orbits), cosines.device)[
            first[batch.crystal] + batch.site
        ]
        logits = cosines * model.scale
        total = logits.new_zeros(())
        for whole, first_kind in self._site_truth.sets:
            per_site = losses.graded_loss_per_row(logits[:, first_kind], truth[:, first_kind])
            if whole != first_kind:
                per_site = per_site + _SITE_ALL_KINDS * losses.graded_loss_per_row(logits[:, whole], truth[:, whole])
            labelled = truth[:, first_kind].any(1)
            stacked = torch.stack([per_site * labelled, labelled.to(per_site.dtype)], -1)
            sums = stacked.new_zeros(len(batch), 2).index_add_(0, batch.crystal, stacked)
            of_crystal, count = self._group.gather(sums, len(rows)).unbind(-1)
            total = total + (of_crystal / count.clamp_min(1)).sum() / (count > 0).sum().clamp_min(1)
        return total

    def _embed_texts(self, model: Clics, texts: list[str], bf16: bool) -> Tensor:
        """Embeddings (M, 128) of texts; each process encodes its shard."""
        own = [texts[i] for i in self._group.shard(np.arange(len(texts)))]
        with torch.autocast(self._proxies.proxies.device.type, torch.bfloat16, enabled=bf16):
            vectors = model.embed_texts(own or texts[:1])[: len(own)]
        return self._group.gather(vectors, len(texts))

    def text_to_proxy_loss(self, model: Clics, rng: random.Random, fraction: float, *, bf16: bool) -> Tensor:
        """Distance between text embeddings and proxies for a random part of the bank, in random training wordings.

        Args:
            model: its text tower is trained; proxies get no gradient.
            rng: draws concepts and wordings.
            fraction: of the bank's concepts that is encoded.
            bf16: run the text tower in bfloat16.

        Returns:
            Cross entropy of each phrase against all proxies, plus the mean cosine distance to its own.
        """
        phrases = self._bank.training_phrases(rng, self._recipe.word_dropout)
        chosen = rng.sample(range(len(phrases)), max(1, round(fraction * len(phrases))))
        proxies = self._proxies().detach()
        texts = self._embed_texts(model, [phrases[i] for i in chosen], bf16)
        index = to_device(np.array(chosen), proxies.device)
        logits = texts @ proxies.T * _PROXY_SCALE
        distance = (1.0 - (texts * proxies[index]).sum(-1)).mean()
        loss: Tensor = functional.cross_entropy(logits, index) + _PROXY_SCALE * distance
        return loss


class Learner(nn.Module):
    """Model and proxies as one module whose forward pass is the loss, as DistributedDataParallel requires."""

    def __init__(self, model: Clics, proxies: ConceptProxies, objective: Objective) -> None:
        """Hold the parts; ``objective`` must be one that was constructed with ``proxies``."""
        super().__init__()
        self.model, self.proxies = model, proxies
        self._objective = objective

    def forward(
        self, batch: Batch, rows: NDArray[np.int64], rng: random.Random, **options: Any
    ) -> tuple[Tensor, dict[str, Tensor]]:
        """The loss of a batch and its parts (:meth:`Objective.__call__`)."""
        return self._objective(self.model, batch, rows, rng, **options)
