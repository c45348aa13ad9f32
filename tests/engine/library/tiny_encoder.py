"""A small deterministic encoder, without training: hand-made invariants of a crystal, hashed words of a text."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Sequence
from itertools import product

import numpy as np
from clics.concepts.concept import Concept, Kind
from clics.concepts.vocabulary import Vocabulary
from clics.library.encoder_protocol import Arrays, Vectors
from clics.model.encoder import Embedded
from clics.results.vector_space import VectorSpace
from numpy.typing import NDArray

DIMENSIONS = 128
ALIKE = 24
_NEAREST = 16
_IMAGES = np.array(list(product((-1, 0, 1), repeat=3)), dtype=float)


class TinyEncoder:
    """Crystals: mean and spread of nearest distances over the atoms, turned into 128 numbers; texts: hashed words.

    ``alike`` names a second space, for crystals among crystals: the same invariants, turned into 24 other numbers.
    ``sites``: inequivalent sites have vectors too, of their nearest distances and element; atoms in which these agree are
    equivalent.
    """

    def __init__(
        self,
        vocabulary: Vocabulary | None = None,
        fingerprint: str = "tiny-1",
        seed: int = 0,
        alike: str | None = None,
        sites: bool = False,
    ) -> None:
        self.fingerprint = fingerprint
        self.dimensions = DIMENSIONS
        self.scale = 20.0
        self.vocabulary = vocabulary if vocabulary is not None else Vocabulary(0, {})
        self.similarity_space = None if alike is None else (VectorSpace(fingerprint, "structural", alike).name, ALIKE)
        self.site_space = (VectorSpace(fingerprint, "sites").name, DIMENSIONS) if sites else None
        self._third = np.random.default_rng(seed + 2).normal(size=(_NEAREST + 1, DIMENSIONS))
        self._second = np.random.default_rng(seed + 1).normal(size=(2 * _NEAREST, ALIKE))
        self._projection = np.random.default_rng(seed).normal(size=(2 * _NEAREST, DIMENSIONS))
        self.embedded = 0

    def embed_crystals(self, arrays: Sequence[Arrays]) -> Vectors:
        self.embedded += len(arrays)
        features = np.array([_features(*crystal) for crystal in arrays])
        return _unit(np.sin(3.0 * features @ self._projection))

    def embed_all(self, arrays: Sequence[Arrays]) -> Embedded:
        return Embedded(
            self.embed_crystals(arrays),
            self.embed_alike(arrays) if self.similarity_space else None,
            [self.embed_sites(crystal)[0] for crystal in arrays] if self.site_space else None,
            [self.embed_sites(crystal)[1] for crystal in arrays] if self.site_space else None,
        )

    def embed_sites(self, crystal: Arrays) -> tuple[Vectors, NDArray[np.int64]]:
        features = np.column_stack([_nearest(*crystal), crystal[1] / 10.0])
        kinds, site_orbit = np.unique(features.round(4), axis=0, return_inverse=True)
        return _unit(np.sin(3.0 * kinds @ self._third)), site_orbit.ravel().astype(np.int64)

    def embed_alike(self, arrays: Sequence[Arrays]) -> Vectors:
        return _unit(np.array([_features(*crystal) for crystal in arrays]) @ self._second)

    def embed_texts(self, texts: Sequence[str]) -> Vectors:
        rows = [sum((_word(word) for word in re.findall(r"\w+", text.lower())), np.zeros(DIMENSIONS)) for text in texts]
        return _unit(np.array(rows).reshape(len(texts), DIMENSIONS) + 1e-3)

    def concepts(self, kind: Kind) -> tuple[list[Concept], Vectors]:
        found = list(self.vocabulary.concepts(kind))
        return found, self.embed_texts([concept.phrase for concept in found])


def _features(
    lattice: NDArray[np.float64], numbers: NDArray[np.int64], frac: NDArray[np.float64]
) -> NDArray[np.float64]:
    distances = _nearest(lattice, numbers, frac)
    return np.concatenate([distances.mean(axis=0), distances.std(axis=0)])


def _nearest(
    lattice: NDArray[np.float64], numbers: NDArray[np.int64], frac: NDArray[np.float64]
) -> NDArray[np.float64]:
    scale = (abs(np.linalg.det(lattice)) / len(numbers)) ** (1 / 3)
    places = (frac % 1.0) @ lattice
    images = (places[None] + (_IMAGES @ lattice)[:, None]).reshape(-1, 3)
    between = np.linalg.norm(places[:, None] - images[None], axis=2)
    nearest: NDArray[np.float64] = np.sort(between, axis=1)[:, 1 : _NEAREST + 1] / scale
    return nearest


def _word(word: str) -> NDArray[np.float64]:
    seed = int.from_bytes(hashlib.blake2b(word.encode(), digest_size=8).digest())
    return np.random.default_rng(seed).normal(size=DIMENSIONS)


def _unit(rows: NDArray[np.float64]) -> Vectors:
    return (rows / np.linalg.norm(rows, axis=1, keepdims=True)).astype(np.float32)
