"""The vectors that an evaluation ranks, made once: crystals by the graph tower, phrases by the text tower."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from engine.concepts.concept import Concept, Kind
from engine.dataset.packed import PackedDataset
from engine.errors import CrystalError, ModelError
from engine.evaluation.encoder import Cell, Encoder
from engine.evaluation.kept import KeptRows, structures_digest
from engine.progress import CancelToken, Progress, ProgressCallback, silent
from engine.training.metrics import Scores, VectorScores

_BATCH = 64
"""Crystals after which their vectors are on disk: what a kill costs at most."""

Banks = dict[Kind, tuple[list[Concept], NDArray[np.float32]]]
"""By kind the concepts that are ranked, and the vectors (c, d) of their phrases."""


@dataclass(frozen=True, slots=True)
class CrystalScores:
    """How crystals score against the phrases of each kind. All figures ask here, whatever a score is made of.

    ``vectors`` (n, d) of the crystals. ``unreadable`` are the places of those that the model could not take; their vectors
    are zero, so that they score 0 everywhere and, as equal scores count against the model, find nothing.
    """

    vectors: NDArray[np.float32]
    banks: Banks
    unreadable: tuple[int, ...] = ()

    def of(self, kind: Kind, crystals: NDArray[np.bool_]) -> Scores:
        """Scores of the crystals of a mask (n,) against the bank of ``kind``."""
        return VectorScores(self.vectors[crystals], self.banks[kind][1])


def banks(encoder: Encoder, kinds: Sequence[Kind], keep: Path | None = None) -> Banks:
    """The concepts of each kind that the model ranks, and the vectors of their phrases.

    Where the model holds no vectors of full patterns, embedding its thousands takes a while: ``keep`` them in a folder.
    """
    found: Banks = {}
    for kind in kinds:
        if kind != "pattern" or keep is None:
            found[kind] = encoder.concepts(kind)
            continue
        path = keep / f"{kind}-{encoder.fingerprint}.npz"
        if path.exists():
            with np.load(path, allow_pickle=False) as data:
                found[kind] = [Concept(kind, str(phrase)) for phrase in data["phrases"]], data["vectors"]
            continue
        found[kind] = encoder.concepts(kind)
        keep.mkdir(parents=True, exist_ok=True)
        part = path.with_suffix(".part")
        with part.open("wb") as file:
            np.savez(file, phrases=np.array([c.phrase for c in found[kind][0]], np.str_), vectors=found[kind][1])
        part.replace(path)
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
) -> tuple[NDArray[np.float32], tuple[int, ...]]:
    """Vectors (n, ``width``) of the first ``limit`` of ``rows``, and the places of those the model cannot take (all zero).

    ``keep``: a folder where they are kept as they are made, by model and crystals, so that the next call goes on. Raises
    :class:`~engine.errors.ModelError` (``not-finite``) where the model gives no numbers and
    :class:`~engine.errors.Cancelled` on request.
    """
    wanted = rows[:limit]
    kept, parts = None, [np.empty((0, width), np.float32)]
    if keep is not None:
        kept = KeptRows(keep / f"crystals-{encoder.fingerprint}-{structures_digest(dataset, rows)}.f32", width)
        parts = [kept.read(len(wanted))]
    for start in range(len(parts[0]), len(wanted), _BATCH):
        if cancel is not None:
            cancel.check()
        progress(Progress(start, len(wanted), "reading crystals with the model"))
        made = _embed(encoder, [dataset.structure(int(row)) for row in wanted[start : start + _BATCH]], width)
        if kept is not None:
            kept.append(made)
        parts.append(made)
    vectors = np.concatenate(parts)
    return vectors, tuple(np.flatnonzero(~vectors.any(axis=1)).tolist())


def _embed(encoder: Encoder, cells: Sequence[Cell], width: int) -> NDArray[np.float32]:
    """Vectors (n, width); a crystal of which no graph can be made gets zeros, and does not keep the others."""
    try:
        made = np.asarray(encoder.embed_crystals(cells), np.float32)
    except CrystalError:
        if len(cells) == 1:
            return np.zeros((1, width), np.float32)
        return np.concatenate([_embed(encoder, [cell], width) for cell in cells])
    if not np.isfinite(made).all():
        raise ModelError("The model gave vectors that are not finite numbers; it is damaged.", kind="not-finite")
    return made
