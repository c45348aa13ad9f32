"""The rung that is proposed for clean and noisy crystals, beside spglib at single tolerances; what idealising does to `similar`.

    python -m benchmarks.symmetry_ladder [FILE] [--crystals 1000] [--seed 2026] [--similar 350] [--model resources/model]

Crystals of at most 60 sites are drawn at random, for the first table above P1; without a file, from the validation side of the
shared Materials Project data. Every atom is moved by a fixed distance in a random direction, or the cell gets a random strain
with that largest principal value. "Right": the group is that of the undisturbed crystal by spglib at 0.01 Å. The parameters of
the criterion were fitted on the training side. Then each of so many disturbed crystals is sought among the undisturbed ones by
structural similarity: as it is and as idealised. Prints Markdown; times are processor time of one thread.
"""

from __future__ import annotations

import argparse
import time
from collections.abc import Callable
from itertools import islice
from pathlib import Path

import numpy as np
from clics.crystals.perturb import Cell, rattled, strained
from clics.dataset.crystal_rows import Row, read_rows
from clics.errors import DescriptionError
from clics.symmetry.analysis import space_group_of_arrays
from clics.symmetry.ladder import Step, steps_of_arrays

SHARED = Path(__file__).resolve().parents[1].parent / "shared" / "data" / "mp" / "val.jsonl.gz"
MOST_SITES = 60
TOLERANCES = (0.01, 0.03, 0.1, 0.2, 0.3, 0.4, 0.5)
Change = Callable[[Cell, np.random.Generator], Cell]
CHANGES: dict[str, Change] = {
    "none": lambda cell, random: cell,
    "atoms 0.02 Å": lambda cell, random: rattled(cell, 0.02, random),
    "atoms 0.05 Å": lambda cell, random: rattled(cell, 0.05, random),
    "atoms 0.1 Å": lambda cell, random: rattled(cell, 0.1, random),
    "strain 1 %": lambda cell, random: strained(cell, 0.01, random),
    "strain 1 % and atoms 0.05 Å": lambda cell, random: rattled(strained(cell, 0.01, random), 0.05, random),
    "strain 3 %": lambda cell, random: strained(cell, 0.03, random),
}


def group_at(cell: Cell, tolerance: float) -> int:
    """Space group by spglib; 0 where it finds none."""
    try:
        return space_group_of_arrays(*cell, tolerance).number
    except DescriptionError:
        return 0


def drawn(file: Path, count: int, seed: int, *, least: int) -> list[tuple[Cell, int]]:
    """Random crystals with their space groups, numbered ``least`` or more."""
    rows = [row for row in read_rows([file]) if isinstance(row, Row) and len(row.numbers) <= MOST_SITES]
    order = np.random.default_rng(seed).permutation(len(rows)).tolist()
    cells = ((rows[i].lattice, rows[i].numbers, rows[i].frac) for i in order)
    known = ((cell, group_at(cell, 0.01)) for cell in cells)
    return list(islice(((cell, group) for cell, group in known if group >= least), count))


def groups(crystals: list[tuple[Cell, int]], seed: int) -> None:
    """Print the share of right groups for every change, and times."""
    header = ("change", "on the ladder", "proposed", *(f"spglib {t:g} Å" for t in TOLERANCES), "ms, median", "95th %")
    print("| " + " | ".join(header) + " |\n|" + "---|" * len(header))
    for name, change in CHANGES.items():
        right = np.zeros(2 + len(TOLERANCES))
        times = []
        for k, (cell, group) in enumerate(crystals):
            changed = change(cell, np.random.default_rng((seed, k)))
            start = time.process_time()
            steps = steps_of_arrays(*changed)
            times.append(1e3 * (time.process_time() - start))
            found = [step.rung.number for step in steps]
            right += [
                group in found,
                proposed(steps).rung.number == group,
                *(group_at(changed, tolerance) == group for tolerance in TOLERANCES),
            ]
        shares = (f"{100 * share / len(crystals):.1f}" for share in right)
        median, high = np.percentile(times, [50, 95])
        print(f"| {name} | " + " | ".join(shares) + f" | {median:.1f} | {high:.0f} |", flush=True)


def proposed(steps: tuple[Step, ...]) -> Step:
    """The step of the proposed rung."""
    return next(step for step in steps if step.rung.proposed)


def idealised(cell: Cell) -> Cell:
    """The crystal on its proposed rung, as a primitive cell."""
    step = proposed(steps_of_arrays(*cell))
    if step.rung.number == 1:
        return cell
    return step.idealised.lattice, step.cell.kinds, step.idealised.frac


def similarity(crystals: list[Cell], model: Path, seed: int) -> None:
    """Print how often the undisturbed crystal is the nearest of all, for crystals as they are and as idealised."""
    from clics.model.encoder import Encoder
    from clics.retrieval.neighbours import embed_query

    encoder = Encoder.load(model)

    def embedded(cells: list[Cell]) -> np.ndarray:
        return np.array([embed_query(encoder, cell)[1] for cell in cells])

    pool = embedded(crystals)
    print(f"\n{len(crystals)} crystals, itself first among them\n\n| change | as it is | as idealised |\n|---|---|---|")
    for name, change in CHANGES.items():
        changed = [change(cell, np.random.default_rng((seed, k))) for k, cell in enumerate(crystals)]
        shares = []
        for cells in (changed, [idealised(cell) for cell in changed]):
            near = embedded(cells) @ pool.T
            own = near.diagonal().copy()
            # equal crystals stand in the pool under several ids: another of the same vector is no error
            near[(pool @ pool.T) > 1 - 1e-6] = -np.inf
            shares.append(100 * float((own >= near.max(axis=1)).mean()))
        print(f"| {name} | {shares[0]:.1f} | {shares[1]:.1f} |", flush=True)


def main() -> None:
    """Draw, change, ask, and print the tables."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("file", type=Path, nargs="?", default=SHARED)
    parser.add_argument("--crystals", type=int, default=1000)
    parser.add_argument("--seed", type=int, default=2026)
    parser.add_argument("--similar", type=int, default=350)
    parser.add_argument("--model", type=Path, default=Path("resources/model"))
    options = parser.parse_args()
    if options.crystals:
        print(f"{options.crystals} crystals, seed {options.seed}\n")
        groups(drawn(options.file, options.crystals, options.seed, least=2), options.seed)
    if options.similar:
        crystals = drawn(options.file, options.similar, options.seed, least=1)
        similarity([cell for cell, _ in crystals], options.model, options.seed)


if __name__ == "__main__":
    main()
