"""What an evaluation asks of a model; :class:`clics.model.encoder.Encoder` answers it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from clics.concepts.concept import Concept, Kind
from clics.concepts.vocabulary import Vocabulary

Cell = tuple[NDArray[np.float64], NDArray[np.int64], NDArray[np.float64]]
"""Lattice rows a, b, c in Å (3, 3); atomic numbers (m,); fractional coordinates (m, 3)."""


class Embedded(Protocol):
    """What one pass says of crystals, in their order."""

    @property
    def shared(self) -> NDArray[np.float32]:
        """One row per crystal."""
        ...

    @property
    def sites(self) -> list[NDArray[np.float32]] | None:
        """For every crystal one row per kind of atoms, in the same space; None where the model has none."""
        ...


class Encoder(Protocol):
    """Crystals and phrases in, rows of unit length (n, 128) float32 out, all in one space."""

    @property
    def fingerprint(self) -> str:
        """The name of exactly these weights and settings."""
        ...

    @property
    def vocabulary(self) -> Vocabulary:
        """The concepts of the training data, counted."""
        ...

    @property
    def scale(self) -> float:
        """The inverse temperature of its scores."""
        ...

    def embed_all(self, crystals: Sequence[Cell], /) -> Embedded:
        """Rows of crystals and of their sites."""
        ...

    def embed_texts(self, texts: Sequence[str], /) -> NDArray[np.float32]:
        """One row per phrase."""
        ...

    def concepts(self, kind: Kind, /) -> tuple[list[Concept], NDArray[np.float32]]:
        """The bank of one kind that retrieval ranks, and the vectors of its phrases."""
        ...
