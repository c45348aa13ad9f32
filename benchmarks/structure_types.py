"""Structure types of the crystals of a packed data set, computed once and cached for other benchmarks."""

from __future__ import annotations

from collections import defaultdict
from pathlib import Path

import numpy as np
from clics.dataset.packed_reader import PackedDataset
from clics.evaluation.result_cache import ResultCache

from benchmarks.structure_type_labels import anonymous_formula, superposed, type_label

FILL = 30
"""Training crystals that are laid on the types of one label, at most."""


def labels(data: PackedDataset, rows: np.ndarray, work: Path, tolerance: float) -> dict[int, str]:
    """The label of every row that has one."""
    kept = ResultCache(work / f"labels-{tolerance:g}.jsonl")
    for row in rows.tolist():
        if data.ids[row] not in kept:
            kept.add(data.ids[row], type_label(data.structure(row), tolerance))
    return {row: kept[data.ids[row]] for row in rows.tolist() if kept[data.ids[row]]}


def held_out_types(data: PackedDataset, work: Path, tolerance: float) -> dict[int, str]:
    """The type of every validation crystal whose label another formula of the validation side shares."""
    return _superposed(
        data, labels(data, data.rows("val"), work, tolerance), {}, ResultCache(work / f"types-{tolerance:g}.jsonl")
    )


def filled_types(data: PackedDataset, work: Path, tolerance: float) -> tuple[dict[int, str], dict[int, str]]:
    """The types of validation crystals, and of training crystals that share a label with two formulas of them."""
    own = labels(data, data.rows("val"), work, tolerance)
    formulas = defaultdict(set)
    for row, label in own.items():
        formulas[label].add(data.formulas[row])
    shared = {label for label, distinct in formulas.items() if len(distinct) > 1}
    stoichiometries = {label.split("_")[0] for label in shared}
    train = np.random.default_rng(0).permutation(data.rows("train"))
    fits = [row for row in train.tolist() if anonymous_formula(data.structure(row)[1]) in stoichiometries]
    others: dict[str, list[int]] = defaultdict(list)
    for row, label in labels(data, np.array(fits), work, tolerance).items():
        if label in shared and len(others[label]) < FILL:
            others[label].append(row)
    types = _superposed(data, own, others, ResultCache(work / f"types-filled-{tolerance:g}.jsonl"))
    return {r: t for r, t in types.items() if r in own}, {r: t for r, t in types.items() if r not in own}


def _superposed(
    data: PackedDataset, own: dict[int, str], others: dict[str, list[int]], kept: ResultCache
) -> dict[int, str]:
    by_label: dict[str, list[int]] = defaultdict(list)
    for row, label in own.items():
        by_label[label].append(row)
    types: dict[int, str] = {}
    for label, members in by_label.items():
        if len({data.formulas[row] for row in members}) < 2:
            continue
        rows = [*members, *others.get(label, ())]
        if label not in kept:
            kept.add(label, superposed([data.structure(row) for row in rows]))
        types.update({row: f"{label}#{own_type}" for row, own_type in zip(rows, kept[label], strict=True)})
    return types
