"""Crystals come back from the compressed form: distances as numpy counts them in both cells, groups as spglib finds them."""

from __future__ import annotations

import gzip
import itertools
import json
from pathlib import Path

import numpy as np
import pytest
import spglib
from clics.atlas.standard_cell import standard_cell
from clics.atlas.structure_file import BLOCK, StructureFile, write_structures
from clics.elements import BY_SYMBOL
from clics.errors import InputError
from clics.sources.prototypes import aflow_prototypes
from numpy.typing import NDArray

Cell = tuple[NDArray[np.float64], NDArray[np.int64], NDArray[np.float64]]
SHARED = Path(__file__).parents[4] / "shared" / "data" / "mp" / "val.jsonl.gz"
REACH = 3.5
"""Å"""
LARGEST = 4e-4
"""Å by which a distance may differ: both atoms move by up to 1e-4 Å, and the cell stretches by as much."""


def prototypes(count: int = 20) -> list[Cell]:
    structures = [crystal.structure for crystal in aflow_prototypes() if crystal.is_ordered and crystal.num_sites <= 16]
    step = max(1, len(structures) // count)
    return [(s.lattice.matrix, np.array(s.atomic_numbers), s.frac_coords) for s in structures[::step]]


def materials_project(count: int) -> list[Cell]:
    if not SHARED.exists():
        pytest.skip("the shared crystals are not here")
    with gzip.open(SHARED, "rt", encoding="utf-8") as file:
        rows = [json.loads(line) for line in itertools.islice(file, 4 * count)]
    rows = [row for row in rows if len(row["species"]) <= 16][:count]
    return [
        (
            np.array(row["lattice"]),
            np.array([BY_SYMBOL[s].number for s in row["species"]]),
            np.array(row["frac_coords"]),
        )
        for row in rows
    ]


def distances(cell: Cell) -> list[tuple[int, int, float]]:
    """Per atom of the cell, all distances up to :data:`REACH` by kinds of atoms, sorted, as a multiset over the cell."""
    lattice, numbers, frac = cell
    reach = np.ceil(REACH * np.linalg.norm(np.linalg.inv(lattice), axis=0) + 1).astype(int)
    images = np.array(list(itertools.product(*(range(-n, n + 1) for n in reach))))
    wrapped = frac % 1.0
    found = []
    for i, here in enumerate(wrapped):
        gaps = np.linalg.norm((wrapped[:, None] + images[None] - here) @ lattice, axis=-1)
        for j, image in zip(*np.nonzero((gaps > 1e-6) & (gaps < REACH)), strict=True):
            found.append((int(numbers[i]), int(numbers[j]), float(gaps[j, image])))
    return sorted(found)


def assert_same_crystal(made: Cell, given: Cell) -> None:
    times = len(given[1]) / len(made[1])
    own, theirs = distances(made), distances(given)
    kinds = {pair[:2] for pair in theirs}
    assert {pair[:2] for pair in own} == kinds
    for kind in kinds:
        a = np.repeat([d for *pair, d in own if tuple(pair) == kind], round(times))
        b = np.array([d for *pair, d in theirs if tuple(pair) == kind])
        edge = (a < REACH - LARGEST).sum(), (b < REACH - LARGEST).sum()
        assert abs(len(a) - len(b)) == 0 or edge[0] == edge[1]
        shortest = min(len(a), len(b))
        assert np.abs(np.sort(a)[:shortest] - np.sort(b)[:shortest]).max() < LARGEST


@pytest.mark.parametrize("cells", [prototypes, lambda: materials_project(30)], ids=["prototypes", "materials-project"])
def test_a_crystal_comes_back(cells: object, tmp_path: Path) -> None:
    given = cells()  # type: ignore[operator]
    path = tmp_path / "structures.bin"
    write_structures(path, [standard_cell(*cell) for cell in given])
    file = StructureFile(path)
    assert len(file) == len(given)
    for i, cell in enumerate(given):
        made = file.cell(i).arrays()
        assert_same_crystal(made, cell)
        lattice, numbers, frac = made
        own = spglib.get_symmetry_dataset((lattice, frac, numbers), 0.01).number
        lattice, numbers, frac = cell
        assert (
            own == spglib.get_symmetry_dataset((lattice, frac, numbers), 0.01).number
        )  # enantiomorphs keep their hand


def test_hands_are_kept() -> None:
    """α-quartz in P3₁21 and P3₂21 (152 and 154), by the sense of its screw axis."""
    lattice = np.array([[4.916, 0, 0], [-2.458, 4.2574, 0], [0, 0, 5.4054]])
    numbers = np.array([14] * 3 + [8] * 6)
    x, (ox, oy, oz) = 0.4697, (0.4135, 0.2669, 0.1191)
    right = [[x, 0, 1 / 3], [0, x, 2 / 3], [-x, -x, 0]]
    right += [
        [ox, oy, oz], [-oy, ox - oy, oz + 1 / 3], [-ox + oy, -ox, oz + 2 / 3],
        [oy, ox, -oz], [ox - oy, -oy, -oz + 2 / 3], [-ox, -ox + oy, -oz + 1 / 3],
    ]  # fmt: skip
    frac = np.array(right)
    group = spglib.get_symmetry_dataset((lattice, frac, numbers), 0.01).number
    assert group == 152
    for cell, expected in (((lattice, numbers, frac), 152), ((lattice, numbers, -frac), 154)):
        made = standard_cell(*cell)
        assert made.group == expected
        own_lattice, own_numbers, own_frac = made.arrays()
        assert spglib.get_symmetry_dataset((own_lattice, own_frac, own_numbers), 0.01).number == expected


def test_a_damaged_file_is_told(tmp_path: Path) -> None:
    path = tmp_path / "structures.bin"
    cells = [standard_cell(*cell) for cell in prototypes()] * 20
    assert len(cells) > BLOCK
    write_structures(path, cells)
    sound = path.read_bytes()
    path.write_bytes(sound[:-9])
    with pytest.raises(InputError, match="cut or damaged"):
        StructureFile(path)
    damaged = bytearray(sound)
    damaged[-20] ^= 0x10
    path.write_bytes(damaged)
    file = StructureFile(path)
    assert file.cell(0) == cells[0]
    with pytest.raises(InputError, match="are damaged"):
        file.cell(len(cells) - 1)
    path.write_bytes(b"\x00" * 100)
    with pytest.raises(InputError, match="no file of structures"):
        StructureFile(path)
    with pytest.raises(InputError, match="no file of structures"):
        StructureFile(tmp_path / "none.bin")
