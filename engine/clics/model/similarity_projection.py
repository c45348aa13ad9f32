"""A second space, for crystals among crystals: which of them are built alike, however slightly strained or perturbed.

The shared space of crystals and phrases must tell a space group from its neighbours, so a strain of one percent moves a
crystal far in it. Here the layer before the last of the tower's readout and the graph's own numbers of the whole crystal are
taken together, and a linear map is fitted that gives little weight to directions in which perturbed copies of training
crystals move: within-class covariance normalisation (Hatch, Kajarekar and Stolcke 2006, doi 10.21437/Interspeech.2006-183),
a crystal and its copies being the class. No labels take part.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from clics.errors import ModelError

if TYPE_CHECKING:
    import torch
    from torch import Tensor

    from clics.model.batch import Batch
    from clics.model.clics import Clics

DIMENSIONS = 96
SHRINKAGE = 0.1
"""Share of the mean variance that is added to every direction, so that one of little spread is not blown up."""

Parts = tuple[NDArray[np.float32], NDArray[np.float32]]
"""What is known of crystals: the hidden layer (n, h) and the graph's own numbers of the whole (n, c)."""


@dataclass(frozen=True, slots=True, eq=False)
class SimilarityProjection:
    """The linear map: ``middle`` (h + c,) goes to the origin, ``axes`` (h + c, d) are the directions compared."""

    middle: NDArray[np.float32]
    axes: NDArray[np.float32]

    @property
    def dimensions(self) -> int:
        """Numbers in a likeness vector."""
        return int(self.axes.shape[1])

    def place(self, parts: Parts) -> NDArray[np.float32]:
        """Vectors (n, d) of length one. Raises ModelError (``bad-vector``) where one has no direction."""
        features = np.concatenate(parts, axis=1)
        if features.shape[1] != len(self.middle):
            raise ModelError(
                "The likeness vectors of this model were fitted to another tower; fit them again.", kind="bad-likeness"
            )
        placed = (features - self.middle) @ self.axes
        lengths = np.linalg.norm(placed, axis=1, keepdims=True)
        if not np.isfinite(placed).all() or (lengths == 0).any():
            raise ModelError("The model gave a likeness vector that has no direction.", kind="bad-vector")
        return np.asarray(placed / lengths, np.float32)


def fit(parts: Parts, copies: Sequence[Parts], dimensions: int = DIMENSIONS) -> SimilarityProjection:
    """The map of crystals (n of them, in ``parts``) whose perturbed ``copies``, each of all n in their order, move them.

    Both parts enter with the same total variance. Directions are weighed by the root of (variance + variance between
    crystals and copies) to the power −1/2, half of what would make that sum the same everywhere: full weight would blow up
    what the copies do not move, though it tells nothing apart. The ``dimensions`` of largest variance remain.
    """
    scale = np.concatenate(
        [np.full(part.shape[1], 1.0 / np.sqrt(max(part.var(axis=0).sum(), 1e-12))) for part in parts]
    )
    features = np.concatenate(parts, axis=1).astype(np.float64) * scale
    middle = features.mean(axis=0)
    total = _second_moments(features - middle)
    moved = [np.concatenate(each, axis=1) * scale - features for each in copies]
    metric = (total + np.mean([_second_moments(each) for each in moved], axis=0)) / 2.0
    metric += SHRINKAGE * np.trace(total) / len(metric) * np.eye(len(metric))
    variances, axes = np.linalg.eigh(metric)
    weighed = axes * variances**-0.25
    _, chosen = np.linalg.eigh(weighed.T @ total @ weighed)
    turned = weighed @ chosen[:, ::-1][:, :dimensions]
    # as they are stored, so that a map that was just fitted and one that was loaded are the same
    stored = (scale[:, None] * turned).astype(np.float16)
    return SimilarityProjection((middle / scale).astype(np.float32), stored.astype(np.float32))


def read_parts(model: Clics, batch: Batch) -> tuple[Tensor, Tensor | None, Parts]:
    """What :meth:`clics.model.clics.Clics.embed` gives, and what likeness is read from, of one pass through the tower."""
    hidden: list[torch.Tensor] = []
    layer = model.graph_tower.readout[1]
    hook = layer.register_forward_hook(lambda _module, _inputs, output: hidden.append(output))
    try:
        vectors, sites = model.embed(batch)
    finally:
        hook.remove()
    return vectors, sites, (hidden[0].float().cpu().numpy(), batch.crystal_channels.float().cpu().numpy())


def to_bytes(likeness: SimilarityProjection) -> bytes:
    """As a safetensors file."""
    from safetensors.numpy import save

    return save({"middle": likeness.middle, "axes": likeness.axes.astype(np.float16)})


def from_bytes(data: bytes) -> SimilarityProjection:
    """The inverse of :func:`to_bytes`. Raises ModelError."""
    from safetensors import SafetensorError
    from safetensors.numpy import load

    try:
        found = load(data)
        likeness = SimilarityProjection(found["middle"].astype(np.float32), found["axes"].astype(np.float32))
    except (SafetensorError, KeyError, ValueError) as error:
        raise ModelError(f"The model's likeness vectors cannot be read ({error}).", kind="bad-model") from error
    if likeness.axes.ndim != 2 or likeness.middle.shape != likeness.axes.shape[:1]:
        raise ModelError("The model's likeness vectors do not fit together.", kind="bad-model")
    return likeness


def hash_of(data: bytes) -> str:
    """What a map is known by."""
    return hashlib.sha256(data).hexdigest()


def _second_moments(x: NDArray[np.float64]) -> NDArray[np.float64]:
    moments: NDArray[np.float64] = x.T @ x / len(x)
    return moments
