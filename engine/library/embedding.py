"""What a library and a search ask of a model: the two protocols that :class:`engine.model.encoder.Encoder` fulfils."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol, TypeAlias

import numpy as np
from numpy.typing import NDArray

from engine.concepts.concept import Concept, Kind
from engine.concepts.vocabulary import Vocabulary

Arrays: TypeAlias = tuple[NDArray[np.float64], NDArray[np.int64], NDArray[np.float64]]
"""A crystal for the model: lattice rows in Å (3, 3), atomic numbers (n,), fractional coordinates (n, 3)."""

Vectors: TypeAlias = NDArray[np.float32]
"""Rows of length one, (n, dimensions)."""


class CrystalEncoder(Protocol):
    """All that filling a library needs: crystals in, vectors out."""

    @property
    def fingerprint(self) -> str:
        """Names the model; vectors of different fingerprints are never compared."""
        ...

    @property
    def dimensions(self) -> int:
        """Length of a vector."""
        ...

    def embed_crystals(self, arrays: Sequence[Arrays]) -> Vectors:
        """Unit vectors (n, dimensions). Raises a ClicsError for a crystal that the model cannot take."""
        ...


class PhraseEncoder(CrystalEncoder, Protocol):
    """What searching needs beside: phrases in, vectors in the same space out, and the concepts to rank."""

    @property
    def vocabulary(self) -> Vocabulary:
        """The concepts that the model knows."""
        ...

    def embed_texts(self, texts: Sequence[str]) -> Vectors:
        """Unit vectors (m, dimensions)."""
        ...

    def concepts(self, kind: Kind) -> tuple[list[Concept], Vectors]:
        """All concepts of a kind with their vectors (m, dimensions), made once."""
        ...
