"""The vectors that an evaluation ranks, made once: crystals by the graph tower, phrases by the text tower."""

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
from clics.concepts.registry import LOCAL_KINDS, row_of
from clics.dataset.packed_reader import PackedDataset
from clics.errors import CrystalError, ModelError
from clics.evaluation.encoder_protocol import Cell, Encoder
from clics.evaluation.result_cache import KeptRows, structures_digest
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
"""Crystals after which their vectors are on disk: what a kill costs at most."""

Banks = dict[Kind, tuple[list[Concept], NDArray[np.float32]]]
"""By kind the concepts that are ranked, and the vectors (c, d) of their phrases."""


@dataclass(frozen=True, slots=True)
class CrystalVectors:
    """Vectors (n, d) of crystals and (N, d) of their sites, ``counts`` (n,) of each; -1: the model has none.

    A crystal that the model could not take has a vector of zeros and no sites: it scores 0 everywhere and, as equal scores
    count against the model, finds nothing.
    """

    crystals: NDArray[np.float32]
    sites: NDArray[np.float32]
    counts: NDArray[np.int64]

    @classmethod
    def joined(cls, parts: Sequence[CrystalVectors], width: int) -> CrystalVectors:
        """Those of ``parts``, one after the other; ``width`` numbers each."""
        none = cls(np.empty((0, width), np.float32), np.empty((0, width), np.float32), np.empty(0, np.int64))
        return cls(*(np.concatenate([getattr(p, f.name) for p in (none, *parts)]) for f in fields(cls)))

    @classmethod
    def of(cls, encoder: Encoder, cells: Sequence[Cell]) -> CrystalVectors:
        """What a model says of crystals. Raises CrystalError for one it cannot take, ModelError (``not-finite``)."""
        found = encoder.embed_all(cells)
        crystals = np.asarray(found.shared, np.float32)
        sites = np.concatenate([crystals[:0], *(found.sites or ())])
        if not (np.isfinite(crystals).all() and np.isfinite(sites).all()):
            raise ModelError("The model gave vectors that are not finite numbers; it is damaged.", kind="not-finite")
        counts = [-1] * len(cells) if found.sites is None else [len(each) for each in found.sites]
        return cls(crystals, sites, np.array(counts, np.int64))

    @property
    def unreadable(self) -> tuple[int, ...]:
        """Places of the crystals that the model could not take."""
        return tuple(np.flatnonzero(~self.crystals.any(axis=1)).tolist())


@dataclass(frozen=True, slots=True)
class CrystalScores:
    """How crystals score against the phrases of each kind. All figures ask here, whatever a score is made of."""

    vectors: CrystalVectors
    banks: Banks
    encoder: Encoder

    def of(self, kind: Kind, crystals: NDArray[np.bool_]) -> Scores:
        """Scores of the crystals of a mask (n,) against the bank of ``kind``: as searches score (:mod:`clics.model.late_interaction`)."""
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
        local = np.concatenate([self.encoder.concepts(each)[1] for each in LOCAL_KINDS])
        said = relative_score(sites @ bank.T, log_sum_exp_cosine(sites @ local.T, self.encoder.scale))
        return combine(cosines, max_over_sites(said, counts), kind)


def banks(encoder: Encoder, kinds: Sequence[Kind], keep: Path | None = None) -> Banks:
    """The concepts of each kind that the model ranks, and the vectors of their phrases.

    Where the model holds no vectors of full patterns, embedding its thousands takes a while: ``keep`` them in a folder.
    """
    found: Banks = {}
    for kind in kinds:
        if not row_of(kind).compound or keep is None:
            found[kind] = encoder.concepts(kind)
            continue
        path = keep / f"{kind}-{encoder.fingerprint}.npz"
        if path.exists():
            with np.load(path, allow_pickle=False) as data:
                found[kind] = [concept_of(kind, str(phrase)) for phrase in data["phrases"]], data["vectors"]
            continue
        found[kind] = encoder.concepts(kind)
        keep.mkdir(parents=True, exist_ok=True)
        with replacing(path) as file:
            np.savez(file, phrases=np.array([c.phrase for c in found[kind][0]], np.str_), vectors=found[kind][1])
    return found


def crystal_vectors(
    encoder: Encoder,
    dataset: PackedDataset,
    rows: NDArray[np.int64],
    *,
    limit: int | None = None,
    width: int = 128,
    keep: Path | None = None,
    progress: ProgressCallback = silent,
    cancel: CancelToken | None = None,
) -> CrystalVectors:
    """Vectors of the first ``limit`` of ``rows``, ``width`` numbers each.

    ``keep``: a folder where they are kept as they are made, by model and crystals, so that the next call goes on. Raises
    :class:`~clics.errors.ModelError` (``not-finite``) where the model gives no numbers and
    :class:`~clics.errors.Cancelled` on request.
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
    """Vectors on the disk. A block's sites are written before its crystals, so that a kill leaves no crystal without them."""

    def __init__(self, folder: Path, name: str, width: int) -> None:
        self._crystals = KeptRows(folder / f"crystals-and-counts-{name}.f32", width + 1)
        self._sites = KeptRows(folder / f"sites-{name}.f32", width)
        counts = self._crystals.read(len(self._crystals))[:, -1]
        self._sites.cut(int(counts.clip(0).sum()))

    def read(self, count: int) -> CrystalVectors:
        """Those of the first ``count`` crystals, or of as many as there are."""
        rows = self._crystals.read(count)
        counts = rows[:, -1].astype(np.int64)
        return CrystalVectors(rows[:, :-1], self._sites.read(int(counts.clip(0).sum())), counts)

    def append(self, made: CrystalVectors) -> None:
        """Keep those of further crystals."""
        self._sites.append(made.sites)
        self._crystals.append(np.c_[made.crystals, made.counts.astype(np.float32)])


def _embed(encoder: Encoder, cells: Sequence[Cell], width: int) -> CrystalVectors:
    """One of which no graph can be made gets zeros, and does not keep the others."""
    try:
        return CrystalVectors.of(encoder, cells)
    except CrystalError:
        if len(cells) == 1:
            none = CrystalVectors.joined((), width)
            return replace(none, crystals=np.zeros((1, width), np.float32), counts=np.zeros(1, np.int64))
        return CrystalVectors.joined([_embed(encoder, [cell], width) for cell in cells], width)
