"""Vectors of many crystals, by the model and by other methods, computed once and cached in a working folder."""

from __future__ import annotations

import hashlib
import itertools
import json
from collections.abc import Callable
from pathlib import Path

import numpy as np
from clics.atomic_files import replacing
from clics.crystals.perturb import Cell
from clics.dataset.packed_reader import PackedDataset
from clics.errors import ClicsError
from clics.evaluation.result_cache import ResultCache

from benchmarks import baselines
from benchmarks.intermediate_features import intermediate_features

Maker = Callable[[list[Cell]], dict[str, np.ndarray]]


def vectors(
    data: PackedDataset, rows: np.ndarray, file: Path, make: Callable[[list[Cell]], dict[str, np.ndarray]]
) -> dict[str, np.ndarray]:
    """Arrays of crystals, made once and kept in ``file``."""
    if not file.exists():
        made = make([data.structure(int(row)) for row in rows])
        with replacing(file) as part:
            np.savez(part, **made)
    with np.load(file) as arrays:
        return dict(arrays)


def tower(folder: Path, trained: bool) -> Maker:
    """All read-outs of the model in ``folder``, or of the same tower before any training (seed 0)."""

    def make(cells: list[Cell]) -> dict[str, np.ndarray]:
        import torch
        from clics.model.clics import Clics
        from clics.model.folder import load
        from clics.model.graph import build_graph

        torch.set_num_threads(1)
        model = load(folder, text=False).model
        if not trained:
            torch.manual_seed(0)
            model = Clics(model.settings, None)
        return intermediate_features(model, [build_graph(*cell, model.settings.graph) for cell in cells])

    return make


def shape_of(folder: Path) -> str:
    """Names the shape of a model's tower and graphs, whatever its weights: what untrained towers are kept under."""
    config = json.loads((folder / "config.json").read_text(encoding="utf-8"))
    decisive = json.dumps([config["channels"], config["model"]], sort_keys=True)
    return hashlib.sha256(decisive.encode()).hexdigest()[:8]


def site_statistics(data: PackedDataset, rows: np.ndarray, work: Path) -> np.ndarray:
    """Of every crystal, kept one by one; zeros for one whose sites have no neighbours."""
    kept = ResultCache(work / "site-statistics.jsonl")
    size = 0
    for row in rows.tolist():
        if data.ids[row] not in kept:
            try:
                kept.add(data.ids[row], np.round(baselines.site_statistics(data.structure(row)), 6).tolist())
            except ClicsError:
                kept.add(data.ids[row], [])
        size = max(size, len(kept[data.ids[row]]))
    return np.array([kept[data.ids[row]] or [0.0] * size for row in rows.tolist()])


def soaps(cells: list[Cell]) -> dict[str, np.ndarray]:
    """SOAP of crystals as they are (raw) and at one volume per atom (scaled)."""
    return {"raw": baselines.soap(cells), "scaled": baselines.soap([baselines.resized(cell) for cell in cells])}


def distributions(cells: list[Cell]) -> dict[str, np.ndarray]:
    """PDDs of crystals, end to end, and where each begins."""
    made = [baselines.pdd(cell) for cell in cells]
    return {"rows": np.concatenate(made), "starts": np.cumsum([0] + [len(each) for each in made])}


def taken_apart(kept: dict[str, np.ndarray]) -> list[np.ndarray]:
    """The inverse of :func:`distributions`."""
    starts = kept["starts"]
    return [kept["rows"][a:b] for a, b in itertools.pairwise(starts.tolist())]
