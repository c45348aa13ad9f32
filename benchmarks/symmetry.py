"""Spglib and moyopy on the same crystals: time, agreement, and dependence on the choice of the cell.

    python -m benchmarks.symmetry [FILE...] [--crystals 400] [--max-sites 60]

Without files, crystals come from the shared Materials Project file beside the checkout. Every crystal is given as it is
and once disguised: turned, moved, its atoms shuffled, its cell sheared by whole lattice vectors. It is the same crystal, so
the group should be the same. "Falls" counts crystals whose point group gets smaller at a looser tolerance; the last row is
what the program shows: spglib at 0.01 Å, moyopy at the others. Prints a Markdown table.
"""

from __future__ import annotations

import argparse
import os
import time
import warnings
from collections.abc import Callable
from itertools import islice, pairwise
from pathlib import Path

import numpy as np
from clics.dataset.crystal_rows import Row, read_rows
from clics.errors import DescriptionError
from clics.symmetry.analysis import (
    TOLERANCES,
    quick_space_group_of_arrays,
    space_group_of_arrays,
    space_groups_of_arrays,
)
from clics.symmetry.space_groups import by_number
from numpy.typing import NDArray

SHARED = Path(__file__).resolve().parents[1].parent / "shared" / "data" / "mp" / "val.jsonl.gz"
Cell = tuple[NDArray[np.float64], NDArray[np.int64], NDArray[np.float64]]
Groups = tuple[int, ...]
"""Space group numbers at each of the tolerances, 0 where none is found."""


def disguised(cell: Cell, random: np.random.Generator) -> Cell:
    """The same crystal in another cell, place, orientation and order of atoms."""
    lattice, numbers, frac = cell
    turn = np.linalg.qr(random.normal(size=(3, 3)))[0]
    turn *= np.sign(np.linalg.det(turn))
    shear = np.eye(3)
    row = random.integers(3)
    shear[row, (row + 1) % 3] = random.choice([-1, 1])
    order = random.permutation(len(numbers))
    moved = (frac @ np.linalg.inv(shear) + random.random(3)) % 1.0
    return shear @ lattice @ turn, numbers[order], moved[order]


def each(find: Callable[..., object]) -> Callable[[Cell], Groups]:
    """Groups of a cell at each tolerance by a function of one tolerance."""

    def groups(cell: Cell) -> Groups:
        numbers = []
        for tolerance in TOLERANCES:
            try:
                numbers.append(find(*cell, tolerance).number)  # type: ignore[attr-defined]
            except DescriptionError:
                numbers.append(0)
        return tuple(numbers)

    return groups


def shown(cell: Cell) -> Groups:
    """The space groups that the program shows."""
    by_tolerance = {group.symprec: group.number for group in space_groups_of_arrays(*cell)}
    return tuple(by_tolerance.get(tolerance, 0) for tolerance in TOLERANCES)


def falls(groups: Groups) -> bool:
    """True if a looser tolerance finds a point group of fewer operations."""
    from pymatgen.symmetry.groups import PointGroup

    orders = [len(PointGroup(by_number(number).point_group).symmetry_ops) if number else 0 for number in groups]
    return any(later < earlier for earlier, later in pairwise(orders))


def run(cells: list[Cell]) -> list[str]:
    """The table's lines."""
    methods = {
        "spglib": each(space_group_of_arrays),
        "moyopy": each(quick_space_group_of_arrays),
        "shown": shown,
    }
    heads = [f"{what} {tolerance:g} Å" for what in ("= spglib,", "disguise changes,") for tolerance in TOLERANCES]
    lines = [f"| {len(cells)} crystals | ms for three | {' | '.join(heads)} | falls |", "|---" * (len(heads) + 3) + "|"]
    reference = [methods["spglib"](cell) for cell in cells]
    for name, method in methods.items():
        random = np.random.default_rng(0)
        begin = time.process_time()
        groups_of = [method(cell) for cell in cells]
        milliseconds = (time.process_time() - begin) / len(cells) * 1e3
        again = [method(disguised(cell, random)) for cell in cells]
        columns = range(len(TOLERANCES))
        same = [sum(a[i] == b[i] for a, b in zip(groups_of, reference, strict=True)) for i in columns]
        changed = [sum(a[i] != b[i] for a, b in zip(groups_of, again, strict=True)) for i in columns]
        fallen = sum(falls(groups) for groups in groups_of)
        lines.append(f"| {name} | {milliseconds:.2f} | {' | '.join(map(str, [*same, *changed, fallen]))} |")
    several = sum(len(set(groups)) > 1 for groups in groups_of)
    lines.append(f"\n{several} of {len(cells)} crystals have more than one space group between the tolerances shown.")
    return lines


def main() -> None:
    """Command line."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("files", nargs="*", type=Path, default=[SHARED])
    parser.add_argument("--crystals", type=int, default=400)
    parser.add_argument("--max-sites", type=int, default=60)
    options = parser.parse_args()
    warnings.simplefilter("ignore")
    os.environ["SPGLIB_WARNING"] = "OFF"
    rows = (row for row in read_rows(options.files) if isinstance(row, Row) and len(row.numbers) <= options.max_sites)
    cells = [(row.lattice, row.numbers, row.frac) for row in islice(rows, options.crystals)]
    print("\n".join(run(cells)))


if __name__ == "__main__":
    main()
