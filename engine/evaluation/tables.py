"""The concepts a model retrieves for single crystals, in the manner of Tables 2 to 5 of the paper."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from engine.concepts.concept import Concept, Kind, Truth
from engine.dataset.packed import PackedDataset
from engine.evaluation.encoder import Cell, Encoder
from engine.search.hit import ScoredConcept

TOP = 5
KINDS: tuple[Kind, ...] = ("space_group", "environment")


@dataclass(frozen=True, slots=True)
class TableEntry:
    """A crystal to be shown. ``truths`` are its facts; without a description only its space group is checked."""

    id: str
    formula: str
    cell: Cell
    truths: Mapping[Concept, Truth]
    described: bool = True


@dataclass(frozen=True, slots=True)
class CrystalTable:
    """The best concepts of one crystal by kind, best first, and the phrases that are true of it by kind."""

    id: str
    formula: str
    retrieved: dict[Kind, tuple[ScoredConcept, ...]]
    true: dict[Kind, tuple[str, ...]]


def entries_of(dataset: PackedDataset, rows: Sequence[int] | NDArray[np.int64]) -> list[TableEntry]:
    """Entries of crystals of a packed data set."""
    return [
        TableEntry(
            dataset.ids[row],
            dataset.formulas[row],
            dataset.structure(int(row)),
            dataset.concepts_of(int(row)),
            described=bool(dataset.arrays["described"][row]),
        )
        for row in rows
    ]


def crystal_tables(
    encoder: Encoder, entries: Sequence[TableEntry], *, kinds: Sequence[Kind] = KINDS, top: int = TOP
) -> list[CrystalTable]:
    """For every crystal the ``top`` concepts of each kind with their cosines and whether the facts hold.

    Held facts count as true, stated or not. Without a description only the space group can be checked; whether the
    facts hold is None for the other kinds.
    """
    if not entries:
        return []
    vectors = encoder.embed_crystals([entry.cell for entry in entries])
    banks = {kind: encoder.concepts(kind) for kind in kinds}
    tables = []
    for entry, vector in zip(entries, vectors, strict=True):
        retrieved: dict[Kind, tuple[ScoredConcept, ...]] = {}
        for kind, (bank, bank_vectors) in banks.items():
            scores = bank_vectors @ vector
            best = np.argsort(-scores, kind="stable")[:top]
            retrieved[kind] = tuple(
                ScoredConcept(kind, bank[j].phrase, float(scores[j]), _holds(entry, bank[j])) for j in best
            )
        true = {kind: tuple(c.phrase for c in entry.truths if c.kind == kind) for kind in kinds}
        tables.append(CrystalTable(entry.id, entry.formula, retrieved, true))
    return tables


def _holds(entry: TableEntry, concept: Concept) -> bool | None:
    known = entry.described if concept.kind != "space_group" else any(c.kind == "space_group" for c in entry.truths)
    return entry.truths.get(concept, Truth.FALSE) > Truth.FALSE if known else None
