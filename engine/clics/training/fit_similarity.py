"""SimilarityProjection fitted to a model: training crystals, and copies of them that were strained or perturbed."""

from __future__ import annotations

import itertools
from pathlib import Path

import numpy as np
import torch

from clics.crystals.perturb import Cell, rattled, strained
from clics.dataset.packed_reader import PackedDataset
from clics.errors import ClicsError
from clics.model import folder as model_folder
from clics.model.batch import collate
from clics.model.clics import Clics
from clics.model.graph import build_graph
from clics.model.similarity_projection import Parts, SimilarityProjection, fit, read_parts
from clics.progress import CancelToken, Progress, ProgressCallback, silent

CRYSTALS = 1500
FEWEST = 500
"""With fewer training crystals nothing is fitted: the directions they spread in are too few."""
STRAIN = 0.02
DISTANCE = 0.07
"""Å."""
_MOST_SITES = 60
_BATCH = 32


def likeness_of(
    model: Clics,
    data: PackedDataset,
    start_from: Path | None,
    *,
    progress: ProgressCallback = silent,
    cancel: CancelToken | None = None,
) -> SimilarityProjection | None:
    """How a trained model compares crystals: fitted, or that of the model it started from where there is too little for it.

    The second is good enough, since a training on few crystals moves the tower little. Raises Cancelled.
    """
    found = fitted(model, data, progress=progress, cancel=cancel)
    if found is None and start_from is not None:
        found = model_folder.load(start_from, text=False).similarity_projection
    return found


def fitted(
    model: Clics,
    data: PackedDataset,
    seed: int = 0,
    *,
    progress: ProgressCallback = silent,
    cancel: CancelToken | None = None,
) -> SimilarityProjection | None:
    """The likeness of up to :data:`CRYSTALS` training crystals under :data:`model`; None where there are too few.

    Each has two copies, one with a random strain of :data:`STRAIN`, one with every atom moved by :data:`DISTANCE`. On the
    model's device, some 20 ms a crystal on one core. Raises Cancelled.
    """
    rows = data.rows("train")
    rows = rows[np.diff(data.arrays["atom_offsets"])[rows] <= _MOST_SITES]
    rows = np.sort(np.random.default_rng(seed).permutation(rows)[:CRYSTALS])
    if len(rows) < FEWEST:
        return None
    blocks: list[tuple[Parts, ...]] = []
    training = model.training
    model.eval()
    try:
        for start in range(0, len(rows), _BATCH):
            if cancel is not None:
                cancel.check()
            members = rows[start : start + _BATCH]
            found = _with_copies(model, [(data.structure(int(row)), (seed, int(row))) for row in members])
            if found is not None:
                blocks.append(found)
            progress(Progress(start + len(members), len(rows), "fitting the comparison of crystals"))
    finally:
        model.train(training)
    if not blocks:
        return None
    own, *copies = (_joined([block[which] for block in blocks]) for which in range(3))
    return fit(own, copies)


def _with_copies(model: Clics, crystals: list[tuple[Cell, tuple[int, int]]]) -> tuple[Parts, ...] | None:
    """What likeness is read from, of crystals, of their strained copies, and of their perturbed ones.

    A crystal whose copy has no graph (atoms too close) is left out.
    """
    triples = []
    for cell, seed in crystals:
        generator = np.random.default_rng(seed)
        three = (cell, strained(cell, STRAIN, generator), rattled(cell, DISTANCE, generator))
        try:
            triples.append([build_graph(*each, model.settings.graph) for each in three])
        except ClicsError:
            continue
    if not triples:
        return None
    device = next(model.parameters()).device
    with torch.inference_mode():
        _, _, parts = read_parts(model, collate(list(itertools.chain(*triples))).to(device))
    return tuple((parts[0][first::3], parts[1][first::3]) for first in range(3))


def _joined(blocks: list[Parts]) -> Parts:
    return np.concatenate([hidden for hidden, _ in blocks]), np.concatenate([own for _, own in blocks])
