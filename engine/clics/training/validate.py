"""Validation figures of a training: the paper's Table 1 on validation crystals, and mean average precision."""

from __future__ import annotations

import numpy as np
import torch
from numpy.typing import NDArray

from clics.concepts.concept import Kind, Truth
from clics.concepts.kinds.environment import ENVIRONMENT
from clics.concepts.kinds.shape import SHAPE
from clics.concepts.kinds.space_group import SPACE_GROUP
from clics.concepts.registry import LOCAL_KINDS, SITE_SETS
from clics.dataset.packed_reader import PackedDataset
from clics.model.batch import collate
from clics.model.clics import Clics
from clics.model.late_interaction import SHARPNESS, combine
from clics.model.losses import log_softmax_cosines, max_over_sites
from clics.training import metrics
from clics.training.bank import Bank, BankTruth
from clics.training.graph_cache import GraphStore

VALIDATION = 1200
"""Validation crystals evaluated after each epoch, at most (an evaluation uses all)."""
_BATCH = 64
_SITE_FIGURES: tuple[Kind, ...] = (ENVIRONMENT.name, SHAPE.name)
"""Kinds of local geometry that are evaluated; each is the first of its set of phrases."""


def validation_sample(dataset: PackedDataset, store: GraphStore, max_inequivalent_sites: int) -> NDArray[np.int64]:
    """The validation crystals to evaluate after each epoch, described ones first.

    Args:
        dataset: the packed data set.
        store: graphs of its validation split.
        max_inequivalent_sites: larger graphs are left out.

    Returns:
        Indices (n,) into ``store``, at most :data:`VALIDATION`.
    """
    described = dataset.arrays["described"][store.rows] == 1
    sites = store.site_counts
    fits = np.flatnonzero((sites > 0) & (sites <= max_inequivalent_sites))
    return np.concatenate([fits[described[fits]], fits[~described[fits]]])[:VALIDATION]


def validation_figures(
    model: Clics, dataset: PackedDataset, store: GraphStore, indices: NDArray[np.int64], bank: Bank, device: str
) -> dict[str, float]:
    """Top-1 and top-5 accuracy of space groups, stated environments and shapes, and the mAP of the latter two, in percent.

    Where the tower has sites, local geometry is ranked as searches rank it (:mod:`clics.model.late_interaction`), and the
    figures ``vector_environment…`` and ``vector_shape…`` are those by the crystal's embedding alone.

    Args:
        model: with the weights to evaluate, on ``device``.
        dataset: the packed data set.
        store: graphs of its validation split.
        indices: the graphs to evaluate (n,).
        bank: the concepts that are ranked.
        device: ``cpu``, ``cuda`` or ``mps``.

    Returns:
        Figures by name; those of environments or shapes are missing where no crystal states one.
    """
    was_training = model.training
    model.eval()
    embedded: list[NDArray[np.float32]] = []
    site_scores: dict[Kind, list[NDArray[np.float32]]] = {kind: [] for kind in _SITE_FIGURES}
    with torch.inference_mode():
        vectors = {
            kind: model.embed_texts([c.phrase for c in bank.concepts[kind]]).float()
            for kind in (SPACE_GROUP.name, *LOCAL_KINDS)
            if bank.concepts[kind]
        }
        for i in range(0, len(indices), _BATCH):
            batch = collate([store.graph(int(p)) for p in indices[i : i + _BATCH]]).to(device)
            whole, sites = model.embed(batch)
            embedded.append(whole.cpu().numpy())
            for kind in _SITE_FIGURES:
                if sites is not None and kind in vectors:
                    rivals = torch.cat([vectors[each] for each in SITE_SETS[kind] if each in vectors])
                    log_probability = log_softmax_cosines(sites @ rivals.T, model.scale)[:, : len(vectors[kind])]
                    best = (SHARPNESS * max_over_sites(log_probability, batch.crystal, len(batch))).exp()
                    site_scores[kind].append(best.cpu().numpy())
    model.train(was_training)
    crystals = np.concatenate(embedded)
    truth = BankTruth(bank, dataset).of(store.rows[indices])
    figures: dict[str, float] = {}
    groups = _truths(truth[:, bank.slices[SPACE_GROUP.name]] > 0)
    scores = metrics.VectorScores(crystals, vectors[SPACE_GROUP.name].cpu().numpy())
    for k, value in metrics.top_k_accuracy(scores, groups).items():
        figures[f"space_group_top{k}"] = 100 * value
    for kind in _SITE_FIGURES:
        stated = truth[:, bank.slices[kind]] == Truth.STATED
        has_stated = stated.any(1)
        if has_stated.any():
            cosines = crystals[has_stated] @ vectors[kind].cpu().numpy().T
            if site_scores[kind]:
                figures |= _local_figures(cosines, _truths(stated[has_stated]), f"vector_{kind}")
                cosines = combine(cosines, np.concatenate(site_scores[kind])[has_stated], kind)
            figures |= _local_figures(cosines, _truths(stated[has_stated]), kind)
    return figures


def _local_figures(scores: NDArray[np.float32], truths: metrics.Truths, name: str) -> dict[str, float]:
    top = metrics.top_k_accuracy(scores, truths)
    mean = float(metrics.average_precisions(metrics.false_above(scores, truths), truths).mean())
    return {**{f"{name}_top{k}": 100 * value for k, value in top.items()}, f"{name}_map": 100 * mean}


def _truths(table: NDArray[np.bool_]) -> metrics.Truths:
    rows, columns = np.nonzero(table)
    return metrics.Truths.from_mentions(rows, columns, len(table))
