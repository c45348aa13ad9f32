"""Space groups, tolerances, Wyckoff letters, and refusals."""

from __future__ import annotations

import numpy as np
import pytest
from pymatgen.core import Lattice, Structure

from engine.concepts.description import SpaceGroup
from engine.concepts.symmetry import (
    arrays_of,
    crystal_system,
    dataset,
    space_group_of_arrays,
    space_groups,
    wyckoff,
)
from engine.errors import DescriptionError


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
