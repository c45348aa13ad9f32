"""What a library and a search ask of a model: the two protocols that :class:`clics.model.encoder.Encoder` fulfils."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal, Protocol, TypeAlias

import numpy as np
from numpy.typing import NDArray

from clics.concepts.concept import Concept, Kind
from clics.concepts.vocabulary import Vocabulary

Arrays: TypeAlias = tuple[NDArray[np.float64], NDArray[np.int64], NDArray[np.float64]]
"""A crystal for the model: lattice rows in Å (3, 3), atomic numbers (n,), fractional coordinates (n, 3)."""

Vectors: TypeAlias = NDArray[np.float32]
"""Rows of length one, (n, dimensions)."""

Space: TypeAlias = tuple[str, int]
"""Where vectors can be compared: a fingerprint, and the length of a vector."""

Role: TypeAlias = Literal["shared", "likeness", "sites"]
"""What vectors of a space are of: crystals beside phrases, crystals among crystals, kinds of atoms beside phrases."""

_SITES = "/sites"


class EmbeddedCrystals(Protocol):
    """What one pass of a model says of crystals, in their order."""

    @property
    def shared(self) -> Vectors:
        """In the space of phrases (n, dimensions)."""
        ...

    @property
    def likeness(self) -> Vectors | None:
        """In :attr:`CrystalEncoder.similarity_space` (n, d), None where there is none."""
        ...

    @property
    def sites(self) -> list[Vectors] | None:
        """Of every crystal its kinds of atoms (k, dimensions), in the space of phrases; None where the model has none."""
        ...

    @property
    def kinds(self) -> list[NDArray[np.int64]] | None:
        """Of every crystal the row in its ``sites`` of each of its atoms (n,), as they were given; None with these."""
        ...


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

    @property
    def similarity_space(self) -> Space | None:
        """Fingerprint and dimensions of vectors for crystals among crystals; None: those of phrases serve there too."""
        ...

    @property
    def site_space(self) -> Space | None:
        """``model/sites`` and dimensions of the vectors of kinds of atoms, of the space of phrases; None: there are none."""
        ...

    def embed_all(self, arrays: Sequence[Arrays]) -> EmbeddedCrystals:
        """Unit vectors in all of the model's spaces. Raises a ClicsError for a crystal that the model cannot take."""
        ...


def role_of(fingerprint: str) -> Role:
    """What a space is for, by its name: that of a model, ``model/sites``, or ``model/own`` for crystals among crystals."""
    if "/" not in fingerprint:
        return "shared"
    return "sites" if fingerprint.endswith(_SITES) else "likeness"


def model_of(fingerprint: str) -> str:
    """The model that a space is of: the name of its space of phrases."""
    return fingerprint.partition("/")[0]


def spaces(encoder: CrystalEncoder) -> tuple[Space, ...]:
    """All spaces that a library holds vectors of a model in, that of phrases first."""
    further = (encoder.similarity_space, encoder.site_space)
    return ((encoder.fingerprint, encoder.dimensions), *(space for space in further if space is not None))


def space_of_crystals(encoder: CrystalEncoder) -> Space:
    """Where crystals are compared with crystals."""
    return encoder.similarity_space or (encoder.fingerprint, encoder.dimensions)


class PhraseEncoder(CrystalEncoder, Protocol):
    """What searching needs beside: phrases in, vectors in the same space out, and the concepts to rank."""

    @property
    def vocabulary(self) -> Vocabulary:
        """The concepts that the model knows."""
        ...

    @property
    def scale(self) -> float:
        """The inverse temperature of the model's scores."""
        ...

    def embed_texts(self, texts: Sequence[str]) -> Vectors:
        """Unit vectors (m, dimensions)."""
        ...

    def embed_sites(self, crystal: Arrays) -> tuple[Vectors, NDArray[np.int64]]:
        """Vectors (k, dimensions) of the kinds of atoms of a crystal, and the kind of each atom (n,), as it was given.

        Raises a ClicsError for a crystal that the model cannot take, and where :attr:`site_space` is None.
        """
        ...

    def concepts(self, kind: Kind) -> tuple[list[Concept], Vectors]:
        """All concepts of a kind with their vectors (m, dimensions), made once."""
        ...
