"""The paper's equation 1 against losses that know which texts are true, on the same crystals, tower, epochs and seed.

    python -m benchmarks.losses PACKED [--crystals 1500] [--epochs 6] [--seeds 1]

Takes the first described crystals of the packed data set's training split, trains a small tower with each loss and prints
validation figures in percent as a Markdown table. What is learned in minutes ranks the losses; it is not the released model.
"""

from __future__ import annotations

import argparse
import tempfile
from dataclasses import replace
from pathlib import Path

import numpy as np
from clics.dataset import packed_reader
from clics.dataset.packed_reader import PackedDataset, Record
from clics.dataset.packed_writer import pack
from clics.training.recipe import Loss, Recipe
from clics.training.train import train

LOSSES: tuple[Loss, ...] = ("equation-1", "known", "known+bank")
FIGURES = ("space_group_top1", "space_group_top5", "environment_top1", "environment_top5", "environment_map")


def record(data: PackedDataset, row: int, split: str) -> Record:
    """One crystal of a packed data set, to be packed again."""
    lattice, numbers, frac = data.structure(row)
    group = int(data.arrays["space_group"][row])
    return Record(
        data.ids[row],
        data.formulas[row],
        lattice,
        numbers,
        frac,
        split,
        group,
        data.sentences_of(row),
        data.concepts_of(row),
        atoms={concept: here.tolist() for concept, here in data.atoms_of(row).items()},
    )


def subset(data: PackedDataset, crystals: int, folder: Path) -> None:
    """Pack the first described crystals of up to 30 sites: ``crystals`` to train on, 500 to validate."""
    small = (np.diff(data.arrays["atom_offsets"]) <= 30) & (data.arrays["described"] == 1)
    chosen = {
        split: [int(r) for r in data.rows(split) if small[r]][:n] for split, n in (("train", crystals), ("val", 500))
    }
    manifest = {"licence": data.manifest.get("licence", ""), "sources": []}
    pack((record(data, row, split) for split, rows in chosen.items() for row in rows), folder, manifest)


def main() -> None:
    """Train with each loss and print the table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("packed", type=Path)
    parser.add_argument("--crystals", type=int, default=1500)
    parser.add_argument("--epochs", type=int, default=6)
    parser.add_argument("--seeds", type=int, default=1)
    options = parser.parse_args()
    recipe = Recipe.preset("quick")
    print("| loss | seed | " + " | ".join(FIGURES) + " | seconds |\n|" + "---|" * (len(FIGURES) + 3))
    with tempfile.TemporaryDirectory() as work:
        subset(packed_reader.load(options.packed), options.crystals, Path(work) / "data")
        for loss in LOSSES:
            every = recipe.text_every if loss == "known+bank" else 1
            texts = recipe.texts if loss == "known+bank" else recipe.batch
            for seed in range(options.seeds):
                own = replace(recipe, loss=loss, epochs=options.epochs, seed=seed, text_every=every, texts=texts)
                result = train(own, Path(work) / "data", Path(work) / f"{loss}-{seed}")
                figures = " | ".join(f"{result.after[name]:.1f}" for name in FIGURES)
                print(f"| {loss} | {seed} | {figures} | {result.seconds:.0f} |", flush=True)


if __name__ == "__main__":
    main()
