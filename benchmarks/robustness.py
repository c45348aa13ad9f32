"""Robustness of structural similarity and retrieved concepts to perturbations, beside AMD and PDD.

    python -m benchmarks.robustness PACKED WORK [--model resources/model] [--crystals 300] [--pool 2000]

The first described crystals of the validation side are changed; each is then sought among the first so many validation
crystals, the original among them: by the model's likeness, by the embedding, and by AMD and PDD. WORK keeps what was computed;
prints Markdown. Needs the ``bench`` extra.
"""

from __future__ import annotations

import argparse
import json
from collections.abc import Iterator
from pathlib import Path

import numpy as np
from clics.concepts.concept import Kind, Truth
from clics.concepts.phrases import space_group
from clics.crystals.perturb import Cell
from clics.dataset import packed_reader
from clics.dataset.packed_reader import PackedDataset
from clics.evaluation.ground_truth import truths_of
from clics.evaluation.result_cache import ResultCache
from clics.evaluation.vectors import CrystalScores, CrystalVectors
from clics.model.encoder import Encoder
from clics.model.similarity_projection import hash_of, to_bytes
from clics.symmetry.analysis import space_group_of_arrays
from clics.training.metrics import best_ranks, false_above

from benchmarks import baselines
from benchmarks.comparison_methods import own_likeness, parts_of
from benchmarks.fingerprints import distributions, taken_apart, tower, vectors
from benchmarks.perturbation_survival import CHANGES, survival

SEED = 20240328


def nearest_by_pdd(own: np.ndarray, pool: list[np.ndarray], averages: np.ndarray, index: int) -> np.ndarray:
    """Minus the distances to the pool (p,), exact for the crystal at ``index`` and for the nearest other; -inf elsewhere."""
    import amd

    row = np.full(len(pool), -np.inf)
    row[index] = -amd.EMD(own, pool[index])
    bound = np.abs(averages - baselines.amd_of(own)).max(axis=1)
    best = np.inf
    for i in np.argsort(bound, kind="stable").tolist():
        if bound[i] > best:  # no distance is below that between the averages
            break
        if i != index:
            row[i] = -amd.EMD(own, pool[i])
            best = min(best, -row[i])
    return row


def changed_cells(data: PackedDataset, rows: np.ndarray, name: str) -> list[Cell | None]:
    """The crystals of ``rows`` after the change ``name``, each drawn by its own seed."""
    return [CHANGES[name](data.structure(int(row)), np.random.default_rng((SEED, int(row)))) for row in rows]


def top1(encoder: Encoder, data: PackedDataset, rows: np.ndarray, embedded: CrystalVectors, kind: Kind) -> float:
    """Share of crystals whose best concept of ``kind`` is one of the unchanged crystal's (stated ones)."""
    bank, _ = encoder.concepts(kind)
    truths = truths_of(data, rows, kind, bank, least=Truth.STATED)
    known = truths.counts > 0
    scores = CrystalScores(embedded, {kind: encoder.concepts(kind)}, encoder).of(kind, known)
    truths = truths.take(np.flatnonzero(known))
    ranks = best_ranks(false_above(scores, truths), truths)
    return float((ranks == 1).mean())


def main() -> None:
    """Change, embed, seek, and print the table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("packed", type=Path)
    parser.add_argument("work", type=Path)
    parser.add_argument("--model", type=Path, default=Path("resources/model"))
    parser.add_argument("--crystals", type=int, default=300)
    parser.add_argument("--pool", type=int, default=2000)
    options = parser.parse_args()

    data = packed_reader.load(options.packed)
    options.work.mkdir(parents=True, exist_ok=True)
    pool = data.rows("val")[: options.pool]
    indices = np.flatnonzero(data.arrays["described"][pool] > 0)[: options.crystals]
    rows = pool[indices]
    encoder = Encoder.load(options.model)
    stamp = json.loads((options.model / "config.json").read_text(encoding="utf-8"))["fingerprint"]

    def embedded(cells: list[Cell]) -> dict[str, np.ndarray]:
        return {"embedding": encoder.embed_all(cells).shared}

    name = f"robustness-{options.crystals}-{options.pool}"
    own = vectors(data, pool, options.work / f"{name}-{stamp}.npz", embedded)["embedding"]
    distances = taken_apart(vectors(data, pool, options.work / f"{name}-pdd.npz", distributions))
    averages = np.array([baselines.amd_of(each) for each in distances])
    kept = ResultCache(options.work / f"{name}-{stamp}.jsonl")
    for change in ("none", *CHANGES):
        if change not in kept:
            cells = [data.structure(int(r)) for r in rows] if change == "none" else changed_cells(data, rows, change)
            possible = np.array([cell is not None for cell in cells])
            kept.add(
                change,
                _figures(
                    encoder,
                    data,
                    [c for c in cells if c is not None],
                    indices[possible],
                    pool,
                    own,
                    distances,
                    averages,
                ),
            )
            print(change, kept[change], flush=True)
    for change in ("none", *CHANGES):  # apart, so that results kept before this was asked stay good
        if (key := f"{change}|group") not in kept:
            cells = [data.structure(int(r)) for r in rows] if change == "none" else changed_cells(data, rows, change)
            kept.add(key, _groups(encoder, data, cells, rows))
    likeness = own_likeness(options.model, data)
    alike = hash_of(to_bytes(likeness))[:8]

    def placed(cells: list[Cell]) -> dict[str, np.ndarray]:
        return {"likeness": likeness.project(parts_of(tower(options.model, trained=True)(cells)))}

    pooled = vectors(data, pool, options.work / f"{name}-{stamp}-{alike}.npz", placed)["likeness"]
    for change in ("none", *CHANGES):
        if (key := f"{change}|{alike}") not in kept:
            cells = [data.structure(int(r)) for r in rows] if change == "none" else changed_cells(data, rows, change)
            at = indices[[cell is not None for cell in cells]]
            structural = placed([cell for cell in cells if cell is not None])["likeness"]
            lasting = survival(structural @ pooled.T, pooled[at] @ pooled.T, at)
            cosine = (structural * pooled[at]).sum(axis=1)
            low = float(np.percentile(cosine, 5))
            kept.add(key, [float(cosine.mean()), low, lasting.finds_itself, lasting.keeps_neighbour])
    header = (
        *("Change", "crystals", "likeness, mean (5th percentile)", "embedding's cosine, mean (5th percentile)"),
        *("itself first: likeness", "embedding", "AMD", "PDD", "same neighbour: likeness", "embedding", "AMD", "PDD"),
        *("environment, top-1", "space group, top-1"),
        *("spglib still says the same group", "space group of the changed crystal, top-1"),
    )
    print(f"\n{len(rows)} crystals among {len(pool):,}\n\n| " + " | ".join(header) + " |\n|" + "---|" * len(header))
    for change in ("none", *CHANGES):
        one, same, own_group = kept[change], *kept[f"{change}|group"]
        mean, low, *lasting = kept[f"{change}|{alike}"]
        shown = [
            change,
            str(one["crystals"]),
            f"{mean:.3f} ({low:.3f})",
            f"{one['cosine']:.3f} ({one['cosine_low']:.3f})",
        ]
        for what, by_likeness in zip(("itself", "neighbour"), lasting, strict=True):
            shown += [
                f"{100 * x:.1f}" for x in (by_likeness, *(one[f"{who}_{what}"] for who in ("clics", "amd", "pdd")))
            ]
        shown += [f"{100 * share:.1f}" for share in (one["environment"], one["space_group"], same, own_group)]
        print("| " + " | ".join(shown) + " |")


def _groups(encoder: Encoder, data: PackedDataset, cells: list[Cell | None], rows: np.ndarray) -> tuple[float, float]:
    """Share of changed crystals of which spglib (0.01 Å) says the old group, and whose first group is the one it says now."""
    numbers = data.arrays["space_group"][rows]
    pairs = [(cell, number) for cell, number in zip(cells, numbers.tolist(), strict=True) if cell is not None]
    now = [space_group_of_arrays(*cell) for cell, _ in pairs]
    bank, columns = encoder.concepts("space_group")
    best = (encoder.embed_all([cell for cell, _ in pairs]).shared @ columns.T).argmax(axis=1)
    right = [bank[i].phrase == space_group(group.symbol) for i, group in zip(best, now, strict=True)]
    same = [group.number == number for group, (_, number) in zip(now, pairs, strict=True)]
    return float(np.mean(same)), float(np.mean(right))


def _figures(
    encoder: Encoder,
    data: PackedDataset,
    cells: list[Cell],
    indices: np.ndarray,
    pool: np.ndarray,
    own: np.ndarray,
    distances: list[np.ndarray],
    averages: np.ndarray,
) -> dict[str, float]:
    """All figures of one change; ``cells`` are the changed crystals, ``indices`` their originals in the pool."""
    read = CrystalVectors.of(encoder, cells)
    own_vectors = read.crystals
    changed = [baselines.pdd(cell) for cell in cells]

    def by_amd(some: list[np.ndarray]) -> Iterator[np.ndarray]:
        return (-np.abs(averages - baselines.amd_of(each)).max(axis=1) for each in some)

    def by_pdd(some: list[np.ndarray]) -> Iterator[np.ndarray]:
        return (nearest_by_pdd(each, distances, averages, index) for each, index in zip(some, indices, strict=True))

    before = [distances[index] for index in indices]
    kinds = {
        "clics": survival(own_vectors @ own.T, own[indices] @ own.T, indices),
        "amd": survival(by_amd(changed), by_amd(before), indices),
        "pdd": survival(by_pdd(changed), by_pdd(before), indices),
    }
    cosine = (own_vectors * own[indices]).sum(axis=1)
    return {
        "crystals": len(cells),
        "cosine": float(cosine.mean()),
        "cosine_low": float(np.percentile(cosine, 5)),
        **{f"{who}_itself": one.finds_itself for who, one in kinds.items()},
        **{f"{who}_neighbour": one.keeps_neighbour for who, one in kinds.items()},
        "space_group": top1(encoder, data, pool[indices], read, "space_group"),
        "environment": top1(encoder, data, pool[indices], read, "environment"),
    }


if __name__ == "__main__":
    main()
