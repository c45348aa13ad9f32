"""Ablation of the recipe: one small training per change and seed, against one baseline, in one table.

    python -m benchmarks.ablation PACKED WORK [--crystals 4000] [--epochs 6] [--width 32] [--seeds 2] [--only NAME ...] [--table]

Every training has the baseline's crystals, epochs and validation crystals, and differs from it by its variant alone. WORK keeps
a line per finished training and the state of the one under way, so that the command goes on where it was stopped, by
``kill -9`` too; other options begin another table beside it. ``--table`` prints what there is and trains nothing. A ranking
of small trainings says what to spend a large one on; it is not the released model's.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import shutil
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
from clics.dataset import packed_reader
from clics.dataset.packed_reader import PackedDataset
from clics.dataset.packed_writer import pack
from clics.evaluation.result_cache import ResultCache
from clics.model.encoder import Encoder
from clics.training import checkpoint
from clics.training.recipe import Augmentation, Loss, Recipe
from clics.training.train import train

from benchmarks.leave_one_out import cosines, leave_one_out
from benchmarks.losses import record
from benchmarks.structure_type_labels import type_label

Change = Callable[[Recipe], Recipe]
FIGURES = {
    "space_group_top1": "space group, top-1",
    "space_group_top5": "top-5",
    "environment_top1": "environment, top-1",
    "environment_top5": "top-5",
    "environment_map": "mAP",
    "type_1nn": "structure type, 1-NN",
    "seconds_per_step": "s/step",
}
BASELINE = "baseline"
BY_VECTOR = ("environment_top1", "environment_top5", "environment_map")


@dataclass(frozen=True)
class Variant:
    """A named change of the baseline's recipe."""

    name: str
    change: Change


def _recipe(**changes: Any) -> Change:
    return lambda recipe: replace(recipe, **changes)


def _tower(**changes: Any) -> Change:
    return lambda r: replace(r, model=replace(r.model, tower=replace(r.model.tower, **changes)))


def _graph(**changes: Any) -> Change:
    return lambda r: replace(r, model=replace(r.model, graph=replace(r.model.graph, **changes)))


def _text(*layers: int) -> Change:
    return lambda r: replace(r, text=replace(r.text, layers=layers))


def _wider(factor: float) -> Change:
    return lambda r: _tower(width=round(factor * r.model.tower.width))(r)


def _no_bank(loss: Loss) -> Change:
    """Without the bank the text tower learns from pairs alone, so on every step and from every crystal, as in the paper."""
    return lambda r: replace(r, loss=loss, text_every=1, texts=r.batch)


VARIANTS = (
    Variant(BASELINE, lambda recipe: recipe),
    Variant("loss: plain InfoNCE (equation 1)", _no_bank("equation-1")),
    Variant("loss: known positives, no bank", _no_bank("known")),
    Variant("loss: space groups weigh as environments", _recipe(space_group_weight=1.0)),
    Variant(
        "loss: space groups weigh twice as much", lambda r: replace(r, space_group_weight=2 * r.space_group_weight)
    ),
    Variant("text tower aligned at the very end", _recipe(text_alignment_start=1.0)),
    Variant("log-scale channels off", _tower(log_scale=False)),
    Variant("spread within elements off", _tower(spread=False)),
    Variant("lattice metric off", _tower(lattice=False)),
    Variant("direction moments off", _tower(moments=0)),
    Variant("structure factors off", _tower(reflections=False)),
    Variant("all of these off (the paper's inputs and readout)", _tower(resolution=False, moments=0)),
    Variant("hard cut at 12 neighbours", _graph(tie_width=0.0)),
    Variant("readout: mean alone", _tower(pooled=0)),
    Variant("sites not trained against phrases", _tower(sites=False)),
    Variant("augmentation: strain 3 %", _recipe(augmentation=Augmentation(0.3, strain=0.03))),
    Variant("augmentation: rattling 0.05 Å", _recipe(augmentation=Augmentation(0.3, noise=0.05))),
    Variant("augmentation: elements substituted", _recipe(augmentation=Augmentation(0.3, substitution=True))),
    Variant("EMA of the weights off", _recipe(ema_decay=0.0)),
    Variant("dropout off", _tower(dropout=0.0)),
    Variant("1 sentence", _recipe(sentences=1)),
    Variant("4 sentences", _recipe(sentences=4)),
    Variant("batch halved", lambda r: replace(r, batch=r.batch // 2)),
    Variant("batch doubled", lambda r: replace(r, batch=2 * r.batch)),
    Variant("width × 1.5", _wider(1.5)),
    Variant("width × 2", _wider(2.0)),
    Variant("2 + 2 layers", _tower(alignn_layers=2, gcn_layers=2)),
    Variant("6 + 6 layers", _tower(alignn_layers=6, gcn_layers=6)),
    Variant("text tower: 1 layer", _text(0)),
    Variant("text tower: 6 layers", _text(0, 1, 2, 3, 4, 5)),
    Variant("text tower trained twice as often", lambda r: replace(r, text_every=max(1, r.text_every // 2))),
)


def baseline(options: argparse.Namespace) -> Recipe:
    """The standard recipe at the width and for the epochs asked for, on described crystals alone."""
    recipe = Recipe.preset("standard")
    model = replace(recipe.model, tower=replace(recipe.model.tower, width=options.width))
    return replace(
        recipe,
        model=model,
        epochs=options.epochs,
        undescribed=0.0,
        max_sites=options.max_sites,
        text_alignment_steps=options.alignment_steps,
    )


def subset(data: PackedDataset, options: argparse.Namespace, folder: Path) -> None:
    """Pack a random sample of described crystals: some to train on, others to validate."""
    if (folder / "manifest.json").exists():
        return
    rng = np.random.default_rng(0)
    fits = (np.diff(data.arrays["atom_offsets"]) <= options.max_sites) & (data.arrays["described"] == 1)
    records = []
    for split, count in (("train", options.crystals), ("val", options.validation)):
        rows = data.rows(split)
        rows = rows[fits[rows]]
        records += [record(data, int(row), split) for row in rng.permutation(rows)[:count]]
    pack(records, folder, {"licence": data.manifest.get("licence", ""), "sources": []})


def one(recipe: Recipe, data: Path, run: Path) -> dict[str, float]:
    """Train, going on where an earlier run was cut off; the figures of the model."""
    resume = checkpoint.exists(run)
    if not resume:
        shutil.rmtree(run, ignore_errors=True)
    result = train(recipe, data, run, resume=resume)
    figures = {**result.after, "type_1nn": 100 * type_1nn(packed_reader.load(data), result.model)}
    figures["seconds_per_step"] = seconds_per_step(run)
    shutil.rmtree(run)
    return figures


def type_1nn(data: PackedDataset, model: Path) -> float:
    """Share of validation crystals whose nearest of another formula is of their structure type (by label)."""
    rows = data.rows("val")
    labels = [type_label(data.structure(int(row))) for row in rows]
    shared = Counter(
        label for label, _ in {(label, data.formulas[row]) for label, row in zip(labels, rows, strict=True)}
    )
    chosen = [i for i, label in enumerate(labels) if label and shared[label] > 1]
    types = np.unique([labels[i] for i in chosen], return_inverse=True)[1]
    vectors = Encoder.load(model).embed_all([data.structure(int(rows[i])) for i in chosen]).shared
    return leave_one_out(cosines(vectors), types, [data.formulas[rows[i]] for i in chosen]).one_nn


def seconds_per_step(run: Path) -> float:
    """From the log, validation left out."""
    lines = [json.loads(line) for line in (run / "metrics.jsonl").read_text(encoding="utf-8").splitlines()]
    spans = []
    for epoch in {line["epoch"] for line in lines}:
        steps = [line for line in lines if line["event"] == "step" and line["epoch"] == epoch]
        if len(steps) > 1:
            spans.append((steps[-1]["seconds"] - steps[0]["seconds"], steps[-1]["step"] - steps[0]["step"]))
    return float(sum(seconds for seconds, _ in spans) / max(1, sum(steps for _, steps in spans)))


def table(kept: ResultCache, seeds: int) -> str:
    """One row a variant: mean over seeds, ± half of what lies between them."""
    lines = ["| variant | seeds | " + " | ".join(FIGURES.values()) + " |", "|" + " --- |" * (len(FIGURES) + 2)]
    for variant in VARIANTS:
        finished = [kept[key] for seed in range(seeds) if (key := f"{variant.name}/{seed}") in kept]
        if not finished:
            continue
        lines.append(_row(variant.name, finished, {name: name for name in FIGURES}))
        if all("vector_environment_map" in figures for figures in finished):
            name = "the same, by the crystal's vector alone"
            lines.append(_row(name, finished, {name: f"vector_{name}" for name in BY_VECTOR}))
    return "\n".join(lines)


def _row(name: str, finished: list[dict[str, float]], keys: dict[str, str]) -> str:
    cells = []
    for figure in FIGURES:
        values = [figures[keys[figure]] for figures in finished if keys.get(figure) in figures]
        digits = 3 if figure == "seconds_per_step" else 1
        spread = f" ± {(max(values) - min(values)) / 2:.{digits}f}" if len(values) > 1 else ""
        cells.append(f"{np.mean(values):.{digits}f}{spread}" if values else "–")
    return f"| {name} | {len(finished)} | " + " | ".join(cells) + " |"


def main() -> None:
    """Train what is missing and print the table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("packed", type=Path)
    parser.add_argument("work", type=Path)
    parser.add_argument("--crystals", type=int, default=4000)
    parser.add_argument("--validation", type=int, default=1200)
    parser.add_argument("--max-sites", type=int, default=60)
    parser.add_argument("--epochs", type=int, default=6)
    parser.add_argument("--width", type=int, default=32)
    parser.add_argument("--alignment-steps", type=int, default=200)
    parser.add_argument("--seeds", type=int, default=2)
    parser.add_argument("--only", nargs="+", metavar="NAME", help="variants whose name contains one of these")
    parser.add_argument("--table", action="store_true", help="print the table of what is finished")
    options = parser.parse_args()
    base = baseline(options)
    decides = [base.to_json(), options.crystals, options.validation]
    folder = options.work / hashlib.sha256(json.dumps(decides, sort_keys=True).encode()).hexdigest()[:8]
    kept = ResultCache(folder / "variants.jsonl")
    if not options.table:
        subset(packed_reader.load(options.packed), options, folder / "data")
    for seed in range(0 if options.table else options.seeds):  # every variant once before any twice
        for variant in VARIANTS:
            key = f"{variant.name}/{seed}"
            wanted = options.only is None or any(part in variant.name for part in options.only)
            if wanted and key not in kept:
                print(f"{key} …", flush=True)
                run = folder / f"run-{hashlib.sha256(key.encode()).hexdigest()[:12]}"
                kept.add(key, one(replace(variant.change(base), seed=seed), folder / "data", run))
    print(f"{options.crystals} training and {options.validation} validation crystals, {options.epochs} epochs, "
          f"width {options.width}; figures in percent.\n\n{table(kept, options.seeds)}")  # fmt: skip


if __name__ == "__main__":
    main()
