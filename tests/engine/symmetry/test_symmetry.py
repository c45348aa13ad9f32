"""Space groups, tolerances, Wyckoff letters, and refusals."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from clics.errors import DescriptionError
from clics.results.description import SpaceGroup
from clics.symmetry.analysis import (
    arrays_of,
    crystal_system,
    dataset,
    quick_space_group_of_arrays,
    space_group_of_arrays,
    space_groups,
    space_groups_of_arrays,
    wyckoff,
)
from pymatgen.core import Lattice, Structure

SHARED = Path(__file__).parents[4] / "shared" / "data" / "mp" / "val.jsonl.gz"


@pytest.fixture(scope="module")
def perovskite() -> Structure:
    return Structure.from_spacegroup(
        "Pm-3m", Lattice.cubic(3.905), ["Sr", "Ti", "O"], [[0, 0, 0], [0.5, 0.5, 0.5], [0.5, 0.5, 0]]
    )


def test_a_perovskite_is_cubic_at_every_tolerance(perovskite: Structure) -> None:
    assert space_groups(perovskite) == tuple(SpaceGroup("Pm-3m", 221, t) for t in (0.001, 0.01, 0.1))


def test_arrays_and_structure_agree_also_for_a_supercell(perovskite: Structure) -> None:
    assert space_group_of_arrays(*arrays_of(perovskite * (2, 1, 1))) == SpaceGroup("Pm-3m", 221, 0.01)


def test_a_small_distortion_is_seen_only_at_a_fine_tolerance(perovskite: Structure) -> None:
    bent = perovskite.copy()
    bent.translate_sites([1], [0, 0, 0.002 / 3.905])  # Ti moves 0.002 Å along c
    assert [group.symbol for group in space_groups(bent)] == ["P4mm", "Pm-3m", "Pm-3m"]


def test_wyckoff_letters_site_symmetry_and_orbits(perovskite: Structure) -> None:
    found = wyckoff(perovskite)
    assert found.wyckoff[2:] == (found.wyckoff[2],) * 3
    assert set(found.site_symmetry[:2]) == {"m-3m"}
    assert found.orbit == (0, 1, 2, 2, 2)


@pytest.mark.parametrize(
    ("number", "system"),
    [
        (1, "triclinic"),
        (15, "monoclinic"),
        (16, "orthorhombic"),
        (142, "tetragonal"),
        (148, "trigonal"),
        (168, "hexagonal"),
        (195, "cubic"),
        (230, "cubic"),
    ],
)
def test_crystal_systems(number: int, system: str) -> None:
    assert crystal_system(number) == system


def test_a_number_that_is_no_space_group_is_refused() -> None:
    with pytest.raises(DescriptionError, match="231"):
        crystal_system(231)


@pytest.mark.parametrize(
    ("lattice", "numbers", "frac"),
    [
        (np.eye(3) * 4, [], np.zeros((0, 3))),
        (np.eye(3) * 4, [11], [[np.nan, 0, 0]]),
        (np.full((3, 3), np.inf), [11], [[0, 0, 0]]),
        ([[4, 0, 0], [0, 4, 0], [4, 4, 0]], [11], [[0, 0, 0]]),
        (np.eye(3) * 4, [11, 11], [[0, 0, 0], [0, 0, 0]]),
        (np.eye(3) * 4, [11, 17], [[0, 0, 0]]),
    ],
    ids=["empty", "nan", "infinite", "flat", "on top of each other", "unfitting"],
)
def test_odd_cells_are_refused_by_name(lattice: object, numbers: object, frac: object) -> None:
    with pytest.raises(DescriptionError) as caught:
        dataset(lattice, numbers, frac)
    assert caught.value.kind == "no-symmetry"


def test_where_no_tolerance_works_the_error_is_raised() -> None:
    twice = Structure(Lattice.cubic(4), ["Na", "Na"], [[0, 0, 0], [0, 0, 0]])
    with pytest.raises(DescriptionError, match="on top of each other"):
        space_groups(twice)


def test_shared_sites_are_refused_as_disordered() -> None:
    alloy = Structure(Lattice.cubic(4), [{"Na": 0.5, "K": 0.5}], [[0, 0, 0]])
    with pytest.raises(DescriptionError) as caught:
        space_groups(alloy)
    assert caught.value.kind == "disordered"


def test_moyopy_and_spglib_agree_on_prototypes() -> None:
    from pymatgen.analysis.prototypes import AFLOW_PROTOTYPE_LIBRARY

    structures = [entry["snl"].structure for entry in AFLOW_PROTOTYPE_LIBRARY][::6]
    cells = [arrays_of(structure) for structure in structures if structure.is_ordered and len(structure) <= 24]
    same = [quick_space_group_of_arrays(*cell) == space_group_of_arrays(*cell) for cell in cells]
    assert len(same) > 30
    assert sum(same) >= 0.97 * len(same)


def test_the_tolerance_that_is_learned_is_spglibs(perovskite: Structure) -> None:
    bent = perovskite.copy()
    bent.translate_sites([1], [0, 0, 0.002 / 3.905])
    truth = SpaceGroup("P1", 1, 0.01)
    found = space_groups_of_arrays(*arrays_of(bent), known=truth)
    assert found[1] is truth
    assert [group.symbol for group in (found[0], found[2])] == ["P4mm", "Pm-3m"]


def test_another_cell_of_the_same_crystal_has_the_same_group(perovskite: Structure) -> None:
    lattice, numbers, frac = arrays_of(perovskite)
    change = np.array([[1, 0, 0], [1, 1, 0], [-1, 2, 1]])
    other = frac @ np.linalg.inv(change) + [0.13, 0.27, 0.41]
    assert quick_space_group_of_arrays(change @ lattice, numbers, other).symbol == "Pm-3m"


def test_a_tolerance_longer_than_a_bond_is_left_out() -> None:
    close = np.eye(3) * 4, [11, 11], [[0, 0, 0], [0, 0, 0.0125]]  # two atoms 0.05 Å apart
    assert [group.symprec for group in space_groups_of_arrays(*close)] == [0.001, 0.01]


WITHOUT_END = """
from pathlib import Path
from clics.symmetry.analysis import TOLERANCES, quick_space_group_of_arrays
from clics.dataset.crystal_rows import Row, read_rows
import sys
row = next(r for r in read_rows([Path(sys.argv[1])]) if isinstance(r, Row) and r.id == "mp-1174281")
print([quick_space_group_of_arrays(row.lattice, row.numbers, row.frac, t).symbol for t in TOLERANCES])
"""


@pytest.mark.shared
@pytest.mark.skipif(not SHARED.exists(), reason="no shared data beside the checkout")
def test_moyopy_comes_to_an_end_where_five_degrees_do_not() -> None:
    command = [sys.executable, "-c", WITHOUT_END, str(SHARED)]  # a process that can be ended: moyopy cannot
    result = subprocess.run(command, capture_output=True, text=True, timeout=300, check=False)
    assert result.stdout.strip() == "['C2/m', 'C2/m', 'C2/m']", result.stderr
    assert result.stderr == ""
