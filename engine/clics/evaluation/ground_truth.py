"""Ground truth of a packed data set in terms of a model's bank of concepts, and frequencies in training."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from clics.concepts.concept import Concept, Kind, Truth
from clics.dataset.packed_reader import PackedDataset
from clics.training.metrics import Truths

_OTHER_KIND = -2
_OUTSIDE = -1


def truths_of(
    dataset: PackedDataset, rows: NDArray[np.int64], kind: Kind, bank: Sequence[Concept], *, least: Truth = Truth.STATED
) -> Truths:
    """The true concepts of some crystals.

    Args:
        dataset: the packed data set.
        rows: its crystals (n,).
        kind: of the concepts.
        bank: concepts of that kind that the model ranks; columns of the result.
        least: level from which a concept counts as true.

    Returns:
        n rows; true concepts that the bank lacks are counted in :attr:`~clics.training.metrics.Truths.outside`.
    """
    mention_rows, concepts = _mentions(dataset, rows, least)
    columns = _columns(dataset, kind, bank)[concepts]
    wanted = columns != _OTHER_KIND
    return Truths.from_mentions(mention_rows[wanted], columns[wanted], len(rows))


def labels_of(dataset: PackedDataset, rows: NDArray[np.int64], kind: Kind) -> NDArray[np.int64]:
    """Class labels (n,) of the crystals ``rows``: the index in ``dataset.concepts`` of their concept of ``kind``; -1: none."""
    mention_rows, concepts = _mentions(dataset, rows, Truth.STATED)
    of_kind = np.array([concept.kind == kind for concept in dataset.concepts], np.bool_)[concepts]
    labels = np.full(len(rows), -1, np.int64)
    labels[mention_rows[of_kind]] = concepts[of_kind]
    return labels


def training_counts(
    dataset: PackedDataset, kind: Kind, bank: Sequence[Concept], *, least: Truth = Truth.STATED
) -> NDArray[np.int64] | None:
    """Number of training crystals (c,) that each concept of ``bank`` is true of; None without a training split."""
    rows = dataset.rows("train")
    if not len(rows):
        return None
    truths = truths_of(dataset, rows, kind, bank, least=least)
    return np.bincount(truths.columns, minlength=len(bank)).astype(np.int64)


def _mentions(
    dataset: PackedDataset, rows: NDArray[np.int64], least: Truth
) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Position in ``rows`` and index in ``dataset.concepts`` of every concept that is true of a crystal of ``rows``."""
    arrays = dataset.arrays
    mentions = Truths(
        arrays["concept_offsets"], np.arange(len(arrays["concept_ids"])), np.zeros(len(dataset), np.int64)
    )
    taken = mentions.take(rows)
    enough = arrays["concept_truth"][taken.columns] >= int(least)
    return taken.rows[enough], arrays["concept_ids"][taken.columns[enough]].astype(np.int64)


def _columns(dataset: PackedDataset, kind: Kind, bank: Sequence[Concept]) -> NDArray[np.int64]:
    """Column in the bank of every concept of the data set."""
    column_of = {concept: column for column, concept in enumerate(bank)}
    columns = [column_of.get(c, _OUTSIDE) if c.kind == kind else _OTHER_KIND for c in dataset.concepts]
    return np.array(columns, np.int64)
