"""Crystals of the same structure type, found by the model and by other methods, on the same crystals.

    python -m benchmarks.similar_crystals PACKED WORK [--model resources/model] [--fill] [--rerank 300]

WORK keeps what was computed (JSON lines and arrays), so that the command goes on where it was stopped; prints Markdown and
writes them as JSON. Without ``--fill`` all crystals are of the validation side, which no training saw; with it, types of
few validation crystals are filled up with training crystals. Needs the ``bench`` extra.
"""

from __future__ import annotations

import argparse
import json
import time
from collections.abc import Callable, Iterable
from pathlib import Path

import numpy as np
from clics.dataset import packed_reader
from clics.dataset.packed_reader import PackedDataset
from clics.evaluation.result_cache import ResultCache
from clics.model.similarity_projection import hash_of, to_bytes
from clics.retrieval.superposition import DEPTH

from benchmarks import baselines
from benchmarks.comparison_methods import EMBEDDING, PRODUCT, own_likeness, reference_of, unit, untrained_way, ways
from benchmarks.fingerprints import distributions, shape_of, site_statistics, soaps, taken_apart, tower, vectors
from benchmarks.leave_one_out import Retrieval, cosines, interval_by_type, leave_one_out, negative_distances
from benchmarks.structure_type_labels import TOLERANCE, Chosen, anonymous_formula, choose
from benchmarks.structure_types import filled_types, held_out_types

Scores = Callable[[], Iterable[np.ndarray]]
SHOWN = (PRODUCT, EMBEDDING, "tower (256)", "hidden (512)", "hidden, half whitened", "atoms, pooled", "channels")
PDD_SCALED = "PDD, one volume per atom"


def pdd_retrieval(
    all_pdd: list[np.ndarray], chosen: Chosen, formulas: list[str], stoich: list[str], kept: ResultCache
) -> tuple:
    """With and without the stoichiometry filter, query by query, kept."""
    n = len(chosen.rows)
    for query in range(n):
        if str(query) not in kept:
            row = next(baselines.pdd_scores(all_pdd, chosen.types, [query]))
            kept.add(str(query), [_one(row, query, chosen, formulas, None), _one(row, query, chosen, formulas, stoich)])
    pairs = np.array([kept[str(query)] for query in range(n)], float)
    return tuple(Retrieval(pairs[:, which, 0], pairs[:, which, 1]) for which in (0, 1))


def _one(row: np.ndarray, query: int, chosen: Chosen, formulas: list[str], stoich: list[str] | None) -> list:
    """The query's figures alone: it is put first, so that one row of scores is enough."""
    order = np.r_[query, np.delete(np.arange(len(row)), query)]
    result = leave_one_out(
        [row[order]],
        chosen.types[order],
        [formulas[i] for i in order],
        stoichiometries=None if stoich is None else [stoich[i] for i in order],
    )
    return [None if np.isnan(x) else float(x) for x in (result.nearest[0], result.precision[0])]


def reranked(
    data: PackedDataset, chosen: Chosen, formulas: list[str], rows: np.ndarray, queries: int, kept: ResultCache
) -> tuple:
    """SimilarityProjection's first :data:`DEPTH`, as ``similar --exact`` puts them in order (``rows``: its vectors).

    Returns what likeness alone and both together reach on the same ``queries`` crystals, and milliseconds a query.
    """
    from clics.retrieval.superposition import SuperpositionTarget
    from pymatgen.core import Structure

    def structure(index: int) -> Structure:
        lattice, numbers, frac = data.structure(int(chosen.rows[index]))
        return Structure(lattice, [int(z) for z in numbers], frac)

    sample = np.random.default_rng(0).permutation(len(chosen.rows))[:queries].tolist()
    for query in sample:
        if str(query) in kept:
            continue
        row = (rows @ rows[query]).astype(float)
        ranked = [i for i in np.argsort(-row, kind="stable").tolist() if formulas[i] != formulas[query]][:DEPTH]
        plain = _one(row, query, chosen, formulas, None)
        start = time.process_time()
        onto = SuperpositionTarget(structure(query))
        for i in ranked:
            distance = onto.distance(structure(i))
            if distance is not None:
                row[i] += 10.0
        took = time.process_time() - start
        kept.add(str(query), [plain, _one(row, query, chosen, formulas, None), took])
    plain, both, took = zip(*(kept[str(query)] for query in sample), strict=True)
    types = chosen.types[sample]
    return Retrieval(*np.array(plain, float).T), Retrieval(*np.array(both, float).T), types, 1000 * float(np.mean(took))


def main() -> None:
    """Choose the crystals, let everyone find, and print the table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("packed", type=Path)
    parser.add_argument("work", type=Path)
    parser.add_argument("--model", type=Path, default=Path("resources/model"))
    parser.add_argument("--fill", action="store_true", help="fill types up with training crystals")
    parser.add_argument("--least", type=int, default=3, help="formulas of a type, at least")
    parser.add_argument("--most", type=int, default=20, help="crystals of a type, at most")
    parser.add_argument("--classes", type=int, default=500)
    parser.add_argument("--tolerance", type=float, default=TOLERANCE, help="of the symmetry in a type's label, Å")
    parser.add_argument(
        "--rerank", type=int, default=0, metavar="N", help="queries whose first 50 the matcher re-ranks"
    )
    parser.add_argument("--pdd", action=argparse.BooleanOptionalAction, default=True, help="PDD is the slowest")
    options = parser.parse_args()

    data = packed_reader.load(options.packed)
    options.work.mkdir(parents=True, exist_ok=True)
    type_of, fill = (
        filled_types(data, options.work, options.tolerance)
        if options.fill
        else (held_out_types(data, options.work, options.tolerance), {})
    )
    names = dict(enumerate(data.formulas))
    chosen = choose(type_of, names, least=options.least, most=options.most, classes=options.classes, fill=fill)
    formulas = [data.formulas[row] for row in chosen.rows]
    stoich = [anonymous_formula(data.structure(int(row))[1]) for row in chosen.rows]
    seen = int((data.arrays["split"][chosen.rows] == 0).sum())
    kinds = len(set(chosen.types.tolist()))
    title = f"{len(chosen.rows):,} crystals ({seen:,} of them training crystals) in {kinds} structure types"
    print(title + "\n", flush=True)
    run = (
        options.work
        / f"{'filled' if options.fill else 'held-out'}-{options.tolerance:g}-{options.least}-{options.most}"
    )
    run.mkdir(exist_ok=True)
    np.save(run / "rows.npy", chosen.rows)

    stamp = json.loads((options.model / "config.json").read_text(encoding="utf-8"))["fingerprint"]
    trained = vectors(data, chosen.rows, run / f"trained-{stamp}.npz", tower(options.model, trained=True))
    untrained = vectors(
        data, chosen.rows, run / f"untrained-{shape_of(options.model)}.npz", tower(options.model, trained=False)
    )
    own = own_likeness(options.model, data)
    every = ways(*reference_of(data, options.work, stamp, tower(options.model, trained=True)), own)
    control = untrained_way(data, options.work, options.model)
    whole = taken_apart(vectors(data, chosen.rows, run / "pdd.npz", distributions))
    sizes = [baselines.growth(data.structure(int(row))) for row in chosen.rows]
    resized = [np.c_[each[:, :1], each[:, 1:] * size] for each, size in zip(whole, sizes, strict=True)]
    amd_raw, amd_scaled = (np.array([baselines.amd_of(each) for each in some]) for some in (whole, resized))

    soap = vectors(data, chosen.rows, run / "soap.npz", soaps)
    statistics = site_statistics(data, chosen.rows, options.work)
    elements = np.array([baselines.composition(data.structure(int(row))) for row in chosen.rows])
    chance = np.random.default_rng(0).normal(size=(len(chosen.rows), 64))

    methods: dict[str, Scores] = {
        "Random": lambda: cosines(chance),
        "Composition": lambda: cosines(elements),
        "SOAP": lambda: cosines(soap["raw"]),
        "SOAP, one volume per atom": lambda: cosines(soap["scaled"]),
        "AMD": lambda: negative_distances(amd_raw, np.inf),
        "AMD, one volume per atom": lambda: negative_distances(amd_scaled, np.inf),
        "CrystalNN SiteStats": lambda: negative_distances(statistics),
        "CLICS, untrained: embedding": lambda: cosines(untrained["embedding"]),
        "CLICS, untrained: likeness fitted the same way": lambda: cosines(control(untrained)),
    }
    for name in SHOWN:
        methods[name] = lambda name=name: cosines(every[name](trained))
    results: dict[str, tuple[Retrieval, Retrieval]] = {
        name: (
            leave_one_out(scores(), chosen.types, formulas),
            leave_one_out(scores(), chosen.types, formulas, stoichiometries=stoich),
        )
        for name, scores in methods.items()
    }
    if options.pdd:
        for name, some in (("PDD", whole), (PDD_SCALED, resized)):
            kept = ResultCache(run / f"{name.replace(', ', '-').replace(' ', '-')}.jsonl")
            results[name] = pdd_retrieval(some, chosen, formulas, stoich, kept)
    report(results, chosen, run.with_suffix(".json"), title)
    if options.rerank:
        plain, again, types, took = reranked(
            data,
            chosen,
            formulas,
            unit(every[PRODUCT](trained)),
            options.rerank,
            ResultCache(run / f"superposed-{hash_of(to_bytes(own))[:8]}.jsonl"),
        )
        print(
            f"\nFirst {DEPTH} superposed by StructureMatcher, {len(types):,} queries, {took:.0f} ms of CPU a query:\n"
        )
        print("| Method | 1-NN | mAP |\n|---|---|---|")
        gain = Retrieval(again.nearest - plain.nearest, again.precision - plain.precision)
        for name, one in (("likeness", plain), ("likeness, then superposed", again), ("gain", gain)):
            print(f"| {name} | {_cell(one.nearest, types)} | {_cell(one.precision, types)} |")


def report(results: dict[str, tuple[Retrieval, Retrieval]], chosen: Chosen, file: Path, title: str) -> None:
    """The table, and its numbers as JSON."""
    print("| Method | 1-NN | mAP | 1-NN, same stoichiometry | mAP, same stoichiometry |\n|---|---|---|---|---|")
    plain: dict[str, object] = {"what": title}
    for name, pair in results.items():
        values = [values for one in pair for values in (one.nearest, one.precision)]
        print(f"| {name} | " + " | ".join(_cell(each, chosen.types) for each in values) + " |")
        plain[name] = [[float(np.nanmean(each)), *interval_by_type(each, chosen.types)] for each in values]
    for rival in ("PDD", PDD_SCALED, "AMD, one volume per atom"):
        if rival in results:
            gains = [
                ours - theirs
                for one, other in zip(results[PRODUCT], results[rival], strict=True)
                for ours, theirs in ((one.nearest, other.nearest), (one.precision, other.precision))
            ]
            print(f"| likeness minus {rival} | " + " | ".join(_cell(each, chosen.types) for each in gains) + " |")
    file.write_text(json.dumps(plain, indent=1), encoding="utf-8")


def _cell(values: np.ndarray, types: np.ndarray) -> str:
    low, high = interval_by_type(values, types)
    return f"{np.nanmean(values):.3f} [{low:.3f}, {high:.3f}]"


if __name__ == "__main__":
    main()
