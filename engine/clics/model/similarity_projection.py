"""Structural similarity: a projection of tower features in which perturbed copies of a crystal stay close.

The space that crystals share with phrases must tell a space group from its neighbours, so a strain of one percent moves a
crystal far in it. For comparing crystals with each other, the hidden layer of the tower's readout and the graph's channels of
the whole crystal are concatenated and projected linearly. The projection gives little weight to directions in which perturbed
copies of training crystals move: within-class covariance normalisation (Hatch, Kajarekar and Stolcke, Interspeech 2006, doi
10.21437/Interspeech.2006-183), a class being a crystal with its copies. No labels are used.
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
"""Fraction of the mean variance added to every direction, so that directions of little variance are not amplified."""

TowerFeatures = tuple[NDArray[np.float32], NDArray[np.float32]]
"""Inputs of the projection for n crystals: hidden layer of the readout (n, h), crystal channels of the graph (n, c)."""


@dataclass(frozen=True, slots=True, eq=False)
class SimilarityProjection:
    """A linear projection of tower features to structure embeddings.

    Attributes:
        mean: (h + c,), subtracted from the features.
        axes: (h + c, d), the directions in which crystals are compared.
    """

    mean: NDArray[np.float32]
    axes: NDArray[np.float32]

    @property
    def dimensions(self) -> int:
        """Length d of a structure embedding."""
        return int(self.axes.shape[1])

    def project(self, features: TowerFeatures) -> NDArray[np.float32]:
        """Structure embeddings of n crystals.

        Args:
            features: of the tower that the projection was fitted to.

        Returns:
            (n, d) unit vectors.

        Raises:
            ModelError: the features have another length (kind ``bad-likeness``), or are not finite (``bad-vector``).
        """
        joined = np.concatenate(features, axis=1)
        if joined.shape[1] != len(self.mean):
            raise ModelError(
                "The similarity projection of this model was fitted to another tower; fit it again.",
                kind="bad-likeness",
            )
        projected = (joined - self.mean) @ self.axes
        lengths = np.linalg.norm(projected, axis=1, keepdims=True)
        if not np.isfinite(projected).all() or (lengths == 0).any():
            raise ModelError("The model gave a structure embedding that has no direction.", kind="bad-vector")
        return np.asarray(projected / lengths, np.float32)


def fit_projection(
    originals: TowerFeatures, copies: Sequence[TowerFeatures], dimensions: int = DIMENSIONS
) -> SimilarityProjection:
    """Fit the projection to n crystals and their perturbed copies.

    With S the covariance of the crystals and W that of the differences to their copies, features are multiplied by
    ((S + W) / 2)^(-1/4), and the directions of largest variance remain. A power of −1/2 would whiten completely and
    amplify directions that copies do not move in because nothing varies there; half of it was best (measured:
    docs/lab-notebook/similar.md).

    Args:
        originals: features of the crystals.
        copies: features of one perturbed copy of each crystal, in the same order; several such sets.
        dimensions: number d of directions to keep.

    Returns:
        The projection, rounded to float16 as it is stored.
    """
    # hidden layer and channels have different units: each block gets a total variance of one
    scale = np.concatenate(
        [np.full(block.shape[1], 1.0 / np.sqrt(max(block.var(axis=0).sum(), 1e-12))) for block in originals]
    )
    features = np.concatenate(originals, axis=1).astype(np.float64) * scale
    mean = features.mean(axis=0)
    total = _second_moments(features - mean)
    differences = [np.concatenate(each, axis=1) * scale - features for each in copies]
    metric = (total + np.mean([_second_moments(each) for each in differences], axis=0)) / 2.0
    metric += SHRINKAGE * np.trace(total) / len(metric) * np.eye(len(metric))
    variances, axes = np.linalg.eigh(metric)
    weighted = axes * variances**-0.25
    _, components = np.linalg.eigh(weighted.T @ total @ weighted)
    kept = weighted @ components[:, ::-1][:, :dimensions]
    # as they are stored, so that a projection that was just fitted and one that was loaded give the same embeddings
    stored = (scale[:, None] * kept).astype(np.float16)
    return SimilarityProjection((mean / scale).astype(np.float32), stored.astype(np.float32))


def embed_with_features(model: Clics, batch: Batch) -> tuple[Tensor, Tensor | None, TowerFeatures]:
    """Embeddings and the inputs of the similarity projection, from one forward pass.

    Args:
        model: the model; its text tower is not used.
        batch: B crystals with N inequivalent sites, on the model's device.

    Returns:
        Crystals (B, 128) and sites (N, 128) or None, as :meth:`clics.model.clics.Clics.embed`, and the features.
    """
    hidden: list[torch.Tensor] = []
    layer = model.graph_tower.readout[1]
    hook = layer.register_forward_hook(lambda _module, _inputs, output: hidden.append(output))
    try:
        vectors, sites = model.embed(batch)
    finally:
        hook.remove()
    return vectors, sites, (hidden[0].float().cpu().numpy(), batch.crystal_channels.float().cpu().numpy())


def to_bytes(projection: SimilarityProjection) -> bytes:
    """The projection as a safetensors file; its tensor ``middle`` is the mean, a name kept since version 0.1."""
    from safetensors.numpy import save

    return save({"middle": projection.mean, "axes": projection.axes.astype(np.float16)})


def from_bytes(data: bytes) -> SimilarityProjection:
    """The inverse of :func:`to_bytes`.

    Raises:
        ModelError: ``data`` is no such file (kind ``bad-model``).
    """
    from safetensors import SafetensorError
    from safetensors.numpy import load

    try:
        tensors = load(data)
        projection = SimilarityProjection(tensors["middle"].astype(np.float32), tensors["axes"].astype(np.float32))
    except (SafetensorError, KeyError, ValueError) as error:
        raise ModelError(f"The model's similarity projection cannot be read ({error}).", kind="bad-model") from error
    if projection.axes.ndim != 2 or projection.mean.shape != projection.axes.shape[:1]:
        raise ModelError("The tensors of the model's similarity projection do not fit together.", kind="bad-model")
    if not (np.isfinite(projection.mean).all() and np.isfinite(projection.axes).all()):
        raise ModelError("The model's similarity projection is damaged (it holds no numbers).", kind="bad-model")
    return projection


def hash_of(data: bytes) -> str:
    """SHA-256 of a projection's file; its first digits name the space of its structure embeddings."""
    return hashlib.sha256(data).hexdigest()


def _second_moments(x: NDArray[np.float64]) -> NDArray[np.float64]:
    moments: NDArray[np.float64] = x.T @ x / len(x)
    return moments
