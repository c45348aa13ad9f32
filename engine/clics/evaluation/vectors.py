"""Embeddings that an evaluation ranks, made once: crystals and sites by the graph tower, phrases by the text tower."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, fields, replace
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from clics.atomic_files import replacing
from clics.concepts.concept import Concept, Kind
from clics.concepts.kinds.connection import ConnectionConcept
from clics.concepts.kinds.polyhedra import PolyhedraConcept
from clics.concepts.parse import concept_of
from clics.concepts.registry import SITE_SETS, row_of
from clics.crystals.perturb import Cell
from clics.dataset.packed_reader import PackedDataset
from clics.errors import CrystalError, ModelError
from clics.evaluation.result_cache import RowCache, structures_digest
from clics.library.encoder_protocol import PhraseEncoder
from clics.model.late_interaction import (
    combine,
    log_sum_exp_cosine,
    max_over_sites,
    relative_score,
)
from clics.model.pattern_scores import Patterns
from clics.progress import CancelToken, Progress, ProgressCallback, silent
from clics.training.metrics import Scores, VectorScores

_BATCH = 64
"""Crystals between two writes to disk; a killed process loses no more."""

Banks = dict[Kind, tuple[list[Concept], NDArray[np.float32]]]
"""By kind, the c concepts that are ranked and the embeddings (c, d) of their phrases."""


@dataclass(frozen=True, slots=True)
class CrystalVectors:
    """Embeddings of n crystals and their N inequivalent sites.

    A crystal that the model cannot embed has a vector of zeros and no sites: it scores 0 everywhere and, as equal scores count
    against the model, counts as wrong.

    Attributes:
        crystals: (n, d).
        sites: (N, d), one crystal after the other.
        counts: (n,) number of sites of each crystal; -1 where the model embeds none.
    """

    crystals: NDArray[np.float32]
    sites: NDArray[np.float32]
    counts: NDArray[np.int64]

    @classmethod
    def joined(cls, parts: Sequence[CrystalVectors], width: int) -> CrystalVectors:
        """The vectors of ``parts``, one after the other, each of length ``width``."""
        none = cls(np.empty((0, width), np.float32), np.empty((0, width), np.float32), np.empty(0, np.int64))
        return cls(*(np.concatenate([getattr(p, f.name) for p in (none, *parts)]) for f in fields(cls)))

    @classmethod
    def of(cls, encoder: PhraseEncoder, cells: Sequence[Cell]) -> CrystalVectors:
        """Embed crystals.

        Raises:
            CrystalError: the model cannot embed one of them.
            ModelError: a vector is not finite (kind ``not-finite``).
        """
        embedded = encoder.embed_all(cells)
        crystals = np.asarray(embedded.shared, np.float32)
        sites = np.concatenate([crystals[:0], *(embedded.sites or ())])
        if not (np.isfinite(crystals).all() and np.isfinite(sites).all()):
            raise ModelError("The model gave vectors that are not finite numbers; it is damaged.", kind="not-finite")
        counts = [-1] * len(cells) if embedded.sites is None else [len(each) for each in embedded.sites]
        return cls(crystals, sites, np.array(counts, np.int64))

    @property
    def unreadable(self) -> tuple[int, ...]:
        """Indices of the crystals that the model cannot embed."""
        return tuple(np.flatnonzero(~self.crystals.any(axis=1)).tolist())


@dataclass(frozen=True, slots=True)
class CrystalScores:
    """Scores of crystals against the phrases of each kind, in the way in which searches score."""

    vectors: CrystalVectors
    banks: Banks
    encoder: PhraseEncoder

    def of(self, kind: Kind, crystals: NDArray[np.bool_]) -> Scores:
        """Scores against the bank of one kind (:mod:`clics.model.late_interaction`).

        Args:
            kind: of the concepts.
            crystals: mask (n,) of the crystals to score.

        Returns:
            (m, c) for the m crystals of the mask and the c concepts of the bank.
        """
        own, bank = self.vectors, self.banks[kind][1]
        cosines = own.crystals[crystals] @ bank.T
        evidence = row_of(kind).evidence
        if evidence == "crystal":
            return combine(cosines, relative_score(cosines, log_sum_exp_cosine(cosines, self.encoder.scale)), kind)
        if evidence not in ("sites", "site_patterns") or (own.counts < 0).any():
            return VectorScores(own.crystals[crystals], bank)
        sites, counts = own.sites[np.repeat(crystals, own.counts)], own.counts[crystals]
        if evidence == "site_patterns":
            parts = self.encoder.concepts(PolyhedraConcept.KIND), self.encoder.concepts(ConnectionConcept.KIND)
            patterns = Patterns.of(self.banks[kind][0], *parts, self.encoder.vocabulary)
            return combine(cosines, patterns.relative_scores(sites, counts, self.encoder.scale), kind)
        local = np.concatenate([self.encoder.concepts(each)[1] for each in SITE_SETS[kind]])
        relative = relative_score(sites @ bank.T, log_sum_exp_cosine(sites @ local.T, self.encoder.scale))
        return combine(cosines, max_over_sites(relative, counts), kind)


def banks(encoder: PhraseEncoder, kinds: Sequence[Kind], keep: Path | None = None) -> Banks:
    """The concepts of each kind that a model ranks, with the embeddings of their phrases.

    Args:
        encoder: the model.
        kinds: of the concepts.
        keep: folder for the embeddings of full patterns, thousands of which take a while.
    """
    ranked: Banks = {}
    for kind in kinds:
        if not row_of(kind).compound or keep is None:
            ranked[kind] = encoder.concepts(kind)
            continue
        path = keep / f"{kind}-{encoder.fingerprint}.npz"
        if path.exists():
            with np.load(path, allow_pickle=False) as data:
                ranked[kind] = [concept_of(kind, str(phrase)) for phrase in data["phrases"]], data["vectors"]
            continue
        ranked[kind] = encoder.concepts(kind)
        keep.mkdir(parents=True, exist_ok=True)
        with replacing(path) as file:
            np.savez(file, phrases=np.array([c.phrase for c in ranked[kind][0]], np.str_), vectors=ranked[kind][1])
    return ranked


def crystal_vectors(
    encoder: PhraseEncoder,
    dataset: PackedDataset,
    rows: NDArray[np.int64],
    *,
    limit: int | None = None,
    width: int = 128,
    keep: Path | None = None,
    progress: ProgressCallback = silent,
    cancel: CancelToken | None = None,
) -> CrystalVectors:
    """Embed the crystals of a data set.

    Args:
        encoder: the model.
        dataset: the packed data set.
        rows: its crystals.
        limit: embed only the first so many.
        width: length of a vector.
        keep: folder in which vectors are kept as they are made, by model and crystals, so that the next call resumes.
        progress: called before each batch.
        cancel: stops the work.

    Raises:
        ModelError: a vector is not finite (kind ``not-finite``).
        Cancelled: on request.
    """
    wanted = rows[:limit]
    store, parts = None, []
    if keep is not None:
        store = _Store(keep, f"{encoder.fingerprint}-{structures_digest(dataset, rows)}", width)
        parts.append(store.read(len(wanted)))
    for start in range(len(parts[0].crystals) if parts else 0, len(wanted), _BATCH):
        if cancel is not None:
            cancel.check()
        progress(Progress(start, len(wanted), "reading crystals with the model"))
        made = _embed(encoder, [dataset.structure(int(row)) for row in wanted[start : start + _BATCH]], width)
        if store is not None:
            store.append(made)
        parts.append(made)
    return CrystalVectors.joined(parts, width)


class _Store:
    """Vectors on disk; a block's sites are written before its crystals, so that no crystal is ever without them."""

    def __init__(self, folder: Path, name: str, width: int) -> None:
        self._crystals = RowCache(folder / f"crystals-and-counts-{name}.f32", width + 1)
        self._sites = RowCache(folder / f"sites-{name}.f32", width)
        counts = self._crystals.read(len(self._crystals))[:, -1]
        self._sites.cut(int(counts.clip(0).sum()))

    def read(self, count: int) -> CrystalVectors:
        """The vectors of the first ``count`` crystals, or of as many as there are."""
        rows = self._crystals.read(count)
        counts = rows[:, -1].astype(np.int64)
        return CrystalVectors(rows[:, :-1], self._sites.read(int(counts.clip(0).sum())), counts)

    def append(self, made: CrystalVectors) -> None:
        """Append the vectors of further crystals."""
        self._sites.append(made.sites)
        self._crystals.append(np.c_[made.crystals, made.counts.astype(np.float32)])


def _embed(encoder: PhraseEncoder, cells: Sequence[Cell], width: int) -> CrystalVectors:
    """Embed crystals one by one where a batch fails; a crystal without a graph gets zeros."""
    try:
        return CrystalVectors.of(encoder, cells)
    except CrystalError:
        if len(cells) == 1:
            none = CrystalVectors.joined((), width)
            return replace(none, crystals=np.zeros((1, width), np.float32), counts=np.zeros(1, np.int64))
        return CrystalVectors.joined([_embed(encoder, [cell], width) for cell in cells], width)
