"""The true concepts of a packed data set's crystals, laid against a model's bank, and their counts in training."""

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
    """What is true of the crystals ``rows`` (n,) among the concepts of ``bank``, at least as true as ``least``.

    A true concept of this kind that the bank lacks is counted in :attr:`~clics.training.metrics.Truths.outside`.
    """
    mention_rows, concepts = _mentions(dataset, rows, least)
    columns = _columns(dataset, kind, bank)[concepts]
    wanted = columns != _OTHER_KIND
    return Truths.from_mentions(mention_rows[wanted], columns[wanted], len(rows))


def labels_of(dataset: PackedDataset, rows: NDArray[np.int64], kind: Kind) -> NDArray[np.int64]:
    """The one concept of ``kind`` of each of ``rows``, as an index into ``dataset.concepts`` (n,); -1 for none."""
    mention_rows, concepts = _mentions(dataset, rows, Truth.STATED)
    of_kind = np.array([concept.kind == kind for concept in dataset.concepts], np.bool_)[concepts]
    labels = np.full(len(rows), -1, np.int64)
    labels[mention_rows[of_kind]] = concepts[of_kind]
    return labels


def training_counts(
    dataset: PackedDataset, kind: Kind, bank: Sequence[Concept], *, least: Truth = Truth.STATED
) -> NDArray[np.int64] | None:
    """How many training crystals each concept of ``bank`` is true of (c,); None where there is no training split."""
    rows = dataset.rows("train")
    if not len(rows):
        return None
    found = truths_of(dataset, rows, kind, bank, least=least)
    return np.bincount(found.columns, minlength=len(bank)).astype(np.int64)


def _mentions(
    dataset: PackedDataset, rows: NDArray[np.int64], least: Truth
) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """(position in ``rows``, index into ``dataset.concepts``) of everything true of the crystals ``rows``."""
    arrays = dataset.arrays
    mentions = Truths(
        arrays["concept_offsets"], np.arange(len(arrays["concept_ids"])), np.zeros(len(dataset), np.int64)
    )
    taken = mentions.take(rows)
    enough = arrays["concept_truth"][taken.columns] >= int(least)
    return taken.rows[enough], arrays["concept_ids"][taken.columns[enough]].astype(np.int64)


def _columns(dataset: PackedDataset, kind: Kind, bank: Sequence[Concept]) -> NDArray[np.int64]:
    """The bank column of every concept of the data set."""
    place = {concept: column for column, concept in enumerate(bank)}
    found = [place.get(c, _OUTSIDE) if c.kind == kind else _OTHER_KIND for c in dataset.concepts]
    return np.array(found, np.int64)
