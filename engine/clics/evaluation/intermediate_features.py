"""What the graph tower knows of a crystal at several depths: vectors that a likeness or a classifier can be read from."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

if TYPE_CHECKING:
    from clics.model.clics import Clics
    from clics.model.graph import CrystalGraph

READOUTS = ("embedding", "tower", "hidden", "atoms", "channels")
"""``embedding`` (128) is what searches compare; ``tower`` the vector before the projection head, ``hidden`` the layer before
that, ``atoms`` what was pooled from atoms, ``channels`` the graph's own numbers of the whole crystal, nothing learned."""

_BATCH = 32


def read_outs(model: Clics, graphs: Sequence[CrystalGraph]) -> dict[str, NDArray[np.float32]]:
    """The vectors (n, d) of every one of :data:`READOUTS` for graphs that were cut with the model's settings.

    A tower without resolution channels has no ``atoms`` beyond their mean.
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
    found: dict[str, list[NDArray[np.float32]]] = {name: [] for name in READOUTS}
    training = model.training
    model.eval()
    try:
        with torch.inference_mode():
            for start in range(0, len(graphs), _BATCH):
                batch = collate(graphs[start : start + _BATCH]).to(device)
                features = tower(batch)
                now = (model.graph_head(features), features, hidden.pop(), pooled.pop(), batch.crystal_channels)
                for name, vectors in zip(READOUTS, now, strict=True):
                    found[name].append(vectors.float().cpu().numpy())
    finally:
        model.train(training)
        for hook in hooks:
            hook.remove()
    return {name: np.concatenate(blocks) for name, blocks in found.items()}


def whitened(
    vectors: NDArray[np.floating], reference: NDArray[np.floating], shrinkage: float = 0.1
) -> NDArray[np.float64]:
    """``vectors`` (n, d) in coordinates in which ``reference`` (m, d) has unit spread in every direction.

    ``shrinkage`` times the mean variance is added to each, so that directions of little spread are not blown up.
    """
    middle = reference.mean(axis=0)
    variances, axes = np.linalg.eigh(np.cov((reference - middle).T.astype(np.float64)))
    rooted = np.sqrt(np.maximum(variances, 0.0) + shrinkage * variances.mean())
    turned: NDArray[np.float64] = ((vectors - middle) @ axes) / rooted
    return turned
