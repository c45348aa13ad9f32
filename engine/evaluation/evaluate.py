"""All figures of a model on one split of a packed data set."""

from __future__ import annotations

import dataclasses
import math
from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

from engine.concepts.concept import Kind, Truth
from engine.dataset.packed import PackedDataset
from engine.errors import InputError
from engine.evaluation.ceiling import environment_readings, space_group_readings
from engine.evaluation.encoder import Encoder
from engine.evaluation.figures import PAPER_SPLIT, Figure, precision_figures
from engine.evaluation.ranking import Agreement, rank_concepts, with_ceilings
from engine.evaluation.relations import Relations, relations
from engine.evaluation.truths import truths_of
from engine.progress import CancelToken, Progress, ProgressCallback, silent
from engine.training.metrics import VectorScores

RANKED_KINDS: tuple[Kind, ...] = ("space_group", "environment")
PHRASE_KINDS: tuple[Kind, ...] = ("space_group", "environment", "polyhedra", "connection")
_BATCH = 128


@dataclass(frozen=True, slots=True)
class Evaluation:
    """What :func:`evaluate` found. ``model`` is the fingerprint; ``left_out`` counts crystals by reason."""

    model: str
    split: str
    crystals: int
    described: int
    training_crystals: int
    left_out: dict[str, int]
    figures: tuple[Figure, ...]
    space_group_labels: tuple[Agreement, ...]
    environment_labels: tuple[Agreement, ...]
    relations: Relations
    paper_split: str = PAPER_SPLIT

    def figure(self, key: str) -> Figure:
        """The figure of a key such as ``"space_group.top1"``; raises KeyError for one that was not taken."""
        for figure in self.figures:
            if figure.key == key:
                return figure
        raise KeyError(key)

    def to_json(self) -> dict[str, Any]:
        """A plain dictionary; what could not be counted is null."""
        plain: dict[str, Any] = _plain(dataclasses.asdict(self))
        return plain


def evaluate(
    encoder: Encoder,
    dataset: PackedDataset,
    *,
    split: Literal["train", "val", "test"] = "val",
    limit: int | None = None,
    label_sample: int = 1000,
    described_sample: int = 100,
    progress: ProgressCallback = silent,
    cancel: CancelToken | None = None,
) -> Evaluation:
    """The figures of Table 1 of the paper and those that are stricter, each beside the guess by frequency.

    Space groups count for every crystal whose group is known, environments and connections for described crystals.
    ``limit`` takes the first so many crystals of the split (they stand in random order). The ceilings are measured on
    ``label_sample`` crystals for space groups and ``described_sample`` for environments (0: not measured).

    Raises :class:`~engine.errors.InputError` (kind ``empty-split``) where the split holds no crystal,
    :class:`~engine.errors.ModelError` (``not-finite``) where the model gives no numbers, and
    :class:`~engine.errors.Cancelled` on request.
    """
    rows = dataset.rows(split)[:limit]
    if not len(rows):
        raise InputError(f"The data set has no crystal in its split {split!r}; name another split.", kind="empty-split")
    cancel = cancel or CancelToken()
    vectors = _embed(encoder, dataset, rows, progress, cancel)
    described = dataset.arrays["described"][rows] > 0
    subsets: dict[Kind, NDArray[np.bool_]] = dict.fromkeys(PHRASE_KINDS, described)
    subsets["space_group"] = np.ones(len(rows), np.bool_)
    banks = {kind: encoder.concepts(kind) for kind in PHRASE_KINDS}
    readers = {
        "space_group": partial(space_group_readings, sample=label_sample),
        "environment": partial(environment_readings, sample=described_sample),
    }
    figures: list[Figure] = []
    agreements: dict[str, tuple[Agreement, ...]] = {}
    for kind in RANKED_KINDS:
        progress(Progress(0, None, "ranking concepts"))
        bank, bank_vectors = banks[kind]
        rank = partial(rank_concepts, encoder.vocabulary, dataset, kind, bank)
        own = rank(rows[subsets[kind]], VectorScores(vectors[subsets[kind]], bank_vectors))
        readings = readers[kind](dataset, rows, progress=progress, cancel=cancel)
        agreements[kind] = tuple(Agreement(reading.what, tuple(rank(reading.rows, reading))) for reading in readings)
        figures += with_ceilings(own, agreements[kind])
    for kind in PHRASE_KINDS:
        cancel.check()
        progress(Progress(0, None, "ranking crystals"))
        (bank, bank_vectors), known = banks[kind], subsets[kind]
        if bank and known.any():
            truths = truths_of(dataset, rows[known], kind, bank, least=Truth.HELD)
            figures += precision_figures(kind, VectorScores(vectors[known], bank_vectors), truths)
    untrained = getattr(encoder, "embed_texts_untrained", None)
    return Evaluation(
        model=encoder.fingerprint,
        split=split,
        crystals=len(rows),
        described=int(described.sum()),
        training_crystals=len(dataset.rows("train")),
        left_out=_left_out(figures, len(rows), int(described.sum())),
        figures=tuple(figures),
        space_group_labels=agreements["space_group"],
        environment_labels=agreements["environment"],
        relations=relations(encoder.embed_texts, banks["environment"][0], untrained=untrained),
    )


def _left_out(figures: Sequence[Figure], crystals: int, described: int) -> dict[str, int]:
    """How many crystals the top-1 figures leave out, and how many have a truth that the bank does not hold."""
    counts = {"not described": crystals - described}
    for figure in figures:
        if figure.key.endswith(".top1"):
            name = figure.name.removesuffix(", top-1")
            of = crystals if figure.key.startswith("space_group") else described
            counts[f"{name}: none known to be true (left out)"] = of - figure.crystals
            counts[f"{name}: a true one is not in the bank (counts as not found)"] = figure.missing
    return counts


def _embed(
    encoder: Encoder, dataset: PackedDataset, rows: NDArray[np.int64], progress: ProgressCallback, cancel: CancelToken
) -> NDArray[np.float32]:
    parts = []
    for start in range(0, len(rows), _BATCH):
        cancel.check()
        progress(Progress(start, len(rows), "reading crystals with the model"))
        parts.append(encoder.embed_crystals([dataset.structure(int(row)) for row in rows[start : start + _BATCH]]))
    return np.concatenate(parts)


def _plain(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _plain(part) for key, part in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(part) for part in value]
    return None if isinstance(value, float) and math.isnan(value) else value
