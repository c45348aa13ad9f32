"""The nearest of all validation crystals to three crystals of the paper's Table 6.

    python -m benchmarks.table6 PACKED WORK [--model resources/model] [--of FILE-OR-FORMULA ...]

Zircon PrVO4 (the example that ships), and for its double perovskite Sm2CoMnO6 and its tapiolite FeTa2O6, which the
shared data lack, Gd2MnNiO6 and Ta2NiO6. A formula stands for its crystal with the smallest cell, from either side of the
split; other crystals of the same formula are not ranked. "Laid on" says whether pymatgen's StructureMatcher can lay the
two on each other whatever their elements; where stoichiometries differ it cannot. WORK keeps the vectors; prints Markdown.
"""

from __future__ import annotations

import argparse
import json
from pathlib import Path

import numpy as np
from clics.crystals.perturb import Cell
from clics.dataset import packed_reader
from clics.dataset.packed_reader import PackedDataset
from clics.errors import InputError
from clics.model.similarity_projection import hash_of, to_bytes
from clics.sources.files import read_one
from clics.symmetry import space_groups

from benchmarks.comparison_methods import own_likeness, parts_of
from benchmarks.fingerprints import tower, vectors
from benchmarks.structure_type_labels import superposed

EXAMPLES = ("resources/examples/prvo4-zircon.cif", "Gd2MnNiO6", "Ta2NiO6")
FIRST = 5


def main() -> None:
    """Embed, rank, and print the table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("packed", type=Path)
    parser.add_argument("work", type=Path)
    parser.add_argument("--model", type=Path, default=Path("resources/model"))
    parser.add_argument("--of", nargs="*", default=EXAMPLES, metavar="EXAMPLE")
    options = parser.parse_args()

    data = packed_reader.load(options.packed)
    stamp = json.loads((options.model / "config.json").read_text(encoding="utf-8"))["fingerprint"]
    likeness = own_likeness(options.model, data)
    alike = hash_of(to_bytes(likeness))[:8]

    def placed(cells: list[Cell]) -> dict[str, np.ndarray]:
        return {"likeness": likeness.project(parts_of(tower(options.model, trained=True)(cells)))}

    options.work.mkdir(parents=True, exist_ok=True)
    pool = data.rows("val")
    known = vectors(data, pool, options.work / f"all-validation-{stamp}-{alike}.npz", placed)["likeness"]
    print("| Example | " + " | ".join(f"{i}." for i in range(1, FIRST + 1)) + " |\n|" + "---|" * (FIRST + 1))
    for example in options.of:
        name, formula, query = example_of(example, data)
        scores = known @ placed([query])["likeness"][0]
        ranked = [i for i in np.argsort(-scores, kind="stable") if data.formulas[pool[i]] != formula][:FIRST]
        cells = []
        for i in ranked:
            laid = superposed([query, data.structure(int(pool[i]))]) == [0, 0]
            cells.append(f"{named(data, int(pool[i]))} {scores[i]:.3f}{', laid on' if laid else ''}")
        print(f"| {name} | " + " | ".join(cells) + " |", flush=True)


def named(data: PackedDataset, row: int) -> str:
    """Formula and space group."""
    return f"{data.formulas[row]} ({space_groups.by_number(int(data.arrays['space_group'][row])).symbol})"


def example_of(example: str, data: PackedDataset) -> tuple[str, str, Cell]:
    """Name, reduced formula and cell of a crystal; from a file, or from the data by its formula."""
    if Path(example).is_file():
        crystal = read_one(example)
        return f"{crystal.formula}, {Path(example).name}", crystal.formula, crystal.arrays()
    rows = [row for row, formula in enumerate(data.formulas) if formula == example]
    if not rows:
        raise InputError(f"The data set holds no crystal of the formula {example!r}.")
    sites = np.diff(data.arrays["atom_offsets"])
    row = min(rows, key=lambda row: (sites[row], data.ids[row]))
    side = "training" if data.arrays["split"][row] == 0 else "validation"
    return f"{named(data, row)}, {side}", example, data.structure(row)


if __name__ == "__main__":
    main()
