"""All figures of a model on one split of a packed data set."""

from __future__ import annotations

import dataclasses
import math
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

from engine.concepts.concept import Kind, Truth
from engine.dataset.packed import PackedDataset
from engine.errors import InputError
from engine.evaluation.ceiling import Agreement, environment_agreements, lowest, space_group_agreements
from engine.evaluation.encoder import Encoder
from engine.evaluation.figures import PAPER_SPLIT, Figure, macro_figure, precision_figures, ranking_figures
from engine.evaluation.relations import Relations, relations
from engine.evaluation.truths import labels_of, training_counts, truths_of
from engine.progress import CancelToken, Progress, ProgressCallback, silent
from engine.training.metrics import Truths, VectorScores

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
    described_sample: int = 60,
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
    everything = _Crystals(encoder, dataset, rows, vectors)
    readable = _Crystals(encoder, dataset, rows[described], vectors[described])
    left_out: dict[str, int] = {"not described": int((~described).sum())}
    figures: list[Figure] = []
    for rank, crystals in ((_rank_space_groups, everything), (_rank_environments, readable)):
        cancel.check()
        progress(Progress(0, None, "ranking concepts"))
        figures += rank(crystals, left_out)
    for kind in PHRASE_KINDS:
        cancel.check()
        progress(Progress(0, None, "ranking crystals"))
        figures += _rank_crystals(everything if kind == "space_group" else readable, kind)
    bank, _ = encoder.concepts("environment")
    related = relations(encoder.embed_texts, bank, untrained=getattr(encoder, "embed_texts_untrained", None))
    groups = space_group_agreements(dataset, rows, sample=label_sample, progress=progress, cancel=cancel)
    environments = environment_agreements(dataset, rows, sample=described_sample, progress=progress, cancel=cancel)
    return Evaluation(
        model=encoder.fingerprint,
        split=split,
        crystals=len(rows),
        described=int(described.sum()),
        training_crystals=len(dataset.rows("train")),
        left_out=left_out,
        figures=tuple(_with_ceiling(figure, groups, environments) for figure in figures),
        space_group_labels=groups,
        environment_labels=environments,
        relations=related,
    )


@dataclass(frozen=True, slots=True)
class _Crystals:
    """Some crystals of the data set, indices ``rows`` (n,), with their ``vectors`` (n, d)."""

    encoder: Encoder
    dataset: PackedDataset
    rows: NDArray[np.int64]
    vectors: NDArray[np.float32]

    def against(self, kind: Kind, least: Truth) -> tuple[VectorScores, Truths, NDArray[np.int64]] | None:
        """Scores against the bank of a kind, what is true, and how often each is true in training; None without a bank.

        Where the data set brings no training split the counts are those that travel with the model.
        """
        bank, vectors = self.encoder.concepts(kind)
        if not bank or not len(self.rows):
            return None
        counts = training_counts(self.dataset, kind, bank, least=least)
        if counts is None:
            counts = np.array([self.encoder.vocabulary.frequency(concept, least) for concept in bank], np.int64)
        truths = truths_of(self.dataset, self.rows, kind, bank, least=least)
        return VectorScores(self.vectors, vectors), truths, counts


def _rank_space_groups(crystals: _Crystals, left_out: dict[str, int]) -> list[Figure]:
    found = crystals.against("space_group", Truth.STATED)
    if found is None:
        return []
    labels = labels_of(crystals.dataset, crystals.rows, "space_group")
    left_out["space group not known"] = int((labels < 0).sum())
    left_out["space group not in the bank (counted as wrong)"] = int((found[1].outside > 0).sum())
    scores, truths, counts = found
    return [
        *ranking_figures("space_group", "space group", scores, truths, counts),
        macro_figure(scores, truths, labels, counts),
    ]


def _rank_environments(crystals: _Crystals, left_out: dict[str, int]) -> list[Figure]:
    figures = []
    for key, name, least in _READINGS:
        found = crystals.against("environment", least)
        if found is None:
            return []
        left_out[f"{name}: none true"] = int((found[1].counts == 0).sum())
        left_out[f"{name}: some not in the bank (counted as not found)"] = int((found[1].outside > 0).sum())
        figures += ranking_figures(key, name, *found)
    return figures


def _rank_crystals(crystals: _Crystals, kind: Kind) -> list[Figure]:
    found = crystals.against(kind, Truth.HELD)
    return [] if found is None else precision_figures(kind, found[0], found[1])


_READINGS = (
    ("environment.stated", "environment (stated)", Truth.STATED),
    ("environment.held", "environment (stated or held)", Truth.HELD),
)
"""The paper's reading counts what a sentence with the word "geometry" says; the wider one all that the facts hold."""


def _embed(
    encoder: Encoder, dataset: PackedDataset, rows: NDArray[np.int64], progress: ProgressCallback, cancel: CancelToken
) -> NDArray[np.float32]:
    parts = []
    for start in range(0, len(rows), _BATCH):
        cancel.check()
        progress(Progress(start, len(rows), "reading crystals with the model"))
        parts.append(encoder.embed_crystals([dataset.structure(int(row)) for row in rows[start : start + _BATCH]]))
    return np.concatenate(parts)


def _with_ceiling(figure: Figure, groups: tuple[Agreement, ...], environments: tuple[Agreement, ...]) -> Figure:
    ceilings = {
        "space_group.top1": lowest(groups),
        "space_group.macro": lowest(groups, macro=True),
        "environment.stated.top1": lowest(environments),
    }
    return dataclasses.replace(figure, ceiling=ceilings.get(figure.key))


def _plain(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _plain(part) for key, part in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(part) for part in value]
    return None if isinstance(value, float) and math.isnan(value) else value
