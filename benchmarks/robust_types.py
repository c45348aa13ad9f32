"""Whether a crystal that was strained, moved or substituted still finds crystals of its structure type first.

    python -m benchmarks.robust_types PACKED WORK [--model resources/model] [--crystals 300]

The crystals of ``benchmarks.similar`` (run that first); so many of them are changed, each is a query against all others as they
are, its own formula excluded. Prints the share whose nearest crystal is of their type, for several read-outs and rivals.
"""

from __future__ import annotations

import argparse
import json
from collections.abc import Callable, Iterable
from pathlib import Path

import numpy as np

from benchmarks import rivals
from benchmarks.fingerprints import taken_apart, tower
from benchmarks.kept import Kept
from benchmarks.types_of import held_out_types
from engine.dataset import packed
from engine.evaluation.encoder import Cell
from engine.evaluation.robustness import CHANGES
from engine.evaluation.structure_types import TOLERANCE, choose

SEED = 20240328


def first_is_alike(scores: Iterable[np.ndarray], places: np.ndarray, types: np.ndarray, formulas: np.ndarray) -> float:
    """Share of queries, changed from the crystals at ``places``, whose best of another formula is of their type."""
    right = []
    for row, place in zip(scores, places.tolist(), strict=True):
        row = np.where(formulas == formulas[place], -np.inf, row)
        right.append(types[int(row.argmax())] == types[place])
    return float(np.mean(right))


def main() -> None:
    """Change, read out, seek, and print the table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("packed", type=Path)
    parser.add_argument("work", type=Path)
    parser.add_argument("--model", type=Path, default=Path("resources/model"))
    parser.add_argument("--crystals", type=int, default=300)
    options = parser.parse_args()

    data = packed.load(options.packed)
    found = held_out_types(data, options.work, TOLERANCE)
    chosen = choose(found, dict(enumerate(data.formulas)), least=3, most=20, classes=500)
    formulas = np.array([data.formulas[row] for row in chosen.rows])
    stamp = json.loads((options.model / "config.json").read_text(encoding="utf-8"))["fingerprint"]
    run = options.work / f"held-out-{TOLERANCE:g}-3-20"
    with (
        np.load(run / f"trained-{stamp}.npz") as trained,
        np.load(run / "untrained.npz") as untrained,
        np.load(run / "pdd.npz") as pdds,
        np.load(options.work / f"reference-{stamp}.npz") as reference,
    ):
        middle = reference["channels"].mean(0)
        pool = read(dict(trained), dict(untrained), middle)
        growths = np.array([[rivals.growth(data.structure(int(row)))] for row in chosen.rows])
        pool["AMD, one volume per atom"] = np.array([rivals.amd_of(each) for each in taken_apart(dict(pdds))]) * growths
    sample = np.sort(np.random.default_rng(SEED).permutation(len(chosen.rows))[: options.crystals])
    kept = Kept(run / f"changed-{options.crystals}-{stamp}.jsonl")
    make: dict[bool, Callable[[list[Cell]], dict[str, np.ndarray]]] = {
        which: tower(options.model, trained=which) for which in (True, False)
    }
    for change in ("none", *CHANGES):
        if change in kept:
            continue
        cells, places = [], []
        for place in sample.tolist():
            cell = data.structure(int(chosen.rows[place]))
            generator = np.random.default_rng((SEED, int(chosen.rows[place])))
            changed = cell if change == "none" else CHANGES[change](cell, generator)
            if changed is not None:
                cells.append(changed)
                places.append(place)
        own = read(make[True](cells), make[False](cells), middle)
        own["AMD, one volume per atom"] = np.array([rivals.amd_of(rivals.pdd(c)) * rivals.growth(c) for c in cells])
        shares = {}
        for name, vectors in own.items():
            if name.startswith("AMD"):
                scores: Iterable[np.ndarray] = (-np.abs(pool[name] - each).max(axis=1) for each in vectors)
            else:
                scores = vectors @ pool[name].T
            shares[name] = first_is_alike(scores, np.array(places), chosen.types, formulas)
        kept.add(change, shares)
        print(change, shares, flush=True)
    names = list(kept["none"])
    print(f"\n{len(sample)} of {len(formulas):,} crystals changed\n\n| Change | " + " | ".join(names) + " |")
    print("|" + "---|" * (len(names) + 1))
    for change in ("none", *CHANGES):
        print(f"| {change} | " + " | ".join(f"{100 * kept[change][name]:.1f}" for name in names) + " |")


def read(trained: dict[str, np.ndarray], untrained: dict[str, np.ndarray], middle: np.ndarray) -> dict[str, np.ndarray]:
    """Unit vectors of the read-outs that are compared."""

    def unit(vectors: np.ndarray) -> np.ndarray:
        return vectors / np.linalg.norm(vectors, axis=1, keepdims=True)

    embedding, channels = unit(trained["embedding"]), unit(trained["channels"] - middle)
    return {
        "embedding": embedding,
        "hidden": unit(trained["hidden"]),
        "atoms": unit(trained["atoms"]),
        "channels": channels,
        "embedding and channels": np.concatenate([embedding, channels], axis=1),
        "untrained tower": unit(untrained["tower"]),
    }


if __name__ == "__main__":
    main()
