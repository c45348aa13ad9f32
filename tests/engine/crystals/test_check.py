from __future__ import annotations

import numpy as np
import pytest
from clics.crystals.cells import small_cell
from clics.crystals.check import check_for_model, check_structure
from clics.crystals.crystal import Crystal
from clics.errors import CrystalError
from clics.sources.prototypes import aflow_prototypes
from pymatgen.core import Lattice, Structure


def kind(structure: Structure) -> str:
    with pytest.raises(CrystalError) as caught:
        check_structure(structure, where="here")
    assert caught.value.message.startswith("here: ")
    return caught.value.kind


def test_every_prototype_is_a_crystal() -> None:
    for crystal in aflow_prototypes():
        check_structure(crystal.structure, where=crystal.id)


@pytest.mark.parametrize(
    ("lattice", "species", "coords", "expected"),
    [
        (np.eye(3) * 4, [], [], "empty"),
        (np.zeros((3, 3)), ["Na"], [[0, 0, 0]], "no-cell"),
        (np.eye(3) * 4, ["Na"], [[0, np.nan, 0]], "not-finite"),
        (np.eye(3) * np.inf, ["Na"], [[0, 0, 0]], "not-finite"),
        (np.eye(3) * 0.9, ["Na"], [[0, 0, 0]], "absurd-volume"),
        (np.eye(3) * 564, ["Na"], [[0, 0, 0]], "absurd-volume"),
        (np.eye(3) * 1e200, ["Na"], [[0, 0, 0]], "absurd-volume"),
        ([[4, 0, 0], [0, 4, 0], [4, 4, 0]], ["Na"], [[0, 0, 0]], "absurd-volume"),
        (np.eye(3) * 4, ["Na"], [[1e20, 0, 0]], "absurd-coordinates"),
        (np.eye(3) * 4, ["Na", "Cl"], [[0, 0, 0], [0.01, 0, 0]], "atoms-too-close"),
        (np.eye(3) * 4, ["Na", "Cl"], [[0.001, 0.5, 0.999], [0.999, 0.5, 1.001]], "atoms-too-close"),
        (np.diag([0.4, 9, 9]), ["Na"], [[0, 0, 0]], "atoms-too-close"),
        # The short vector is hidden in a skew cell: c − 10 a = (0.3, 0, …) is 0.42 Å long.
        ([[3, 0, 0], [0, 90, 0], [30.3, 0, 0.3]], ["Na"], [[0, 0, 0]], "atoms-too-close"),
        (np.eye(3) * 4, ["X"], [[0, 0, 0]], "unknown-element"),
    ],
)
def test_refusals(lattice: list, species: list, coords: list, expected: str) -> None:
    assert kind(Structure(Lattice(lattice), species, coords)) == expected


def test_close_images_agree_with_all_pairs() -> None:
    rng = np.random.default_rng(0)
    for _ in range(200):
        lattice = Lattice(rng.normal(size=(3, 3)) * rng.uniform(1, 4))
        structure = Structure(lattice, ["C"] * 3, rng.uniform(-2, 3, size=(3, 3)))
        if structure.volume < 9:
            continue
        close = len(structure.get_neighbor_list(0.5, exclude_self=True)[0]) > 0
        try:
            check_structure(structure, where="here")
            refused = False
        except CrystalError as error:
            refused = error.kind == "atoms-too-close"
        assert refused == close


def test_alternative_positions_may_be_close_and_are_only_reported() -> None:
    structure = Structure(Lattice.cubic(4), [{"Na": 0.5}, {"Na": 0.5}], [[0, 0, 0], [0.05, 0, 0]])
    assert any("alternative" in note for note in check_structure(structure, where="here"))
    assert kind(Structure(Lattice.cubic(4), [{"Na": 0.7}, {"Na": 0.7}], [[0, 0, 0], [0.05, 0, 0]])) == "atoms-too-close"


def test_deuterium_and_empty_space_are_warnings() -> None:
    heavy_ice = Structure(Lattice.cubic(10), ["D", "O"], [[0, 0, 0], [0.2, 0, 0]])
    notes = check_structure(heavy_ice, where="here")
    assert any("deuterium" in note for note in notes)
    assert any("empty space" in note for note in notes)


def test_the_model_wants_ordered_crystals_of_at_most_500_sites() -> None:
    cell = Structure(Lattice.cubic(3), ["Fe"], [[0, 0, 0]])
    check_for_model(Crystal("fits", cell * (5, 10, 10)))
    with pytest.raises(CrystalError) as caught:
        check_for_model(Crystal("large", cell * (7, 8, 9)))
    assert caught.value.kind == "too-large"
    with pytest.raises(CrystalError) as caught:
        check_for_model(Crystal("alloy", Structure(Lattice.cubic(3), [{"Fe": 0.5, "Ni": 0.5}], [[0, 0, 0]])))
    assert caught.value.kind == "disordered"
    assert "ordered" in caught.value.message


def test_a_supercell_is_taken_in_its_small_primitive_cell() -> None:
    salt = Structure.from_spacegroup("Fm-3m", Lattice.cubic(5.64), ["Na", "Cl"], [[0, 0, 0], [0.5, 0.5, 0.5]])
    small, note = small_cell(Crystal("salt", salt * (4, 4, 4)))
    assert small.num_sites == 2
    assert "512 sites" in note
    check_for_model(small)
    assert small_cell(Crystal("salt", salt)) == (Crystal("salt", salt), "")
    broken = salt * (4, 4, 4)
    broken.replace(0, "K")  # one substituted atom: no smaller cell
    assert small_cell(Crystal("doped", broken))[0].num_sites > 100
