"""The interface of a model to libraries and searches, as two protocols.

:class:`clics.model.encoder.Encoder` implements both. A model embeds into up to three spaces:

- *shared*: crystals and phrases, one vector each;
- *sites*: symmetry-inequivalent sites, compared with phrases;
- *structural*: crystals, compared with crystals (structural similarity).

Their names are those of :class:`clics.results.vector_space.VectorSpace`.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol, TypeAlias

import numpy as np
from numpy.typing import NDArray

from clics.concepts.concept import Concept, Kind
from clics.concepts.vocabulary import Vocabulary

Arrays: TypeAlias = tuple[NDArray[np.float64], NDArray[np.int64], NDArray[np.float64]]
"""An ordered crystal: lattice rows a, b, c in Å (3, 3), atomic numbers (n,), fractional coordinates (n, 3)."""

Vectors: TypeAlias = NDArray[np.float32]
"""Unit vectors (n, dimensions)."""

Space: TypeAlias = tuple[str, int]
"""Name of a space and the length of its vectors; only vectors of one space are comparable."""


class EmbeddedCrystals(Protocol):
    """The embeddings of a batch of crystals from one forward pass, in the order of the crystals."""

    @property
    def shared(self) -> Vectors:
        """Vectors (n, dimensions) in the shared space."""
        ...

    @property
    def structural(self) -> Vectors | None:
        """Vectors (n, d) in :attr:`CrystalEncoder.similarity_space`; None where the model has no such space."""
        ...

    @property
    def sites(self) -> list[Vectors] | None:
        """For each crystal, vectors (k, dimensions) of its k inequivalent sites; None where the model has none."""
        ...

    @property
    def site_orbits(self) -> list[NDArray[np.int64]] | None:
        """For each crystal, the row of :attr:`sites` that each of its atoms (n,) belongs to; None without sites."""
        ...


class CrystalEncoder(Protocol):
    """The part of a model that filling a library needs: crystals to vectors."""

    @property
    def fingerprint(self) -> str:
        """Identifies the model and its shared space."""
        ...

    @property
    def dimensions(self) -> int:
        """Length of a vector of the shared space."""
        ...

    @property
    def similarity_space(self) -> Space | None:
        """The structural space; None where crystals are compared in the shared space."""
        ...

    @property
    def site_space(self) -> Space | None:
        """The space of sites; None where the model has no site vectors."""
        ...

    def embed_all(self, arrays: Sequence[Arrays]) -> EmbeddedCrystals:
        """Embed crystals into all spaces of the model.

        Raises:
            ClicsError: The model cannot take one of the crystals.
        """
        ...


class PhraseEncoder(CrystalEncoder, Protocol):
    """A model as searches need it: phrases to vectors too, and the concepts that it ranks."""

    @property
    def vocabulary(self) -> Vocabulary:
        """The concepts of the model's training data."""
        ...

    @property
    def scale(self) -> float:
        """Inverse temperature of the model's softmax over cosines."""
        ...

    def embed_texts(self, texts: Sequence[str]) -> Vectors:
        """Embed texts into the shared space, as unit vectors (m, dimensions)."""
        ...

    def embed_sites(self, crystal: Arrays) -> tuple[Vectors, NDArray[np.int64]]:
        """Embed the symmetry-inequivalent sites of one crystal.

        Returns:
            Unit vectors (k, dimensions) of the sites, and the site of each atom (n,), in the order of the atoms.

        Raises:
            ClicsError: The model cannot take the crystal, or has no site vectors (:attr:`site_space` is None).
        """
        ...

    def concepts(self, kind: Kind) -> tuple[list[Concept], Vectors]:
        """All concepts of a kind that the model ranks, and the vectors (m, dimensions) of their phrases."""
        ...


def spaces(encoder: CrystalEncoder) -> tuple[Space, ...]:
    """All spaces of a model, the shared one first."""
    further = (encoder.similarity_space, encoder.site_space)
    return ((encoder.fingerprint, encoder.dimensions), *(space for space in further if space is not None))


def space_of_crystals(encoder: CrystalEncoder) -> Space:
    """The space in which crystals are compared with crystals: the structural one, else the shared one."""
    return encoder.similarity_space or (encoder.fingerprint, encoder.dimensions)
