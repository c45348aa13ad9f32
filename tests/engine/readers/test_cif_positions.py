"""Files as databases of measured crystals write them: few digits, everything listed twice, water, mistyped cells."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest
from cif_texts import cube, notes, only, refusal
from clics.crystals.crystal import Crystal, Refusal
from pymatgen.core import Structure
from pymatgen.symmetry.analyzer import SpacegroupAnalyzer

Read = Callable[..., list[Crystal | Refusal]]
HEXAGONAL = """data_x
_cell_length_a {a}
_cell_length_b {b}
_cell_length_c {c}
_cell_angle_alpha 90
_cell_angle_beta 90
_cell_angle_gamma 120
{symmetry}
loop_
_atom_site_label
_atom_site_fract_x
_atom_site_fract_y
_atom_site_fract_z
_atom_site_occupancy
{atoms}
"""
QUARTZ = (
    "loop_\n_symmetry_equiv_pos_as_xyz\nx,y,z\n-y,x-y,z+{t2}\n-x+y,-x,z+{t1}\ny,x,-z\nx-y,-y,-z+{t1}\n-x,-x+y,-z+{t2}\n"
)


def hexagonal(atoms: str, symmetry: str, *, a: str = "4.913", b: str = "", c: str = "5.405") -> str:
    return HEXAGONAL.format(a=a, b=b or a, c=c, symmetry=symmetry, atoms=atoms)


def group(structure: Structure, tolerance: float = 1e-5) -> int:
    return SpacegroupAnalyzer(structure, symprec=tolerance).get_space_group_number()


def test_printed_digits_end_on_special_positions_to_the_last_bit(read: Read) -> None:
    corundum = hexagonal(
        "Al 0 0 0.352 1\nO 0.306 0 0.25 1", "_symmetry_space_group_name_H-M 'R -3 c'", a="4.759", c="12.991"
    )
    assert group(only(read(corundum)).structure) == 167
    # Tridymite's oxygen on a mirror (x, 2x): the two numbers are rounded each on its own.
    wurtzite_like = hexagonal(
        "Si 0.333 0.667 0.06 1\nO1 0.3333 0.66667 0.25 1\nO2 0.4999 -0.00012 0 1",
        "_symmetry_space_group_name_H-M 'P 63/m m c'", a="5.052", c="8.27",
    )  # fmt: skip
    tridymite = only(read(wurtzite_like)).structure
    assert tridymite.composition.formula == "Si4 O8"
    assert group(tridymite) == 194
    mirror = hexagonal("W 0.1548 0.3097 0.25 1", "_symmetry_space_group_name_H-M 'P 63/m m c'", a="9.0", c="5.2")
    found = only(read(mirror)).structure
    assert len(found) == 6
    x, y, _ = found[0].frac_coords
    assert y == pytest.approx(2 * x, abs=1e-12)
    assert abs(x - 0.1548) < 1e-4
    assert abs(y - 0.3097) < 1e-4


def test_general_positions_and_files_without_operations_stay_as_printed(read: Read) -> None:
    atoms = "Si 0.4697 0 0.667 1\nO 0.4135 0.2669 0.7858 1"
    quartz = only(read(hexagonal(atoms, QUARTZ.format(t1="1/3", t2="2/3"))))
    assert quartz.structure.composition.formula == "Si3 O6"
    assert group(quartz.structure) in (152, 154)
    oxygen = [site.frac_coords for site in quartz.structure if site.species_string == "O"]
    assert any(np.allclose(x, [0.4135, 0.2669, 0.7858], atol=1e-12) for x in oxygen)
    alone = only(read(cube("W 0.1548 0.3097 0.251 1".replace("W", "W W", 1), a="9")))
    assert alone.structure[0].frac_coords == pytest.approx([0.1548, 0.3097, 0.251], abs=1e-12)
    # A true distortion: half a hundredth of the cell off the mirror is no rounding of four digits.
    mirror = "_symmetry_space_group_name_H-M 'P m'"
    apart = only(read(cube("W1 W 0.1 0.0500 0.2 1\nTe1 Te 0.6 0.5 0.7 1", mirror, a="12")))
    assert apart.num_sites == 3
    tungsten = sorted(site.frac_coords[1] for site in apart.structure if site.species_string == "W")
    assert tungsten == pytest.approx([0.05, 0.95], abs=1e-12)


def test_halves_of_an_atom_beside_a_mirror_stay_apart(read: Read) -> None:
    split = only(
        read(cube("W1 W 0.1 0.004 0.2 0.5\nTe1 Te 0.6 0.5 0.7 1", "_symmetry_space_group_name_H-M 'P m'", a="12"))
    )
    assert split.num_sites == 3
    assert split.structure.composition["W"] == pytest.approx(1)
    rounded = only(read(cube("W1 W 0.1 0.0001 0.2 0.5\nTe1 Te 0.6 0.5 0.7 1", "_symmetry_space_group_name_H-M 'P m'")))
    assert rounded.num_sites == 2


def test_two_decimals_are_put_onto_special_positions_only_where_atoms_overlap_otherwise(read: Read) -> None:
    magnesium = only(
        read(hexagonal("Mg 0.33 0.67 0.25 1", "_symmetry_space_group_name_H-M 'P 63/m m c'", a="3.2", c="5.2"))
    )
    assert magnesium.num_sites == 2
    assert group(magnesium.structure) == 194
    assert "few decimals" in notes(magnesium)


@pytest.mark.parametrize(("t1", "t2"), [("0.33333", "0.6667"), ("0.333", "0.667"), ("1/3", "0.66666")])
def test_decimals_in_operations_are_fractions(read: Read, t1: str, t2: str) -> None:
    quartz = only(read(hexagonal("Si 0.4697 0 0.6667 1\nO 0.4135 0.2669 0.7858 1", QUARTZ.format(t1=t1, t2=t2))))
    assert quartz.structure.composition.formula == "Si3 O6"
    assert group(quartz.structure) in (152, 154)


def test_operations_that_give_no_group_at_all_are_refused_by_name(read: Read) -> None:
    endless = "loop_\n_symmetry_equiv_pos_as_xyz\nx,y,z\n-y,x-y,z+1/3\n-x+y,-x,z+7/24\n"
    assert refusal(read(hexagonal("Si 0.4697 0 0.6667 1", endless))).kind == "bad-symmetry"


def test_a_cell_refined_without_its_symmetry_is_given_it(read: Read) -> None:
    atoms, symmetry = "Si 0.4697 0 0.6667 1\nO 0.4135 0.2669 0.7858 1", QUARTZ.format(t1="1/3", t2="2/3")
    quartz = only(read(hexagonal(atoms, symmetry, a="4.914", b="4.912")))
    assert group(quartz.structure) in (152, 154)
    assert "was made 4.913 4.913" in notes(quartz)
    mistyped = refusal(read(hexagonal(atoms, symmetry, a="4.913", b="4.319")))
    assert mistyped.kind == "cell-against-symmetry"
    assert "4.913 4.319" in mistyped.message
    as_printed = only(read(hexagonal(atoms, symmetry)))
    assert as_printed.structure.lattice.parameters == pytest.approx((4.913, 4.913, 5.405, 90, 90, 120), abs=1e-12)
    assert "cell" not in notes(as_printed)


def test_atoms_listed_twice_are_one(read: Read) -> None:
    symmetry = "_symmetry_space_group_name_H-M 'P m -3 m'"
    both = only(
        read(cube("Cs1 Cs 0 0 0 1\nCl1 Cl .5 .5 .5 1\nCl2 Cl 0.5 0.5 0.5 1\nCs2 Cs 1 0 0 1", symmetry, a="4.1"))
    )
    assert both.formula == "CsCl"
    assert both.num_sites == 2
    assert "2 atoms repeat others" in notes(both)
    halves = only(read(cube("Fe1 Fe2+ 0 0 0 0.5\nFe2 Fe3+ 0 0 0 0.5", symmetry, a="2.9")))
    assert halves.is_ordered
    assert refusal(read(cube("Cs1 Cs 0 0 0 1\nCl1 Cl 0 0 0 1", symmetry, a="4.1"))).kind == "bad-occupancy"


def test_an_occupancy_that_rounds_to_one_is_one(read: Read) -> None:
    full = only(read(cube("Po1 Po 0 0 0 0.998(3)")))
    assert full.is_ordered
    assert "0.998(3), which is taken as 1" in notes(full)
    assert not only(read(cube("Po1 Po 0 0 0 0.98"))).is_ordered


def test_operations_and_symbol_that_contradict_each_other_are_said(read: Read) -> None:
    operations = "_symmetry_space_group_name_H-M 'P 1 21/n 1'\nloop_\n_symmetry_equiv_pos_as_xyz\n'x,y,z'\n'-x,-y,-z'\n"
    contradiction = notes(only(read(cube(symmetry=operations))))
    assert "the file says 'P 1 21/n 1', what was read has P -1" in contradiction
    assert "P 1 21/n 1 (Po, 2 sites" in contradiction  # the reading that would fit
    agreed = operations.replace("P 1 21/n 1", "P -1")
    assert not notes(only(read(cube(symmetry=agreed))))
    all_listed = operations.replace("P 1 21/n 1", "P m -3 m").replace("'-x,-y,-z'", "'x-1,y,z'")
    assert not notes(
        only(read(cube(symmetry=all_listed)))
    )  # the crystal has the group, though its operations are not listed


def test_fractions_underscores_and_groups_of_atoms(read: Read) -> None:
    ice = cube(
        "1 0 0 0 1\nWatX2 1/2 1/2 1/2 1", "_symmetry_space_group_name_H-M 'P 2_1/n'".replace("2_1/n", "_1"), a="4"
    )
    ice = ice.replace("_atom_site_type_symbol\n", "").replace("\n1 0 0 0", "\nWat1 0 0 0")
    crystal = only(read(ice))
    assert [site.species_string for site in crystal.structure] == ["O", "O"]
    assert crystal.structure[1].frac_coords == pytest.approx([0.5, 0.5, 0.5])
    assert "stands for a water molecule" in notes(crystal)
    named = only(read(cube("Po1 Po 0.1 0.2 0.3 1", "_symmetry_space_group_name_H-M 'P 2_1/n'", a="9")))
    assert named.num_sites == 4
    for label, symbol in (("OH1", "O"), ("NH4", "N"), ("NHA", "N"), ("CN1", "C"), ("Ho1", "Ho")):
        labels = cube(f"{label} 0 0 0 1", a="4").replace("_atom_site_type_symbol\n", "")
        assert only(read(labels)).structure[0].species_string == symbol
    share = only(read(cube("M1 '0.967(4)Mg + 0.033(4)Fe' 0 0 0 1"))).structure[0].species.get_el_amt_dict()
    assert share == {"Mg": 0.967, "Fe": 0.033}


def test_blocks_whose_atoms_have_no_coordinates_at_all_are_left_out(read: Read) -> None:
    published = cube(name="published")
    reduced = cube("Po1 Po ? ? ? 1", name="reduced")
    assert only(read(published + reduced)).formula == "Po"
