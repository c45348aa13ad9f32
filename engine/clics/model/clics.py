"""The CLICS model: graph tower, text tower, and projection heads onto one unit sphere (section 3 of the paper)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

import torch
from torch import Tensor, nn
from torch.nn import functional as F

from clics.errors import ModelError
from clics.model.batch import Batch
from clics.model.graph import GraphSettings
from clics.model.graph_tower import GraphTower, TowerSettings
from clics.model.text_tower import TextTower

DIMENSIONS = 128
_FIRST_TEMPERATURE = 0.05
"""Colder than CLIP's 0.07: one vector is close to a space group and several environments at once, so cosines stay small."""
_LARGEST_SCALE = 100.0


@dataclass(frozen=True, slots=True)
class ModelSettings:
    """Everything that decides a crystal's embedding, apart from weights: graph construction and shape of the tower."""

    graph: GraphSettings = field(default_factory=GraphSettings)
    tower: TowerSettings = field(default_factory=TowerSettings)


class ProjectionHead(nn.Module):
    """Two-layer perceptron from features to unit vectors of the shared space."""

    def __init__(self, inputs: int) -> None:
        """``inputs``: length of a feature vector."""
        super().__init__()
        self.layers = nn.Sequential(nn.Linear(inputs, inputs), nn.SiLU(), nn.Linear(inputs, DIMENSIONS))

    def forward(self, x: Tensor) -> Tensor:
        """(M, inputs) → (M, 128) of length 1."""
        return F.normalize(self.layers(x).float(), dim=-1)


class Clics(nn.Module):
    """Both towers with their projection heads, or the graph side alone, which loads faster."""

    def __init__(self, settings: ModelSettings, text: TextTower | None) -> None:
        """Random weights, apart from those of ``text``.

        Args:
            settings: graph construction and shape of the graph tower.
            text: the text tower; None for the graph side alone.
        """
        super().__init__()
        self.settings = settings
        self.graph_tower = GraphTower(settings.tower)
        self.text_tower = text
        self.graph_head = ProjectionHead(settings.tower.output)
        self.site_head = ProjectionHead(self.graph_tower.site_width) if settings.tower.sites else None
        self.text_head = ProjectionHead(text.settings.width) if text else None
        self.log_scale = nn.Parameter(torch.tensor(1.0 / _FIRST_TEMPERATURE).log())

    @property
    def scale(self) -> Tensor:
        """Inverse temperature 1/τ, learned as its logarithm and bounded as in CLIP, so that training cannot diverge."""
        return self.log_scale.exp().clamp(max=_LARGEST_SCALE)

    def text_parameters(self) -> tuple[list[nn.Parameter], list[nn.Parameter]]:
        """Parameters of the text tower and of its head.

        Raises:
            ModelError: the model was loaded without its text tower.
        """
        if self.text_tower is None or self.text_head is None:
            raise ModelError("The model was loaded without its text tower.")
        return list(self.text_tower.parameters()), list(self.text_head.parameters())

    def embed_graphs(self, batch: Batch) -> Tensor:
        """Embed a batch of B crystals; returns unit vectors (B, 128)."""
        out: Tensor = self.graph_head(self.graph_tower(batch))
        return out

    def embed(self, batch: Batch) -> tuple[Tensor, Tensor | None]:
        """Embed a batch of B crystals with N inequivalent sites.

        Returns:
            Unit vectors of the crystals (B, 128), and of the sites (N, 128) where the tower has ``sites``.
        """
        features, atoms = self.graph_tower.with_sites(batch)
        return self.graph_head(features), None if self.site_head is None else self.site_head(atoms)

    def embed_texts(self, texts: Sequence[str]) -> Tensor:
        """Embed M texts; returns unit vectors (M, 128).

        Raises:
            ModelError: the model was loaded without its text tower.
        """
        features = self.text_features(texts)
        assert self.text_head is not None  # present exactly where the tower is
        out: Tensor = self.text_head(features)
        return out

    def text_features(self, texts: Sequence[str]) -> Tensor:
        """Features (M, width) of M texts, before the projection head.

        Raises:
            ModelError: the model was loaded without its text tower.
        """
        if self.text_tower is None:
            raise ModelError("The model was loaded without its text tower.")
        features: Tensor = self.text_tower(texts)
        return features
