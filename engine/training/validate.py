"""The figures that a training watches: the paper's Table 1 on validation crystals, and mean average precision."""

from __future__ import annotations

import numpy as np
import torch
from numpy.typing import NDArray

from engine.concepts.concept import Truth
from engine.dataset.packed import PackedDataset
from engine.model.batch import collate
from engine.model.clics import Clics
from engine.training import metrics
from engine.training.bank import Bank, BankTruth
from engine.training.graphs import GraphStore

_BATCH = 64


def validation_figures(
    model: Clics, dataset: PackedDataset, store: GraphStore, places: NDArray[np.int64], bank: Bank, device: str
) -> dict[str, float]:
    """Top-1 and top-5 of space groups and stated environments and the environments' mean average precision, in percent."""
    was_training = model.training
    model.eval()
    with torch.inference_mode():
        crystals = torch.cat(
            [
                model.embed_graphs(collate([store.graph(int(p)) for p in places[i : i + _BATCH]]).to(device)).cpu()
                for i in range(0, len(places), _BATCH)
            ]
        ).numpy()
        vectors = {
            kind: model.embed_texts([c.phrase for c in bank.concepts[kind]]).float().cpu().numpy()
            for kind in ("space_group", "environment")
        }
    model.train(was_training)
    truth = BankTruth(bank, dataset).of(store.rows[places])
    figures: dict[str, float] = {}
    groups = _truths(truth[:, bank.slices["space_group"]] > 0)
    for k, value in metrics.top_k_accuracy(metrics.VectorScores(crystals, vectors["space_group"]), groups).items():
        figures[f"space_group_top{k}"] = 100 * value
    stated = truth[:, bank.slices["environment"]] == Truth.STATED
    has = stated.any(1)
    if has.any():
        scores = metrics.VectorScores(crystals[has], vectors["environment"])
        truths = _truths(stated[has])
        for k, value in metrics.top_k_accuracy(scores, truths).items():
            figures[f"environment_top{k}"] = 100 * value
        above = metrics.false_above(scores, truths)
        figures["environment_map"] = 100 * float(metrics.average_precisions(above, truths).mean())
    return figures


def _truths(table: NDArray[np.bool_]) -> metrics.Truths:
    rows, columns = np.nonzero(table)
    return metrics.Truths.from_mentions(rows, columns, len(table))
