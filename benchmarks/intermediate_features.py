"""Vectors of a crystal from several depths of the graph tower, as inputs of similarity measures and classifiers."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

if TYPE_CHECKING:
    from clics.model.clics import Clics
    from clics.model.graph import CrystalGraph

FEATURES = ("embedding", "tower", "hidden", "atoms", "channels")
"""``embedding`` (128) is compared by searches; ``tower`` is the vector before the projection head, ``hidden`` the layer before
that, ``atoms`` the vector pooled from sites, ``channels`` the graph's channels of the whole crystal, nothing learned."""

_BATCH = 32


def intermediate_features(model: Clics, graphs: Sequence[CrystalGraph]) -> dict[str, NDArray[np.float32]]:
    """Vectors of every depth.

    Args:
        model: the model.
        graphs: n graphs, built with the model's settings.

    Returns:
        (n, d) by name of :data:`FEATURES`; without resolution channels, ``atoms`` is the mean over sites.
    """
    import torch
    from clics.model.batch import collate

    tower, device = model.graph_tower, next(model.parameters()).device
    pooled: list[torch.Tensor] = []
    hidden: list[torch.Tensor] = []
    hooks = [
        tower.readout_norms[min(1, len(tower.readout_norms) - 1)].register_forward_hook(
            lambda _module, _inputs, output: pooled.append(output)
        ),
        tower.readout[1].register_forward_hook(lambda _module, _inputs, output: hidden.append(output)),
    ]
    blocks: dict[str, list[NDArray[np.float32]]] = {name: [] for name in FEATURES}
    training = model.training
    model.eval()
    try:
        with torch.inference_mode():
            for start in range(0, len(graphs), _BATCH):
                batch = collate(graphs[start : start + _BATCH]).to(device)
                features = tower(batch)
                outputs = (model.graph_head(features), features, hidden.pop(), pooled.pop(), batch.crystal_channels)
                for name, vectors in zip(FEATURES, outputs, strict=True):
                    blocks[name].append(vectors.float().cpu().numpy())
    finally:
        model.train(training)
        for hook in hooks:
            hook.remove()
    return {name: np.concatenate(each) for name, each in blocks.items()}


def whitened(
    vectors: NDArray[np.floating], reference: NDArray[np.floating], shrinkage: float = 0.1
) -> NDArray[np.float64]:
    """Whiten vectors by the covariance of a reference.

    Args:
        vectors: (n, d).
        reference: (m, d), which has unit variance in every direction afterwards.
        shrinkage: fraction of the mean variance added to every direction, so that directions of little variance are not
            amplified.

    Returns:
        (n, d).
    """
    mean = reference.mean(axis=0)
    variances, axes = np.linalg.eigh(np.cov((reference - mean).T.astype(np.float64)))
    rooted = np.sqrt(np.maximum(variances, 0.0) + shrinkage * variances.mean())
    projected: NDArray[np.float64] = ((vectors - mean) @ axes) / rooted
    return projected
