"""Concept proxies: one learnable vector per concept, the negatives and positives of every step.

Proxy-based metric learning (Movshovitz-Attias et al., ICCV 2017, doi 10.1109/ICCV.2017.47; Kim et al., CVPR 2020, doi
10.1109/CVPR42600.2020.00330): crystals are contrasted with proxies of all concepts rather than with the texts of their own
batch. The text tower is trained to match the proxies (:meth:`clics.training.objective.Objective.text_to_proxy_loss`).
"""

from __future__ import annotations

import torch
from torch import Tensor, nn
from torch.nn import functional

from clics.model.clics import DIMENSIONS, Clics
from clics.training.bank import Bank


class ConceptProxies(nn.Module):
    """A learnable vector (V, 128) for each of the V concepts of the bank.

    The text tower learns more slowly than the graph tower, and only on every ``text_every``-th step. Crystals that are
    contrasted with its embeddings directly learn local environments more slowly; proxies move with the crystals on every
    step. Validation figures always use the text tower. Late in a training the proxies are replaced by its embeddings and
    frozen (:mod:`clics.training.text_alignment`).

    Attributes:
        proxies: (V, 128), not normalised.
    """

    def __init__(self, concepts: int) -> None:
        """Random proxies.

        Args:
            concepts: number V of concepts.
        """
        super().__init__()
        self.proxies = nn.Parameter(torch.randn(concepts, DIMENSIONS))
        self._frozen = False

    @torch.no_grad()
    def initialise(self, vectors: Tensor) -> None:
        """Set the proxies to ``vectors`` (V, 128), of unit length."""
        # scaled to the length of the random proxies, on which the effective learning rate of a normalised vector depends
        self.proxies.copy_(vectors * vectors.shape[1] ** 0.5)

    def freeze(self) -> None:
        """No longer train the proxies."""
        self._frozen = True

    def forward(self) -> Tensor:
        """(V, 128) unit vectors."""
        unit: Tensor = functional.normalize(self.proxies.detach() if self._frozen else self.proxies, dim=-1)
        return unit


@torch.no_grad()
def initial_proxies(model: Clics, bank: Bank, *, trained: bool) -> Tensor:
    """Starting values of the proxies.

    Args:
        model: the model before its first step.
        bank: the V concepts.
        trained: whether the text tower was trained on concepts before; then its embeddings are the proxies.

    Returns:
        (V, 128) unit vectors. From an untrained text tower: the principal components of its centred features, by kind.
    """
    phrases = [concept.phrase for concept in bank.all()]
    if trained:
        return model.embed_texts(phrases)
    # An untrained encoder gives all phrases of a kind nearly the same vector (cosines of 0.99). Without their mean, what is
    # left tells which phrases read alike, so that "4-coordinate" starts next to "5-coordinate" and the relations between
    # concepts that language knows (Tables S14–S19 of the paper) survive training.
    features = model.text_features(phrases).cpu().double()
    overall = features.mean(0)
    for members in bank.slices.values():  # a single concept is its own mean
        features[members] -= features[members].mean(0) if members.stop > members.start + 1 else overall
    axes = torch.linalg.svd(features, full_matrices=False)[2][:DIMENSIONS]
    components = features @ axes.T
    return functional.normalize(functional.pad(components, (0, DIMENSIONS - components.shape[1])), dim=-1).float()
