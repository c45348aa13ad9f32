from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from cif_texts import cube, notes, only, refusal
from clics.crystals.crystal import Crystal, Refusal
from clics.errors import CrystalError
from clics.sources.files import read_crystals, read_one
from pymatgen.core import Lattice, Structure
from pymatgen.symmetry.analyzer import SpacegroupAnalyzer

DATA = Path(__file__).parents[2] / "data" / "crystals"
Read = Callable[..., list[Crystal | Refusal]]


def test_every_block_by_its_name() -> None:
    rock_salt, caesium_chloride = read_crystals([DATA / "NaCl.cif"], sandboxed=False)
    assert isinstance(rock_salt, Crystal)
    assert isinstance(caesium_chloride, Crystal)
    assert (rock_salt.id, rock_salt.block, rock_salt.num_sites) == ("NaCl:B1", "B1", 8)
    assert (caesium_chloride.id, caesium_chloride.block, caesium_chloride.num_sites) == ("NaCl:B2", "B2", 2)
    assert SpacegroupAnalyzer(rock_salt.structure).get_space_group_number() == 225
    assert {site.species_string for site in caesium_chloride.structure} == {"Na", "Cl"}  # charges are dropped


def test_read_one_never_chooses_silently() -> None:
    with pytest.raises(CrystalError, match="B1, B2") as caught:
        read_one(DATA / "NaCl.cif", sandboxed=False)
    assert caught.value.kind == "several-blocks"
    assert read_one(DATA / "NaCl.cif", "B2", sandboxed=False).num_sites == 2
    with pytest.raises(CrystalError) as caught:
        read_one(DATA / "NaCl.cif", "B3", sandboxed=False)
    assert caught.value.kind == "no-such-block"


def test_a_bad_block_does_not_hide_the_good_ones(read: Read) -> None:
    found = read(cube(name="good") + "data_bad\nloop_\n_a\n_b\n1 2 3\n" + cube(name="also", a="4"))
    assert [type(entry).__name__ for entry in found] == ["Crystal", "Refusal", "Crystal"]
    assert [entry.block for entry in found] == ["good", "bad", "also"]


def test_blocks_of_one_name_are_told_apart(read: Read) -> None:
    found = read(cube(a="3.0") + cube(a="3.5"))
    assert [entry.block for entry in found] == ["x", "x#2"]
    assert [round(entry.structure.volume) for entry in found if isinstance(entry, Crystal)] == [27, 43]


def test_disorder_is_read_and_kept() -> None:
    alloy = read_one(DATA / "disordered.cif", sandboxed=False)
    assert not alloy.is_ordered
    assert alloy.structure[0].species.get_el_amt_dict() == {"Au": 0.25, "Cu": 0.75}


def test_magnetic_operations_move_atoms_without_their_time_reversal() -> None:
    crystal = read_one(DATA / "MnF2_magnetic.mcif", sandboxed=False)
    assert crystal.structure.composition.as_dict() == {"Mn": 2, "F": 4}
    assert SpacegroupAnalyzer(crystal.structure).get_space_group_number() == 136


def test_symmetry_by_name_with_origin_choice(read: Read) -> None:
    spinel = Structure.from_spacegroup("Fd-3m", Lattice.cubic(8.08), ["Mg"], [[0, 0, 0]])
    for name in ("'F d -3 m :1'", "'F d -3 m S'"):
        crystal = only(read(cube("Mg1 Mg 0 0 0 1", f"_symmetry_space_group_name_H-M {name}", a="8.08")))
        assert crystal.num_sites == len(spinel) == 8
        assert not notes(crystal)
    second = only(read(cube("Mg1 Mg 0.125 0.125 0.125 1", "_space_group_name_Hall '-F 4vw 2vw 3'", a="8.08")))
    assert second.num_sites == 8


def test_two_origin_choices_that_both_fit_are_named_and_neither_is_taken(read: Read) -> None:
    for name in ("'F d -3 m'", "Fd-3m"):
        refused = refusal(read(cube("Mg1 Mg 0 0 0 1", f"_symmetry_space_group_name_H-M {name}", a="8.08")))
        assert refused.kind == "ambiguous-setting"
        assert "F d -3 m:1 (Mg, 8 sites" in refused.message
        assert "F d -3 m:2 (Mg, 16 sites" in refused.message
    counted = "_symmetry_space_group_name_H-M 'F d -3 m'\n_cell_formula_units_Z 8\n_chemical_formula_sum Mg"
    decided = only(read(cube("Mg1 Mg 0 0 0 1", counted, a="8.08")))
    assert decided.num_sites == 8
    assert "of the settings F d -3 m:1, F d -3 m:2 the first is the one that fits" in notes(decided)


def test_symmetry_that_cannot_be_understood_is_refused_not_ignored(read: Read) -> None:
    operations = "loop_\n_symmetry_equiv_pos_as_xyz\n"
    for symmetry in (
        "_symmetry_space_group_name_H-M 'Q 7 x'",
        operations + "x,y,z\n'-y,x,z'\n",  # no group: the inverse is missing
        operations + "x,y,z\n'x,x,z'\n",
        operations + "x,y,z\n'x+1/0,y'\n",
        operations + "x,y,z\n'__import__,y,z'\n",
    ):
        assert refusal(read(cube(symmetry=symmetry))).kind == "bad-symmetry"


def test_few_decimals_on_special_positions(read: Read) -> None:
    text = cube("Mg1 Mg 0.333 0.667 0.25 1", "_symmetry_space_group_name_H-M 'P 63/m m c'", a="3.2")
    text = text.replace("gamma 90", "gamma 120").replace("_length_c 3.2", "_length_c 5.2")
    magnesium = only(read(text))
    assert magnesium.num_sites == 2
    assert magnesium.structure.frac_coords[0] == pytest.approx([1 / 3, 2 / 3, 0.25], abs=1e-12)
    near = only(read(text.replace("0.333 0.667", "0.332 0.668")))
    assert near.num_sites == 2
    assert "few decimals" in notes(near)
    exact = only(read(cube("Po1 Po 0.66670000 0.3333000001 0 1")))
    assert exact.structure.frac_coords[0] == pytest.approx([0.6667, 0.3333000001, 0], abs=1e-12)


@pytest.mark.parametrize(
    ("atoms", "kind"),
    [
        ("Xx1 Xx 0 0 0 1", "unknown-element"),
        ("Vac1 Vac 0 0 0 1", "unknown-element"),
        ("CH1 CH3 0 0 0 1", "unknown-element"),
        ("Po1 Po 0 ? 0 1", "missing-coordinates"),
        ("Po1 Po 0 . 0 1", "missing-coordinates"),
        ("Po1 Po 0 nan 0 1", "not-finite"),
        ("Po1 Po 0 inf 0 1", "not-finite"),
        ("Po1 Po 0 1e30 0 1", "absurd-coordinates"),
        ("Po1 Po 0 zero 0 1", "bad-cif"),
        ("Po1 Po 0 0 0 2", "bad-occupancy"),
        ("Po1 Po 0 0 0 -1", "bad-occupancy"),
        ("Po1 Po 0 0 0 one", "bad-cif"),
        ("Po1 Po 0 0 0 0", "empty"),
        ("Po1 Po 0 0 0 1\nTe1 Te 0.05 0 0 1", "atoms-too-close"),
        ("Po1 Po 0 0 0 1\nTe1 Te 0 0 0 1", "bad-occupancy"),
    ],
)
def test_bad_atoms(read: Read, atoms: str, kind: str) -> None:
    assert refusal(read(cube(atoms))).kind == kind


@pytest.mark.parametrize(
    ("a", "kind"),
    [("?", "no-cell"), ("nan", "not-finite"), ("0", "absurd-volume"), ("-3", "absurd-volume"),
     ("1e99", "absurd-volume"), ("three", "bad-cif"), ("0.8", "absurd-volume"), ("335.0", "absurd-volume")],
)  # fmt: skip
def test_bad_cells(read: Read, a: str, kind: str) -> None:
    assert refusal(read(cube(a=a))).kind == kind


def test_isotopes_labels_and_shares(read: Read) -> None:
    crystal = only(read(cube("D1 D 0 0 0 1")))
    assert crystal.formula == "H2"  # pymatgen writes elemental hydrogen so
    assert "deuterium" in notes(crystal)
    labels_only = cube("CA1 0 0 0 1").replace("_atom_site_type_symbol\n", "")
    assert only(read(labels_only)).formula == "Ca"
    pauling = only(read(cube("'Nb,Zr' '0.8Nb + 0.2Zr' 0 0 0 1")))
    assert pauling.structure[0].species.get_el_amt_dict() == {"Nb": 0.8, "Zr": 0.2}


def test_a_composition_that_differs_from_the_stated_one_is_said(read: Read) -> None:
    crystal = only(read(cube(symmetry="_chemical_formula_sum 'Te'")))
    assert "the file says 'Te'" in notes(crystal)


def test_a_list_of_atoms_cut_at_a_line_end_is_noticed(read: Read) -> None:
    formula = "_chemical_formula_sum 'Cs Cl'\n_cell_formula_units_Z 1"
    whole_lines = cube("Cs1 Cs 0 0 0 1", formula, a="4.1")
    assert refusal(read(whole_lines)).kind == "atoms-missing"
    assert refusal(read(whole_lines.rstrip("\n"))).kind == "truncated"
    assert only(read(cube("Cs1 Cs 0 0 0 1\nCl1 Cl .5 .5 .5 1", formula, a="4.1"))).formula == "CsCl"


def test_tags_count_whatever_their_case_and_line_ends(read: Read) -> None:
    text = cube().replace("_cell_length", "_Cell_Length").replace("_atom_site", "_ATOM_SITE").replace("\n", "\r\n")
    assert only(read("﻿" + text)).formula == "Po"
    assert only(read(cube(name="Ä").encode("utf-16"))).formula == "Po"
    author = "data_x\n_publ_author_name 'Müller'"
    latin = only(read(cube().replace("data_x", author).encode("latin-1")))
    assert "Latin-1" in notes(latin)


def test_a_tag_given_twice_is_not_chosen_from(read: Read) -> None:
    assert refusal(read(cube(symmetry="_cell_length_a 5"))).kind == "bad-cif"


def test_a_witness_given_twice_blocks_nothing(read: Read) -> None:
    twice = "_exptl_crystal_density_diffrn 9.23\n_exptl_crystal_density_diffrn 9.30\n_cell_length_a 3.35"
    assert only(read(cube(symmetry=twice))).num_sites == 1
