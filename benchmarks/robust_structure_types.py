"""Structure types found by different embeddings of one tower, for crystals as they are, strained, rattled or substituted.

    python -m benchmarks.robust_structure_types PACKED WORK [--model resources/model] [--crystals 300] [--pdd]

The crystals of ``benchmarks.similar_crystals`` (run that first). "As they are" is its table: 1-NN and mAP over all.
Then so many crystals are changed, each is a query against all others as they are, its own formula excluded: the share
whose nearest crystal is of their type. Rows are ways to read the tower (``benchmarks/comparison_methods.py``) and
peers; WORK keeps what was computed. Needs the ``bench`` extra.
"""

from __future__ import annotations

import argparse
import json
from collections.abc import Iterable
from pathlib import Path

import numpy as np
from clics.atomic_files import replacing
from clics.crystals.perturb import Cell
from clics.dataset import packed_reader
from clics.evaluation.result_cache import ResultCache

from benchmarks import baselines
from benchmarks.comparison_methods import own_likeness, reference_of, unit, untrained_way, ways
from benchmarks.fingerprints import Maker, shape_of, taken_apart, tower
from benchmarks.leave_one_out import cosines, leave_one_out
from benchmarks.perturbation_survival import CHANGES
from benchmarks.structure_type_labels import TOLERANCE, choose
from benchmarks.structure_types import held_out_types

SEED = 20240328
AMD, PDD = "AMD, one volume per atom", "PDD, one volume per atom"
CONTROL = "untrained tower, fitted the same way"


def first_is_alike(scores: Iterable[np.ndarray], indices: np.ndarray, types: np.ndarray, formulas: np.ndarray) -> float:
    """Share of queries, changed from the crystals at ``indices``, whose best of another formula is of their type."""
    right = []
    for row, index in zip(scores, indices.tolist(), strict=True):
        row = np.where(formulas == formulas[index], -np.inf, row)
        right.append(types[int(row.argmax())] == types[index])
    return float(np.mean(right))


def nearest_by_pdd(own: np.ndarray, pool: list[np.ndarray], averages: np.ndarray, allowed: np.ndarray) -> np.ndarray:
    """Minus the distances to the pool (p,), exact for the nearest of those ``allowed`` (p,); -inf for what lies farther."""
    import amd

    row, best = np.full(len(pool), -np.inf), np.inf
    bound = np.where(allowed, np.abs(averages - baselines.amd_of(own)).max(axis=1), np.inf)
    for i in np.argsort(bound, kind="stable").tolist():
        if bound[i] > best:  # no distance is below that between the averages
            break
        row[i] = -amd.EMD(own, pool[i])
        best = min(best, -row[i])
    return row


def main() -> None:
    """Change, read out, seek, and print the table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("packed", type=Path)
    parser.add_argument("work", type=Path)
    parser.add_argument("--model", type=Path, default=Path("resources/model"))
    parser.add_argument("--crystals", type=int, default=300)
    parser.add_argument("--pdd", action="store_true", help="PDD too, which is slow")
    options = parser.parse_args()

    data = packed_reader.load(options.packed)
    types_of = held_out_types(data, options.work, TOLERANCE)
    chosen = choose(types_of, dict(enumerate(data.formulas)), least=3, most=20, classes=500)
    formulas = np.array([data.formulas[row] for row in chosen.rows])
    stamp = json.loads((options.model / "config.json").read_text(encoding="utf-8"))["fingerprint"]
    shape = shape_of(options.model)
    run = options.work / f"held-out-{TOLERANCE:g}-3-20"
    trained, untrained = (_loaded(run / f"{name}.npz") for name in (f"trained-{stamp}", f"untrained-{shape}"))
    growths = np.array([baselines.growth(data.structure(int(row))) for row in chosen.rows])
    pool = [
        np.c_[each[:, :1], each[:, 1:] * growth]
        for each, growth in zip(taken_apart(_loaded(run / "pdd.npz")), growths, strict=True)
    ]
    averages = np.array([baselines.amd_of(each) for each in pool])
    sample = np.sort(np.random.default_rng(SEED).permutation(len(chosen.rows))[: options.crystals])

    own, copies = reference_of(data, options.work, stamp, tower(options.model, trained=True))
    every = ways(own, copies, own_likeness(options.model, data))
    control = untrained_way(data, options.work, options.model)
    table: dict[str, list[float]] = {name: [] for name in (*every, CONTROL, AMD, *([PDD] if options.pdd else []))}
    whole = {name: unit(way(trained)) for name, way in every.items()} | {CONTROL: unit(control(untrained))}
    for name, rows in whole.items():
        result = leave_one_out(cosines(rows), chosen.types, formulas.tolist())
        table[name] += [100 * result.one_nn, 100 * result.mean_precision]
    result = leave_one_out((-np.abs(averages - each).max(axis=1) for each in averages), chosen.types, formulas.tolist())
    table[AMD] += [100 * result.one_nn, 100 * result.mean_precision]

    kept = ResultCache(run / f"pdd-changed-{options.crystals}.jsonl")
    for change in CHANGES:
        cells, indices = changed(data, chosen.rows, sample, change)
        slug = change.replace(" ", "-")
        now = _kept(run / f"changed-{slug}-{options.crystals}-{stamp}.npz", tower(options.model, trained=True), cells)
        before = _kept(
            run / f"changed-{slug}-{options.crystals}-untrained-{shape}.npz", tower(options.model, trained=False), cells
        )
        for name, rows in whole.items():
            queries = unit(control(before) if name == CONTROL else every[name](now))
            table[name].append(100 * first_is_alike(queries @ rows.T, indices, chosen.types, formulas))
        resized = [baselines.pdd(baselines.resized(cell)) for cell in cells]
        by_average = (-np.abs(averages - baselines.amd_of(each)).max(axis=1) for each in resized)
        table[AMD].append(100 * first_is_alike(by_average, indices, chosen.types, formulas))
        if options.pdd:
            if change not in kept:
                pairs = zip(resized, indices.tolist(), strict=True)
                by_pdd = (nearest_by_pdd(each, pool, averages, formulas != formulas[at]) for each, at in pairs)
                kept.add(change, first_is_alike(by_pdd, indices, chosen.types, formulas))
            table[PDD] = [*(table[PDD] or [np.nan, np.nan]), 100 * kept[change]]
        print(change, flush=True)

    header = ("Compared by", "1-NN", "mAP", *CHANGES)
    print(f"\n{len(formulas):,} crystals, {len(sample)} of them changed; per cent\n\n| " + " | ".join(header) + " |")
    print("|" + "---|" * len(header))
    for name, values in table.items():
        print(f"| {name} | " + " | ".join("–" if np.isnan(value) else f"{value:.1f}" for value in values) + " |")


def changed(
    data: packed_reader.PackedDataset, rows: np.ndarray, sample: np.ndarray, name: str
) -> tuple[list[Cell], np.ndarray]:
    """The crystals at ``sample`` after the change ``name``, each drawn by its own seed, and their indices."""
    cells, indices = [], []
    for index in sample.tolist():
        row = int(rows[index])
        cell = CHANGES[name](data.structure(row), np.random.default_rng((SEED, row)))
        if cell is not None:
            cells.append(cell)
            indices.append(index)
    return cells, np.array(indices)


def _loaded(file: Path) -> dict[str, np.ndarray]:
    with np.load(file) as arrays:
        return dict(arrays)


def _kept(file: Path, make: Maker, cells: list[Cell]) -> dict[str, np.ndarray]:
    if not file.exists():
        made = make(cells)
        with replacing(file) as part:
            np.savez(part, **made)
    return _loaded(file)


if __name__ == "__main__":
    main()
