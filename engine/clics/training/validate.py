"""The figures that a training watches: the paper's Table 1 on validation crystals, and mean average precision."""

from __future__ import annotations

import numpy as np
import torch
from numpy.typing import NDArray

from clics.concepts.concept import Truth
from clics.dataset.packed_reader import PackedDataset
from clics.model.batch import collate
from clics.model.clics import Clics
from clics.model.late_interaction import LOCAL_KINDS, SHARPNESS, combine
from clics.model.losses import max_over_sites, shares_of_sites
from clics.training import metrics
from clics.training.bank import Bank, BankTruth
from clics.training.graph_cache import GraphStore

_BATCH = 64


def validation_figures(
    model: Clics, dataset: PackedDataset, store: GraphStore, places: NDArray[np.int64], bank: Bank, device: str
) -> dict[str, float]:
    """Top-1 and top-5 of space groups and stated environments and the environments' mean average precision, in percent.

    Where the tower has sites, environments are ranked as searches rank them (:mod:`clics.model.late_interaction`), and
    ``vector_environment`` are their figures by the crystal's vector alone.
    """
    was_training = model.training
    model.eval()
    crystals, best = [], []
    with torch.inference_mode():
        vectors = {
            kind: model.embed_texts([c.phrase for c in bank.concepts[kind]]).float()
            for kind in ("space_group", *LOCAL_KINDS)
        }
        of_sites = torch.cat([vectors[kind] for kind in LOCAL_KINDS])
        environments = [kind == "environment" for kind in LOCAL_KINDS for _ in bank.concepts[kind]]
        for i in range(0, len(places), _BATCH):
            batch = collate([store.graph(int(p)) for p in places[i : i + _BATCH]]).to(device)
            whole, sites = model.embed(batch)
            crystals.append(whole.cpu().numpy())
            if sites is not None:
                shares = shares_of_sites(sites @ of_sites.T, model.scale)[:, environments]
                said = (SHARPNESS * max_over_sites(shares, batch.crystal, len(batch))).exp()
                best.append(said.cpu().numpy())
    model.train(was_training)
    found = np.concatenate(crystals)
    truth = BankTruth(bank, dataset).of(store.rows[places])
    figures: dict[str, float] = {}
    groups = _truths(truth[:, bank.slices["space_group"]] > 0)
    scores = metrics.VectorScores(found, vectors["space_group"].cpu().numpy())
    for k, value in metrics.top_k_accuracy(scores, groups).items():
        figures[f"space_group_top{k}"] = 100 * value
    stated = truth[:, bank.slices["environment"]] == Truth.STATED
    has = stated.any(1)
    if has.any():
        of_crystals = found[has] @ vectors["environment"].cpu().numpy().T
        if best:
            figures |= _environments(of_crystals, _truths(stated[has]), "vector_environment")
            of_crystals = combine(of_crystals, np.concatenate(best)[has], "environment")
        figures |= _environments(of_crystals, _truths(stated[has]), "environment")
    return figures


def _environments(scores: NDArray[np.float32], truths: metrics.Truths, name: str) -> dict[str, float]:
    top = metrics.top_k_accuracy(scores, truths)
    mean = float(metrics.average_precisions(metrics.false_above(scores, truths), truths).mean())
    return {**{f"{name}_top{k}": 100 * value for k, value in top.items()}, f"{name}_map": 100 * mean}


def _truths(table: NDArray[np.bool_]) -> metrics.Truths:
    rows, columns = np.nonzero(table)
    return metrics.Truths.from_mentions(rows, columns, len(table))
