"""Learning curve: one training per number of crystals and of epochs, by one recipe.

    python -m benchmarks.learning_curve PACKED WORK [--trainings CRYSTALS:EPOCHS ...] [--width 32] [--table]

The recipe is that of ``benchmarks.ablation``: the standard one, at the width asked for. The crystals of a smaller training
are among those of a larger one, and all are measured on the same validation crystals. Where trainings differ in their
crystals alone (same *views*: crystals times epochs), or in their epochs alone, the table ends with the power law through
their errors, and what it says of ten times as much. WORK keeps a line per finished training and the state of the one under
way, so that the command goes on where it was stopped; ``--table`` prints what there is and trains nothing.
"""

from __future__ import annotations

import argparse
import hashlib
import json
from collections.abc import Iterable, Sequence
from pathlib import Path

import numpy as np
from clics.dataset import packed_reader
from clics.evaluation.result_cache import ResultCache

from benchmarks.ablation import FIGURES as MEASURED
from benchmarks.ablation import baseline, one, subset

TRAININGS = ("1000:16", "4000:4", "2000:8", "1000:4", "16000:4", "4000:16")
"""Four epochs and more: the text tower is aligned after three quarters of them."""
FIGURES = {key: name for key, name in MEASURED.items() if key.startswith(("space_group", "environment"))}

Results = dict[tuple[int, int], dict[str, float]]
"""(crystals, epochs) → figures in percent."""


def table(results: Results) -> str:
    """One row a training, by views and crystals."""
    lines = [
        "| crystals | epochs | views | " + " | ".join(FIGURES.values()) + " |",
        "|" + " --- |" * (3 + len(FIGURES)),
    ]
    for crystals, epochs in sorted(results, key=lambda key: (key[0] * key[1], key[0])):
        cells = [f"{results[crystals, epochs][name]:.1f}" for name in FIGURES]
        lines.append(f"| {crystals:,} | {epochs} | {crystals * epochs:,} | {' | '.join(cells)} |")
    return "\n".join(lines)


def laws(results: Results) -> list[str]:
    """A sentence for each line of trainings that reaches over a factor of four or more."""
    by_views = _lines((c * e, c, (c, e)) for c, e in results)
    by_crystals = _lines((c, e, (c, e)) for c, e in results)
    sentences = [f"- {views:,} views, more crystals: {_law(line, results)}" for views, line in by_views]
    return sentences + [
        f"- {crystals:,} crystals, more epochs: {_law(line, results)}" for crystals, line in by_crystals
    ]


def _lines(of: Iterable[tuple[int, int, tuple[int, int]]]) -> list[tuple[int, list[tuple[int, tuple[int, int]]]]]:
    lines: dict[int, list[tuple[int, tuple[int, int]]]] = {}
    for same, differs, key in of:
        lines.setdefault(same, []).append((differs, key))
    return [(same, sorted(line)) for same, line in sorted(lines.items()) if max(line)[0] >= 4 * min(line)[0]]


def _law(line: Sequence[tuple[int, tuple[int, int]]], results: Results) -> str:
    size = np.log10([differs for differs, _ in line])
    parts = []
    for name in ("space_group_top1", "environment_map"):
        slope = np.polyfit(size, np.log10([100 - results[key][name] for _, key in line]), 1)[0]
        parts.append(f"ten times as many leave {100 * 10**slope:.0f} % of the error ({FIGURES[name]})")
    return f"{' and '.join(parts)}, by {len(line)} trainings from {line[0][0]:,} to {line[-1][0]:,}."


def main() -> None:
    """Train what is missing and print the table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("packed", type=Path)
    parser.add_argument("work", type=Path)
    parser.add_argument("--trainings", nargs="+", default=TRAININGS, metavar="CRYSTALS:EPOCHS")
    parser.add_argument("--validation", type=int, default=800)
    parser.add_argument("--max-sites", type=int, default=60)
    parser.add_argument("--width", type=int, default=32)
    parser.add_argument("--alignment-steps", type=int, default=100)
    parser.add_argument("--table", action="store_true", help="print the table of what is finished")
    options = parser.parse_args()
    results: Results = {}
    for training in options.trainings:
        options.crystals, options.epochs = (int(number) for number in training.split(":"))
        recipe = baseline(options)
        decides = json.dumps([recipe.to_json(), options.crystals, options.validation], sort_keys=True)
        key = hashlib.sha256(decides.encode()).hexdigest()[:16]
        kept, data = (
            ResultCache(options.work / "curve.jsonl"),
            options.work / f"data-{options.crystals}-{options.validation}",
        )
        if key not in kept and not options.table:
            print(f"{training} …", flush=True)
            subset(packed_reader.load(options.packed), options, data)
            kept.add(key, one(recipe, data, options.work / f"run-{key}"))
        if key in kept:
            results[options.crystals, options.epochs] = kept[key]
    print("\n".join([f"Width {options.width}; figures in percent.\n", table(results), "", *laws(results)]))


if __name__ == "__main__":
    main()
