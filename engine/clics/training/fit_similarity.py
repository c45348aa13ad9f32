"""Fit a model's similarity projection to training crystals and perturbed copies of them.

The projection (:mod:`clics.model.similarity_projection`) is fitted without labels at the end of each training, or taken over
from the model that was fine-tuned where the training crystals are too few.
"""

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
from clics.model.similarity_projection import (
    SimilarityProjection,
    TowerFeatures,
    embed_with_features,
    fit_projection,
)
from clics.progress import CancelToken, Progress, ProgressCallback, silent

CRYSTALS = 1500
"""Training crystals used, at most."""
FEWEST = 500
"""With fewer training crystals nothing is fitted: they span too few directions."""
STRAIN = 0.02
"""Largest principal strain of the strained copies."""
DISTANCE = 0.07
"""Å by which every atom of the rattled copies is displaced."""
_MOST_SITES = 60
_BATCH = 32


def fit_or_inherit(
    model: Clics,
    data: PackedDataset,
    start_from: Path | None,
    *,
    progress: ProgressCallback = silent,
    cancel: CancelToken | None = None,
) -> SimilarityProjection | None:
    """Fit the similarity projection of a trained model, or take over that of the model it was fine-tuned from.

    The second happens with few training crystals; it is accurate enough, since training on few crystals hardly changes the
    tower.

    Args:
        model: the trained model.
        data: the packed data set it was trained on.
        start_from: folder of the model that was fine-tuned; None: trained from scratch.
        progress: called after each batch.
        cancel: stops the fit.

    Returns:
        The projection; None where there are too few crystals and no model to take it from.

    Raises:
        Cancelled: on request.
    """
    projection = fit_similarity(model, data, progress=progress, cancel=cancel)
    if projection is None and start_from is not None:
        projection = model_folder.load(start_from, text=False).similarity_projection
    return projection


def fit_similarity(
    model: Clics,
    data: PackedDataset,
    seed: int = 0,
    *,
    progress: ProgressCallback = silent,
    cancel: CancelToken | None = None,
) -> SimilarityProjection | None:
    """Fit the similarity projection of a model, on its device; some 20 ms a crystal on one core.

    Each of up to :data:`CRYSTALS` training crystals gets two copies: one with a random strain of :data:`STRAIN`, one with
    every atom displaced by :data:`DISTANCE`.

    Args:
        model: whose features are projected.
        data: the packed data set.
        seed: draws crystals and perturbations.
        progress: called after each batch.
        cancel: stops the fit.

    Returns:
        The projection; None with fewer than :data:`FEWEST` crystals.

    Raises:
        Cancelled: on request.
    """
    rows = data.rows("train")
    rows = rows[np.diff(data.arrays["atom_offsets"])[rows] <= _MOST_SITES]
    rows = np.sort(np.random.default_rng(seed).permutation(rows)[:CRYSTALS])
    if len(rows) < FEWEST:
        return None
    blocks: list[tuple[TowerFeatures, ...]] = []
    training = model.training
    model.eval()
    try:
        for start in range(0, len(rows), _BATCH):
            if cancel is not None:
                cancel.check()
            members = rows[start : start + _BATCH]
            block = _with_copies(model, [(data.structure(int(row)), (seed, int(row))) for row in members])
            if block is not None:
                blocks.append(block)
            progress(Progress(start + len(members), len(rows), "fitting the comparison of crystals"))
    finally:
        model.train(training)
    if not blocks:
        return None
    originals, *copies = (_joined([block[which] for block in blocks]) for which in range(3))
    return fit_projection(originals, copies)


def _with_copies(model: Clics, crystals: list[tuple[Cell, tuple[int, int]]]) -> tuple[TowerFeatures, ...] | None:
    """Features of crystals, of their strained and of their rattled copies; crystals with a copy without a graph left out."""
    triples = []
    for cell, seed in crystals:
        generator = np.random.default_rng(seed)
        versions = (cell, strained(cell, STRAIN, generator), rattled(cell, DISTANCE, generator))
        try:
            triples.append([build_graph(*each, model.settings.graph) for each in versions])
        except ClicsError:  # atoms of a copy are too close
            continue
    if not triples:
        return None
    device = next(model.parameters()).device
    with torch.inference_mode():
        _, _, features = embed_with_features(model, collate(list(itertools.chain(*triples))).to(device))
    return tuple((features[0][first::3], features[1][first::3]) for first in range(3))


def _joined(blocks: list[TowerFeatures]) -> TowerFeatures:
    return np.concatenate([hidden for hidden, _ in blocks]), np.concatenate([own for _, own in blocks])
