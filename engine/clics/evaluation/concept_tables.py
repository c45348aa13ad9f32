"""Concepts that a model retrieves for single crystals, in the form of Tables 2 to 5 and S3 of the paper."""

from __future__ import annotations

import contextlib
import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from clics.concepts.concept import Concept, Kind, Truth
from clics.concepts.kinds.shape import SHAPE
from clics.concepts.kinds.space_group import SpaceGroupConcept, number_of
from clics.concepts.registry import EVALUATED_KINDS, row_of
from clics.concepts.truth import true_concepts
from clics.crystals.crystal import Crystal, Refusal
from clics.crystals.perturb import Cell
from clics.dataset.packed_reader import SPLITS, PackedDataset
from clics.errors import ClicsError, InputError
from clics.evaluation.vectors import CrystalScores
from clics.symmetry.group_relations import kinship

TOP = 5

EXAMPLES: tuple[tuple[str, tuple[tuple[str, int], ...]], ...] = (
    ("Table 2", (("PrVO4", 141),)),
    ("Table 3", (("Sm2CoMnO6", 14), ("Gd2MnNiO6", 14))),
    ("Table 4", (("FeTa2O6", 136), ("Ta2NiO6", 136))),
    ("Table 5", (("NaClO3", 14),)),
    ("Table S3", (("SiO2", 194),)),
)
"""The crystals of the paper's tables by formula and space group, each followed by a stand-in of the same structure type."""


@dataclass(frozen=True, slots=True)
class TableEntry:
    """A crystal to be shown. ``truths`` are its facts; without a description only its space group is checked.

    ``geometry``: its facts of geometry are known, by which shapes and networks are checked.
    """

    id: str
    formula: str
    cell: Cell
    truths: Mapping[Concept, Truth]
    described: bool = True
    note: str = ""
    geometry: bool = False


@dataclass(frozen=True, slots=True)
class Retrieved:
    """A concept's phrase, its score, whether the facts hold (None: not known).

    Of a wrong space group, ``relation`` says what it is to the true one, and ``reasonable`` whether that is a small step
    (:mod:`clics.symmetry.group_relations`); "" and None otherwise.
    """

    phrase: str
    score: float
    true: bool | None
    relation: str = ""
    reasonable: bool | None = None


@dataclass(frozen=True, slots=True)
class CrystalTable:
    """The best concepts of one crystal by kind, best first, and the phrases that are true of it by kind."""

    id: str
    formula: str
    note: str
    retrieved: dict[Kind, tuple[Retrieved, ...]]
    true: dict[Kind, tuple[str, ...]]


def entries_of(dataset: PackedDataset, rows: Sequence[int] | NDArray[np.int64]) -> list[TableEntry]:
    """Entries of crystals of a packed data set."""
    known = dataset.known(SHAPE.name)
    return [
        TableEntry(
            dataset.ids[row],
            dataset.formulas[row],
            dataset.structure(int(row)),
            dataset.concepts_of(int(row)),
            described=bool(dataset.arrays["described"][row]),
            note=f"split {SPLITS[int(dataset.arrays['split'][row])]}",
            geometry=bool(known[row]),
        )
        for row in rows
    ]


def rows_of_ids(dataset: PackedDataset, ids: Sequence[str]) -> list[int]:
    """Rows of crystals by id.

    Raises:
        InputError: ids that the data set lacks (kind ``missing``).
    """
    row_of = {name: row for row, name in enumerate(dataset.ids)}
    missing = [name for name in ids if name not in row_of]
    if missing:
        shown = ", ".join(missing[:5]) + (f" and {len(missing) - 5} more" if len(missing) > 5 else "")
        raise InputError(
            f"The data set holds no crystal named {shown}; its names are like {dataset.ids[0]}.", kind="missing"
        )
    return [row_of[name] for name in ids]


def entry_of(crystal: Crystal) -> TableEntry:
    """The entry of a crystal read from a file: described now; one that cannot be is checked by its space group alone.

    Raises :class:`~clics.errors.DescriptionError` for a crystal with shared or partly empty sites.
    """
    from clics.descriptions.describe import describe
    from clics.symmetry.analysis import arrays_of, space_group_of_arrays

    name, cell = f"{crystal.source} {crystal.block}".strip() or crystal.id, arrays_of(crystal.structure)
    try:
        description = describe(crystal)
        has_geometry = description.geometry is not None
        return TableEntry(name, crystal.formula, cell, true_concepts(description), geometry=has_geometry)
    except ClicsError as error:
        truths: dict[Concept, Truth] = {}
        with contextlib.suppress(ClicsError):
            truths[SpaceGroupConcept(space_group_of_arrays(*cell).symbol)] = Truth.STATED
        return TableEntry(name, crystal.formula, cell, truths, described=False, note=error.message)


def entries_of_files(items: Iterable[Crystal | Refusal]) -> tuple[list[TableEntry], dict[str, str]]:
    """Entries of crystals as they are read, and the reasons of refusals by name."""
    entries: list[TableEntry] = []
    refused: dict[str, str] = {}
    for item in items:
        name = f"{item.source} {item.block}".strip()
        if isinstance(item, Refusal):
            refused[name] = item.message
            continue
        try:
            entries.append(entry_of(item))
        except ClicsError as error:
            refused[name] = error.message
    return entries, refused


def examples_of(dataset: PackedDataset) -> tuple[list[tuple[str, int]], list[str]]:
    """Table of the paper and row of each example crystal or its stand-in, and the examples that the data set lacks.

    Of several crystals of a formula and space group the smallest is taken, the first by name.
    """
    sites = np.diff(dataset.arrays["atom_offsets"])
    wanted = {(_composition(formula), number) for _, several in EXAMPLES for formula, number in several}
    numbers = {number for _, number in wanted}
    rows: dict[tuple[frozenset[tuple[str, int]], int], list[int]] = {}
    for row, (formula, number) in enumerate(zip(dataset.formulas, dataset.arrays["space_group"].tolist(), strict=True)):
        if number in numbers and (key := (_composition(formula), number)) in wanted:
            rows.setdefault(key, []).append(row)
    examples, missing = [], []
    for where, several in EXAMPLES:
        first = next((item for item in several if (_composition(item[0]), item[1]) in rows), None)
        if first is None:
            missing.append(f"{several[0][0]} ({where})")
            continue
        own = rows[_composition(first[0]), first[1]]
        row = min(own, key=lambda r: (int(sites[r]), dataset.ids[r]))
        examples.append((where if first == several[0] else f"{where}, in place of {several[0][0]}", row))
    return examples, missing


def crystal_tables(
    entries: Sequence[TableEntry], scores: CrystalScores, *, kinds: Iterable[Kind] = EVALUATED_KINDS, top: int = TOP
) -> list[CrystalTable]:
    """For every crystal the ``top`` concepts of each kind with their scores and whether the facts hold.

    ``scores`` are of these crystals, in this order. Held facts count as true, stated or not. Without a description only the
    space group can be checked, without facts of geometry no shape and no network; whether the facts hold is None there.
    """
    kinds, everything = tuple(kinds), np.ones(len(entries), np.bool_)
    tables: list[dict[Kind, tuple[Retrieved, ...]]] = [{} for _ in entries]
    for kind in kinds:
        bank = scores.banks[kind][0]
        if not bank or not entries:
            continue
        for i, row in enumerate(np.asarray(scores.of(kind, everything)[0 : len(entries)])):
            best = np.argsort(-row, kind="stable")[:top]
            tables[i][kind] = tuple(_retrieved(entries[i], bank[j], float(row[j])) for j in best)
    return [
        CrystalTable(
            entry.id,
            entry.formula,
            entry.note,
            retrieved,
            {kind: tuple(c.phrase for c in entry.truths if c.kind == kind) for kind in kinds},
        )
        for entry, retrieved in zip(entries, tables, strict=True)
    ]


def _retrieved(entry: TableEntry, concept: Concept, score: float) -> Retrieved:
    groups = [number_of(c) for c in entry.truths if c.kind == SpaceGroupConcept.KIND]
    row = row_of(concept.kind)
    known = entry.described if row.needs_description else bool(groups)
    if row.known_by == "geometry":
        known = entry.geometry
    true = entry.truths.get(concept, Truth.FALSE) > Truth.FALSE if known else None
    if true is False and number_of(concept) and groups[0]:
        kin = kinship(groups[0], number_of(concept))
        return Retrieved(concept.phrase, score, true, str(kin), kin.reasonable)
    return Retrieved(concept.phrase, score, true)


def _composition(formula: str) -> frozenset[tuple[str, int]]:
    """Elements and their amounts; the order in which a formula names them does not matter."""
    counts: Counter[str] = Counter()
    for element, amount in re.findall(r"([A-Z][a-z]?)(\d*)", formula):
        counts[element] += int(amount or 1)
    return frozenset(counts.items())
