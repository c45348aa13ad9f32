"""Structure types from few examples: a linear classifier on the frozen tower against other methods (Figures 2 and 3).

    python -m benchmarks.few_shot PACKED WORK [--model resources/model] [--seeds 3] [--scratch-seeds 1] [--figures docs/figures]

Crystals and types are those of ``benchmarks.similar_crystals`` (validation side only, so that no training saw them),
types of at least 10 formulas, all their crystals. WORK keeps every single result (JSON lines), so that the command
goes on where it was stopped; prints Markdown and draws the figures. Needs the ``bench`` extra.
"""

from __future__ import annotations

import argparse
import json
from dataclasses import replace
from pathlib import Path

import numpy as np
from clics.dataset import packed_reader
from clics.evaluation.result_cache import ResultCache
from clics.model.graph_tower import TowerSettings

from benchmarks import baselines
from benchmarks.comparison_methods import own_likeness, parts_of
from benchmarks.few_shot_tasks import Task, accuracies, few_shot, imbalanced, linear_scores
from benchmarks.fingerprints import distributions, shape_of, site_statistics, taken_apart, tower, vectors
from benchmarks.from_scratch import scratch_scores
from benchmarks.structure_type_labels import TOLERANCE, choose
from benchmarks.structure_types import held_out_types

SHOTS = (1, 2, 4, 8, 16)
SHARES = (0.03, 0.05, 0.10, 0.25)
RATES = (3e-4, 1e-3, 3e-3, 1e-2)
RATED = "2-shot"
"""On the first draw of this task a training from scratch gets the learning rate of all."""
DECAYS = (0.01, 0.1, 1.0, 10.0)
FROZEN = "frozen tower, trained head"
SCRATCH = "same tower from scratch"
PLAIN = "ALIGNN as published, same width, from scratch"
AMD, STATISTICS = "logistic regression on AMD", "logistic regression on SiteStats"
DRAWN = (FROZEN, SCRATCH, PLAIN, AMD, STATISTICS)


def task_of(name: str, types: np.ndarray, seed: int) -> Task:
    """The task of a name such as ``2-shot`` or ``5 %``."""
    number, kind = name.replace(" ", "-").split("-")
    return few_shot(types, int(number), seed) if kind == "shot" else imbalanced(types, int(number) / 100, seed)


def settled(features: np.ndarray, types: np.ndarray, name: str, kept: ResultCache) -> tuple[bool, float]:
    """Regularisation of a classifier: the best of a few values on an imbalanced task with half of all crystals."""
    key = f"settled|{name}"
    if key not in kept:
        task = imbalanced(types, 0.5, 99)
        labels = types[task.test]
        accuracy_of = {
            (standardise, decay): accuracies(
                linear_scores(features, types, task, decay=decay, standardise=standardise), labels
            )[1]
            for standardise in (False, True)
            for decay in DECAYS
        }
        kept.add(key, max(accuracy_of, key=lambda way: accuracy_of[way]))
    standardise, decay = kept[key]
    return bool(standardise), float(decay)


def main() -> None:
    """Run what is not kept yet, print the table, draw the figures."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("packed", type=Path)
    parser.add_argument("work", type=Path)
    parser.add_argument("--model", type=Path, default=Path("resources/model"))
    parser.add_argument("--seeds", type=int, default=3, help="draws of examples, for the classifiers on fixed vectors")
    parser.add_argument("--scratch-seeds", type=int, default=1, help="draws of examples, for training from scratch")
    parser.add_argument("--least", type=int, default=10, help="formulas of a type, at least")
    parser.add_argument(
        "--only", nargs="*", help="tasks to train from scratch on, such as '2-shot' '5 %%' (default: all)"
    )
    parser.add_argument("--figures", type=Path, help="folder to draw into")
    options = parser.parse_args()

    data = packed_reader.load(options.packed)
    options.work.mkdir(parents=True, exist_ok=True)
    type_of = held_out_types(data, options.work, TOLERANCE)
    chosen = choose(type_of, dict(enumerate(data.formulas)), least=options.least, most=10**6, classes=10**6)
    types = chosen.types
    print(f"{len(types):,} validation crystals of {types.max() + 1} structure types\n", flush=True)
    stamp = json.loads((options.model / "config.json").read_text(encoding="utf-8"))["fingerprint"]
    run = options.work / f"few-shot-{options.least}"
    run.mkdir(exist_ok=True)
    trained = vectors(data, chosen.rows, run / f"trained-{stamp}.npz", tower(options.model, trained=True))
    untrained = vectors(
        data, chosen.rows, run / f"untrained-{shape_of(options.model)}.npz", tower(options.model, trained=False)
    )
    cells = [data.structure(int(row)) for row in chosen.rows]
    pdds = taken_apart(vectors(data, chosen.rows, run / "pdd.npz", distributions))
    amd = np.array([baselines.amd_of(each) for each in pdds])
    features = {
        FROZEN: trained["tower"],
        "frozen tower, layer before": trained["hidden"],
        "frozen likeness": own_likeness(options.model, data).project(parts_of(trained)),
        "frozen embedding": trained["embedding"],
        "frozen untrained tower": untrained["tower"],
        AMD: amd,
        "logistic regression on AMD, one volume per atom": amd * np.array([[baselines.growth(cell)] for cell in cells]),
        STATISTICS: site_statistics(data, chosen.rows, options.work),
    }
    names = [f"{shots}-shot" for shots in SHOTS] + [f"{100 * share:.0f} %" for share in SHARES]
    kept = ResultCache(run / f"results-{stamp}.jsonl")
    for method, own in features.items():
        way = settled(own, types, method, kept)
        for name in names:
            for seed in range(options.seeds):
                if (key := f"{method}|{name}|{seed}") not in kept:
                    task = task_of(name, types, seed)
                    scores = linear_scores(own, types, task, standardise=way[0], decay=way[1])
                    kept.add(key, accuracies(scores, types[task.test]))
    show(kept, names, list(features), options)

    from clics.model.folder import load
    from clics.model.graph import build_graph

    settings = load(options.model, text=False).model.settings
    graphs = [build_graph(*cell, settings.graph) for cell in cells]
    towers: dict[str, TowerSettings] = {
        SCRATCH: settings.tower,
        PLAIN: replace(settings.tower, resolution=False, moments=0),
    }
    # by the tower's shape, so that results of another are never taken for this one's; the plain one sees no channels
    scratch = {
        SCRATCH: ResultCache(run / f"scratch-{shape_of(options.model)}.jsonl"),
        PLAIN: ResultCache(run / f"scratch-plain-{settings.tower.width}.jsonl"),
    }
    asked = names if options.only is None else options.only

    def train(method: str, name: str, seed: int, rate: float) -> dict[str, float]:
        key = f"{method}|{name}|{seed}|{rate:g}"
        if key not in scratch[method]:
            task = task_of(name, types, seed)
            scores = scratch_scores(towers[method], graphs, types, task, rate, seed)
            scratch[method].add(key, accuracies(scores, types[task.test]))
            print(key, scratch[method][key], flush=True)
        result: dict[str, float] = scratch[method][key]
        return result

    for method in towers if options.scratch_seeds else ():
        tried = {rate: train(method, RATED, 0, rate) for rate in RATES}
        best = max(RATES, key=lambda rate: tried[rate][min(tried[rate], key=int)])
        print(f"{method}: a learning rate of {best:g}", flush=True)
        for seed in range(options.scratch_seeds):
            for name in asked:
                if (key := f"{method}|{name}|{seed}") not in kept:
                    kept.add(key, train(method, name, seed, best))
    show(kept, names, [*features, *towers], options)


def curve(kept: ResultCache, method: str, names: list[str], k: int) -> list[tuple[float, float, int]]:
    """For every task mean and spread over the draws, and how many there are; nan and 0 for a task that was not run."""
    points = []
    for name in names:
        keys = [f"{method}|{name}|{seed}" for seed in range(100)]
        values = [{int(n): v for n, v in kept[key].items()}[k] for key in keys if key in kept]
        points.append((float(np.mean(values)), float(np.std(values)), len(values)) if values else (np.nan, 0.0, 0))
    return points


def show(kept: ResultCache, names: list[str], methods: list[str], options: argparse.Namespace) -> None:
    """The table in percent: top-1 / top-5, mean over the draws; figures where a folder was named."""
    print("\n| Method | " + " | ".join(names) + " |\n|" + "---|" * (len(names) + 1))
    for method in methods:
        pairs = zip(curve(kept, method, names, 1), curve(kept, method, names, 5), strict=True)
        cells = [f"{100 * a[0]:.1f} / {100 * b[0]:.1f}" if a[2] else "–" for a, b in pairs]
        print(f"| {method} | " + " | ".join(cells) + " |", flush=True)
    if options.figures:
        options.figures.mkdir(parents=True, exist_ok=True)
        draw(
            kept, names[: len(SHOTS)], list(SHOTS), "examples of every structure type", options.figures / "few-shot.png"
        )
        shares = [100 * share for share in SHARES]
        draw(
            kept,
            names[len(SHOTS) :],
            shares,
            "share of all crystals learned from, %",
            options.figures / "imbalanced.png",
        )


def draw(kept: ResultCache, names: list[str], positions: list[float], label: str, file: Path) -> None:
    """Figure 2 or 3 of the paper: top-1 solid, top-5 dotted."""
    import matplotlib

    matplotlib.use("Agg")
    from matplotlib import pyplot

    figure, axes = pyplot.subplots(figsize=(6.4, 4.4), dpi=150)
    for i, method in enumerate(DRAWN):
        for k, style in ((1, "-"), (5, ":")):
            points = curve(kept, method, names, k)
            means, spreads = np.array([p[0] for p in points]), np.array([p[1] for p in points])
            if np.isfinite(means).any():
                axes.errorbar(
                    positions, 100 * means, 100 * spreads, ls=style, marker="o", ms=3.5, color=f"C{i}",
                    label=method if k == 1 else None,
                )  # fmt: skip
    axes.set(xscale="log", xlabel=label, ylabel="accuracy, %", ylim=(0, 100))
    axes.set_xticks(positions, [f"{position:g}" for position in positions])
    axes.minorticks_off()
    axes.legend(fontsize=7, title="solid: top-1, dotted: top-5", title_fontsize=7)
    axes.grid(alpha=0.3)
    figure.tight_layout()
    figure.savefig(file)
    pyplot.close(figure)


if __name__ == "__main__":
    main()
