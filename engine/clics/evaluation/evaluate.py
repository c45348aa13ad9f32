"""All figures of a model on one split of a packed data set, section by section."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping, Sequence
from functools import partial
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from clics.concepts.concept import Kind, Truth
from clics.concepts.kinds.environment import ENVIRONMENT
from clics.concepts.kinds.space_group import SPACE_GROUP
from clics.concepts.registry import CONNECTED_KINDS, EVALUATED_KINDS, GEOMETRY_KINDS, PER_PHRASE_KINDS
from clics.dataset.manifest import versions
from clics.dataset.packed_reader import PackedDataset, file_of
from clics.errors import CrystalError, InputError
from clics.evaluation.ceiling import Reading, environment_readings, space_group_readings
from clics.evaluation.concept_tables import CrystalTable, TableEntry, crystal_tables, entries_of, examples_of
from clics.evaluation.confusion import SpaceGroupErrors, space_group_errors
from clics.evaluation.curves import Curve, top_k_curves
from clics.evaluation.evaluation import SECTIONS, Evaluation, Section, Shown, Split, Supervised
from clics.evaluation.figures import Figure, precision_figures
from clics.evaluation.ground_truth import truths_of
from clics.evaluation.phrase_precision import PhraseRow, phrase_rows
from clics.evaluation.ranking import Agreement, frequencies, rank_concepts, with_ceilings
from clics.evaluation.relations import Relations, relations
from clics.evaluation.vectors import Banks, CrystalScores, CrystalVectors, banks, crystal_vectors
from clics.library.encoder_protocol import PhraseEncoder
from clics.progress import CancelToken, Progress, ProgressCallback, silent

_READERS = {SPACE_GROUP.name: space_group_readings, ENVIRONMENT.name: environment_readings}
"""Readers of the geometry that make no mistake, for the kinds whose ceiling is measured."""


def evaluate(
    encoder: PhraseEncoder,
    dataset: PackedDataset,
    *,
    split: Split = "val",
    limit: int | None = None,
    sections: Sequence[Section] = SECTIONS,
    shown: Shown | None = None,
    supervised: Supervised | None = None,
    keep: Path | None = None,
    label_sample: int = 1000,
    described_sample: int = 100,
    progress: ProgressCallback = silent,
    cancel: CancelToken | None = None,
) -> Evaluation:
    """Evaluate a model: Table 1 of the paper and stricter figures, each beside a ranking by frequency.

    Space groups count for every crystal whose group is known, environments and connections for described crystals.

    Args:
        encoder: the model.
        dataset: the packed data set.
        split: crystals to evaluate; ``all`` takes every crystal, none of which then counts as training.
        limit: evaluate only the first so many of the split, whose order is random.
        sections: parts of the evaluation.
        shown: further crystals whose concepts are shown.
        supervised: figures of a classifier to stand beside the model's.
        keep: folder in which embeddings and readings are kept as they are made, so that a call resumes an earlier one.
        label_sample: crystals on which the ceiling of space groups is measured; 0: none.
        described_sample: crystals on which the ceiling of environments is measured; 0: none.
        progress: called with the state of the work.
        cancel: stops the work.

    Raises:
        InputError: the split holds no crystal (kind ``empty-split``).
        ModelError: the model gives vectors that are not finite (``not-finite``).
        Cancelled: on request.
    """
    rows_of_split = _rows_of(dataset, split)
    if not len(rows_of_split):
        raise InputError(_no_crystal(dataset, split), kind="empty-split")
    wanted, shown = set(sections), shown or Shown()
    patterns = "connected" in wanted or "examples" in wanted or bool(shown.entries)
    known = banks(encoder, EVALUATED_KINDS if patterns else PER_PHRASE_KINDS, keep)
    work = _Evaluator(encoder, dataset, split, known, keep, progress, cancel or CancelToken())
    work.read(rows_of_split, limit, vectors=bool(wanted & {"table1", "connected", "geometry", "phrases", "errors"}))
    ceiling = (label_sample, described_sample) if "ceiling" in wanted else (0, 0)
    if "table1" in wanted:
        work.rank(SPACE_GROUP.name, sample=ceiling[0])
        work.rank(ENVIRONMENT.name, sample=ceiling[1])
    for kind in CONNECTED_KINDS if "connected" in wanted else ():
        work.rank(kind)
    for kind in GEOMETRY_KINDS if "geometry" in wanted else ():
        work.rank(kind)
    for kind in PER_PHRASE_KINDS if "phrases" in wanted else ():
        work.find(kind)
    errors = work.errors() if "errors" in wanted else None
    examples, missing = work.examples() if "examples" in wanted else ([], [])
    refused = dict(shown.refused)
    untrained = getattr(encoder, "embed_texts_untrained", None)
    related: Relations | None = None
    if "relations" in wanted:
        progress(Progress(0, None, "relating concepts"))
        related = relations(encoder.embed_texts, known[ENVIRONMENT.name][0], untrained=untrained)
    described = int(work.described.sum())
    return Evaluation(
        model=encoder.fingerprint,
        split=split,
        crystals=len(work.rows),
        described=described,
        training_crystals=len(work.dataset.rows("train")),
        sections=tuple(section for section in SECTIONS if section in wanted),
        left_out=_left_out(work.figures, work.counts(), len(work.scores.vectors.unreadable)),
        figures=tuple(_with_supervised(figure, supervised) for figure in work.figures),
        space_group_labels=work.agreements.get(SPACE_GROUP.name, ()),
        environment_labels=work.agreements.get(ENVIRONMENT.name, ()),
        relations=related,
        curves=tuple(work.curves),
        errors=errors,
        phrases=tuple(work.phrases),
        examples=work.tables(examples, refused),
        examples_missing=tuple(missing),
        shown=work.tables(shown.entries, refused),
        refused=refused,
        unreadable=tuple(dataset.ids[row] for row in work.rows[list(work.scores.vectors.unreadable)]),
        supervised=supervised.name if supervised else "",
        data=str(dataset.manifest.get("sha256", {}).get(file_of(dataset.manifest, "arrays"), ""))[:16],
        made_with=versions(),
    )


class _Evaluator:
    """An evaluation in progress: embeddings and figures so far."""

    def __init__(
        self,
        encoder: PhraseEncoder,
        dataset: PackedDataset,
        split: Split,
        known: Banks,
        keep: Path | None,
        progress: ProgressCallback,
        cancel: CancelToken,
    ) -> None:
        self.encoder, self.own, self.known, self.keep = encoder, dataset, known, keep
        self.progress, self.cancel = progress, cancel
        self.dataset = dataset
        if split == "all":  # then none of them is one of training
            sides = np.ones_like(dataset.arrays["split"])
            self.dataset = dataclasses.replace(dataset, arrays={**dataset.arrays, "split": sides})
        self.figures: list[Figure] = []
        self.curves: list[Curve] = []
        self.phrases: list[PhraseRow] = []
        self.agreements: dict[Kind, tuple[Agreement, ...]] = {}

    def read(self, rows: NDArray[np.int64], limit: int | None, *, vectors: bool) -> None:
        """Choose the first ``limit`` of ``rows`` and, with ``vectors``, embed them."""
        self.rows = rows[:limit]
        self.described = self.dataset.arrays["described"][self.rows] > 0
        self.scores = CrystalScores(CrystalVectors.joined((), 0), self.known, self.encoder)
        if vectors:
            width = self.known[SPACE_GROUP.name][1].shape[1]
            vectors_of_crystals = crystal_vectors(
                self.encoder, self.dataset, rows, limit=limit, width=width, keep=self.keep,
                progress=self.progress, cancel=self.cancel,
            )  # fmt: skip
            self.scores = CrystalScores(vectors_of_crystals, self.known, self.encoder)

    def crystals(self, kind: Kind) -> NDArray[np.bool_]:
        """Mask (n,) of the crystals for which it is known whether a concept of this kind is true."""
        return self.dataset.known(kind)[self.rows]

    def counts(self) -> dict[Kind, int]:
        """Number of crystals for which concepts of each kind are known to be true or false."""
        return {kind: int(self.crystals(kind).sum()) for kind in EVALUATED_KINDS}

    def rank(self, kind: Kind, *, sample: int = 0) -> None:
        """Figures of crystal → concepts, with ceilings measured on ``sample`` crystals."""
        self.cancel.check()
        if not self.known[kind][0]:  # the model was trained before the kind existed
            return
        readings: tuple[Reading, ...] = ()
        if sample and kind in _READERS:
            reader = _READERS[kind]
            readings = reader(
                self.dataset, self.rows, sample=sample, keep=self.keep, progress=self.progress, cancel=self.cancel
            )
        self.progress(Progress(0, None, "ranking concepts"))
        bank, mask = self.known[kind][0], self.crystals(kind)
        vocabulary, scores = self.encoder.vocabulary, self.scores.of(kind, mask)
        rank = partial(rank_concepts, vocabulary, self.dataset, kind, bank)
        self.agreements[kind] = tuple(
            Agreement(reading.what, tuple(rank(reading.rows, reading))) for reading in readings
        )
        self.figures += with_ceilings(rank(self.rows[mask], scores), self.agreements[kind])
        self.curves += top_k_curves(vocabulary, self.dataset, kind, bank, self.rows[mask], scores, readings)

    def find(self, kind: Kind) -> None:
        """Figures of phrase → crystals."""
        self.cancel.check()
        self.progress(Progress(0, None, "ranking crystals"))
        bank, mask = self.known[kind][0], self.crystals(kind)
        if bank and mask.any():
            truths = truths_of(self.dataset, self.rows[mask], kind, bank, least=Truth.HELD)
            scores = self.scores.of(kind, mask)
            counts = frequencies(self.encoder.vocabulary, self.dataset, kind, bank, Truth.HELD)
            self.figures += precision_figures(kind, scores, truths)
            self.phrases += phrase_rows(kind, bank, scores, truths, counts)

    def errors(self) -> SpaceGroupErrors | None:
        """Errors of the space groups; None where none is known."""
        self.cancel.check()
        self.progress(Progress(0, None, "looking at the errors"))
        numbers = self.dataset.arrays["space_group"][self.rows].astype(np.int64)
        bank = self.known[SPACE_GROUP.name][0]
        counts = frequencies(self.encoder.vocabulary, self.dataset, SPACE_GROUP.name, bank, Truth.STATED)
        return space_group_errors(self.scores.of(SPACE_GROUP.name, numbers > 0), bank, numbers[numbers > 0], counts)

    def examples(self) -> tuple[list[TableEntry], list[str]]:
        """Entries of the paper's example crystals, and the examples that the data set lacks."""
        examples, missing = examples_of(self.own)
        entries = entries_of(self.own, [row for _, row in examples])
        noted = [
            dataclasses.replace(entry, note=f"{where}; {entry.note}")
            for (where, _), entry in zip(examples, entries, strict=True)
        ]
        return noted, missing

    def tables(self, entries: Sequence[TableEntry], refused: dict[str, str]) -> tuple[CrystalTable, ...]:
        """One table per crystal; crystals that the model cannot embed are added to ``refused`` with the reason."""
        taken: list[TableEntry] = []
        vectors: list[CrystalVectors] = []
        for entry in entries:
            self.cancel.check()
            self.progress(Progress(len(taken), len(entries), f"showing {entry.formula}"))
            try:
                vectors.append(CrystalVectors.of(self.encoder, [entry.cell]))
            except CrystalError as error:
                refused[entry.id] = error.message
                continue
            taken.append(entry)
        if not taken:
            return ()
        width = self.known[SPACE_GROUP.name][1].shape[1]
        return tuple(
            crystal_tables(taken, CrystalScores(CrystalVectors.joined(vectors, width), self.known, self.encoder))
        )


def _rows_of(dataset: PackedDataset, split: Split) -> NDArray[np.int64]:
    return np.arange(len(dataset)) if split == "all" else dataset.rows(split)


def _no_crystal(dataset: PackedDataset, split: str) -> str:
    held = [name for name in ("train", "val", "test") if len(dataset.rows(name))]
    if not held:
        return "The data set holds no crystal at all; pack some."
    names = ", ".join(f"{name!r} ({len(dataset.rows(name)):,})" for name in held)
    return f"The data set has no crystal in its split {split!r}; name another: it holds {names}, and 'all' takes every one."


def _with_supervised(figure: Figure, supervised: Supervised | None) -> Figure:
    value = supervised.values.get(figure.key) if supervised else None
    return figure if value is None else dataclasses.replace(figure, supervised=value)


def _left_out(figures: Sequence[Figure], counts: Mapping[Kind, int], unreadable: int) -> dict[str, int]:
    """Crystals that the top-1 figures leave out, and crystals with a true concept that the bank lacks, by reason.

    ``counts`` are the crystals of which concepts of each kind are known.
    """
    left_out = {"not described": counts[SPACE_GROUP.name] - counts[ENVIRONMENT.name]}
    if unreadable:
        left_out["not readable for the model (counts as not found)"] = unreadable
    for figure in figures:
        if figure.key.endswith(".top1"):
            name, kind = figure.name.removesuffix(", top-1"), figure.key.partition(".")[0]
            left_out[f"{name}: none known to be true (left out)"] = counts[kind] - figure.crystals
            left_out[f"{name}: a true one is not in the bank (counts as not found)"] = figure.missing
    return left_out
