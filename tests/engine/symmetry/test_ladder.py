"""The symmetry ladder and idealised crystals: groups by spglib and the International Tables, hands, noise, refusals."""

from __future__ import annotations

from itertools import islice
from pathlib import Path

import numpy as np
import pytest
import spglib
from clics.crystals.crystal import Crystal
from clics.crystals.perturb import rattled, strained
from clics.dataset.crystal_rows import Row, read_rows
from clics.errors import DescriptionError, InputError
from clics.results.geometry import CellKind
from clics.results.ladder import SymmetryLadder
from clics.symmetry.enantiomorphs import ENANTIOMORPHS
from clics.symmetry.ladder import LEAST, MOST, ladder_of, steps_of_arrays
from clics.symmetry.settings import standard_setting
from clics.symmetry.symmetrise import as_idealised, symmetrise
from pymatgen.core import Lattice, Structure
from pymatgen.symmetry.groups import SpaceGroup

SHARED = Path(__file__).parents[4] / "shared" / "data" / "mp" / "val.jsonl.gz"
CELLS: tuple[CellKind, ...] = ("conventional", "primitive", "niggli", "read")


def number_of(structure: Structure, tolerance: float = 1e-5) -> int:
    """Space group by spglib, asked directly."""
    cell = structure.lattice.matrix, structure.frac_coords, structure.atomic_numbers
    found = spglib.get_symmetry_dataset(cell, tolerance)
    assert found is not None
    return int(found.number)


def moved(structure: Structure, distance: float, seed: int = 0) -> Structure:
    """Every atom displaced by ``distance`` Å."""
    cell = Crystal.from_structure(structure).arrays()
    lattice, numbers, frac = rattled(cell, distance, np.random.default_rng(seed))
    return Structure(Lattice(lattice), numbers.tolist(), frac)


def quartz(hand: str) -> Structure:
    """Alpha-quartz (L. Levien, C. T. Prewitt & D. J. Weidner, Am. Mineral. 65, 920 (1980)) of one hand."""
    third = 1 / 3 if hand == "P3_121" else 2 / 3
    oxygen = [0.4135, 0.2669, 0.1191 + 1 / 3] if hand == "P3_121" else [0.2669, 0.4135, 2 / 3 - 0.1191]
    lattice = Lattice.hexagonal(4.916, 5.4054)
    return Structure.from_spacegroup(hand, lattice, ["Si", "O"], [[0.4697, 0, third], oxygen])


@pytest.fixture(scope="module")
def perovskite() -> Structure:
    return Structure.from_spacegroup(
        "Pm-3m", Lattice.cubic(3.905), ["Sr", "Ti", "O"], [[0, 0, 0], [0.5, 0.5, 0.5], [0.5, 0.5, 0]]
    )


@pytest.fixture(scope="module")
def rows() -> list[Row]:
    """Crystals of the Materials Project of at most 60 sites."""
    if not SHARED.exists():
        pytest.skip("the shared data are not beside the checkout")
    found = (row for row in read_rows([SHARED]) if isinstance(row, Row) and len(row.numbers) <= 60)
    return list(islice(found, 40))


def test_a_small_real_distortion_is_a_rung_of_its_own(perovskite: Structure) -> None:
    bent = perovskite.copy()
    bent.translate_sites([1], [0, 0, 0.03 / 3.905])  # Ti moves 0.03 Å along c
    ladder = ladder_of(Crystal.from_structure(bent))
    assert [rung.symbol for rung in ladder.rungs] == ["P4mm", "Pm-3m"]
    polar, cubic = ladder.rungs
    assert polar.proposed
    assert (polar.begins, polar.ends) == (LEAST, cubic.begins)
    # inversion maps Ti on a place 0.06 Å away; moving all five atoms by 0.012 Å takes a fifth of that
    assert cubic.begins == pytest.approx(0.048, abs=1e-6)
    assert cubic.largest_displacement == pytest.approx(0.024, abs=1e-6)
    assert cubic.rms_displacement == pytest.approx(np.sqrt((0.024**2 + 4 * 0.006**2) / 5), abs=1e-6)
    assert (polar.free_coordinates, polar.free_lattice) == (3, 2)  # z of Ti, O, O against Sr; a and c
    assert (cubic.free_coordinates, cubic.free_lattice) == (0, 1)


def test_the_ladder_agrees_with_spglib_at_its_tolerances(rows: list[Row]) -> None:
    agree, asked = 0, 0
    for row in rows:
        steps = steps_of_arrays(row.lattice, row.numbers, row.frac)
        ladder = SymmetryLadder(row.formula, len(row.numbers), LEAST, MOST, tuple(step.rung for step in steps))
        for tolerance in (1e-3, 1e-2, 0.1):
            found = spglib.get_symmetry_dataset((row.lattice, row.frac, row.numbers), tolerance)
            asked += found is not None
            agree += found is not None and found.number == ladder.at(tolerance).number
    assert agree >= 0.97 * asked


def test_every_rung_has_its_group_at_a_ten_thousandth_of_an_angstrom_in_every_cell(rows: list[Row]) -> None:
    seen = 0
    for row in rows[:12]:
        crystal = Crystal.from_structure(
            moved(Structure(Lattice(row.lattice), row.numbers.tolist(), row.frac), 0.03), id=row.id
        )
        for rung in ladder_of(crystal).rungs:
            if rung.number == 1:
                continue
            for cell in CELLS:
                ideal = symmetrise(crystal, rung=rung.index, cell=cell)
                assert number_of(ideal.structure) == rung.number, (row.id, rung.symbol, cell)
                assert ideal.formula == crystal.formula
                seen += 1
            assert len(symmetrise(crystal, rung=rung.index).structure) == rung.sites
            kept = symmetrise(crystal, rung=rung.index, cell="read").structure
            assert kept.atomic_numbers == crystal.structure.atomic_numbers
    assert seen > 40


def test_the_undisturbed_group_is_proposed_for_noisy_crystals(rows: list[Row]) -> None:
    """The figures stand in docs/lab-notebook/symmetry-ladder.md; this guards them on few crystals."""
    right, asked = 0, 0
    for k, row in enumerate(rows):
        cell = row.lattice, row.numbers, row.frac
        group = number_of(Structure(Lattice(row.lattice), row.numbers.tolist(), row.frac), 0.01)
        if group == 1:
            continue
        random = np.random.default_rng(k)
        for changed in (cell, rattled(cell, 0.05, random), strained(cell, 0.03, random)):
            proposed = next(step.rung for step in steps_of_arrays(*changed) if step.rung.proposed)
            asked, right = asked + 1, right + (proposed.number == group)
    assert right >= 0.9 * asked


@pytest.mark.parametrize("hand", ["P3_121", "P3_221"])
@pytest.mark.parametrize("cell", CELLS)
def test_both_hands_of_quartz_are_kept_also_in_a_left_handed_cell(hand: str, cell: CellKind) -> None:
    noisy = moved(quartz(hand), 0.03)
    assert number_of(quartz(hand)) == SpaceGroup(hand).int_number
    left = Structure(Lattice(noisy.lattice.matrix[[1, 0, 2]]), noisy.species, noisy.frac_coords[:, [1, 0, 2]])
    assert np.linalg.det(left.lattice.matrix) < 0
    other = {"P3_121": "P3_221", "P3_221": "P3_121"}[hand]
    for structure in (noisy, left):
        crystal = Crystal.from_structure(structure)
        proposed = ladder_of(crystal).proposed
        assert (proposed.symbol, proposed.enantiomorph, proposed.handed) == (hand, other, True)
        assert proposed.name == f"{hand} (its mirror image is {other})"
        ideal = symmetrise(crystal, cell=cell).structure
        assert number_of(ideal) == SpaceGroup(hand).int_number


def test_a_handed_crystal_of_another_sohncke_group_is_said_to_be_one() -> None:
    # low cristobalite, P4_12_12 (W. A. Dollase, Z. Kristallogr. 121, 369 (1965))
    cristobalite = Structure.from_spacegroup(
        "P4_12_12", Lattice.tetragonal(4.971, 6.928), ["Si", "O"], [[0.3003, 0.3003, 0], [0.2392, 0.1044, 0.1787]]
    )
    ladder = ladder_of(Crystal.from_structure(moved(cristobalite, 0.02)))
    assert ladder.proposed.name == "P4_12_12 (its mirror image is P4_32_12)"
    # two general positions of P2_12_12_1 (No. 19), which has no partner
    general = Structure.from_spacegroup(
        "P2_12_12_1", Lattice.orthorhombic(5.1, 6.3, 7.9), ["Zn", "S"], [[0.11, 0.23, 0.31], [0.37, 0.07, 0.19]]
    )
    proposed = ladder_of(Crystal.from_structure(general)).proposed
    assert proposed.name == "P2_12_12_1 (handed, its mirror image has the same group)"


def test_the_setting_is_named_and_origin_choice_2_is_taken() -> None:
    diamond = Structure.from_spacegroup("Fd-3m", Lattice.cubic(3.567), ["C"], [[0, 0, 0]])
    crystal = Crystal.from_structure(moved(diamond.get_primitive_structure(), 0.02))
    proposed = ladder_of(crystal).proposed
    assert (proposed.symbol, proposed.setting, proposed.sites) == ("Fd-3m", "origin choice 2", 8)
    ideal = symmetrise(crystal).structure
    # International Tables A, No. 227, origin choice 2: 8a is at 1/8 1/8 1/8 or 7/8 3/8 3/8 and so on
    assert np.allclose((8 * ideal.frac_coords) % 2, 1, atol=1e-6)
    names = {standard_setting(number).name for number in (14, 166, 62)}
    assert names == {"unique axis b, cell choice 1", "hexagonal axes", ""}


def test_sohncke_groups_and_enantiomorphic_pairs_are_those_of_the_international_tables() -> None:
    handed = [number for number in range(1, 231) if standard_setting(number).handed]
    assert len(handed) == 65
    assert len(ENANTIOMORPHS) == 22
    assert set(ENANTIOMORPHS) < set(handed)
    assert {standard_setting(number).number for number in range(1, 231)} == set(range(1, 231))
    assert standard_setting(19).handed
    assert not standard_setting(62).handed


def test_a_noisy_supercell_gets_its_primitive_cell_back(perovskite: Structure) -> None:
    crystal = Crystal.from_structure(moved(perovskite * (2, 2, 2), 0.05))
    assert ladder_of(crystal).proposed.symbol == "Pm-3m"
    assert len(symmetrise(crystal).structure) == 5
    kept = symmetrise(crystal, cell="read").structure
    assert len(kept) == 40
    assert number_of(kept) == 221
    assert kept.lattice.abc == pytest.approx([7.81] * 3)


def test_a_disordered_crystal_is_symmetrised_with_its_occupancies() -> None:
    alloy = Structure.from_spacegroup(
        "Pm-3m", Lattice.cubic(3.6), [{"Fe": 0.5, "Ni": 0.5}, "Al"], [[0, 0, 0], [0.5, 0.5, 0.5]]
    )
    alloy.translate_sites([0], [0.003, 0.001, 0])
    ideal = symmetrise(Crystal.from_structure(alloy)).structure
    assert sorted(site.species_string for site in ideal) == ["Al", "Fe:0.5, Ni:0.5"]
    assert ideal.lattice.abc == pytest.approx([3.6] * 3)


def test_an_amorphous_crystal_has_nothing_to_symmetrise() -> None:
    random = np.random.default_rng(0)
    glass = Structure(Lattice.from_parameters(9, 10, 11, 83, 95, 101), ["Si"] * 6 + ["O"] * 12, random.random((18, 3)))
    crystal = Crystal("glass", glass)
    ladder = ladder_of(crystal)
    assert [rung.symbol for rung in ladder.rungs] == ["P1"]
    assert ladder.proposed.symbol == "P1"
    for options in ({}, {"tolerance": 0.1}, {"rung": 1}):
        with pytest.raises(InputError, match="nothing to symmetrise") as raised:
            symmetrise(crystal, **options)
        assert raised.value.kind == "nothing-to-symmetrise"
    same = as_idealised(crystal, True)
    assert same.structure is glass
    assert "no symmetry but P1" in str(same.provenance["warnings"])


def test_rungs_are_chosen_by_number_tolerance_and_group(perovskite: Structure) -> None:
    bent = perovskite.copy()
    bent.translate_sites([1], [0, 0, 0.03 / 3.905])
    crystal = Crystal.from_structure(bent)
    assert number_of(symmetrise(crystal).structure) == 99
    for options in ({"tolerance": 0.1}, {"group": 221}, {"group": "P m -3 m"}, {"rung": 2}):
        assert number_of(symmetrise(crystal, **options).structure) == 221
    kinds = {"no-such-rung": {"rung": 7}, "bad-tolerance": {"tolerance": 2.0}, "bad-option": {"group": "Pxyz"}}
    for kind, options in [*kinds.items(), ("no-such-rung", {"group": 62}), ("bad-option", {"rung": 1, "group": 1})]:
        with pytest.raises(InputError) as raised:
            symmetrise(crystal, **options)
        assert raised.value.kind == kind
        assert raised.value.message.endswith(".")


def test_what_is_no_cell_is_refused() -> None:
    twins = Structure(Lattice.cubic(4), ["Na", "Na"], [[0, 0, 0], [0, 0, 0]])
    flat = Structure(Lattice([[1, 0, 0], [0, 1, 0], [1, 1, 1e-12]]), ["Na"], [[0, 0, 0]])
    for structure in (twins, flat):
        with pytest.raises(DescriptionError) as raised:
            ladder_of(Crystal("bad", structure))
        assert raised.value.kind == "no-symmetry"


def test_a_ladder_survives_json(perovskite: Structure) -> None:
    ladder = ladder_of(Crystal.from_structure(moved(perovskite, 0.02)))
    assert SymmetryLadder.from_json(ladder.to_json()) == ladder
    assert str(ladder).count("\n") == len(ladder.rungs) - 1
