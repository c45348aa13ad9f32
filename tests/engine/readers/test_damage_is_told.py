"""Damage that a reader could pass over: it is refused or told in a note, and the sound file is read without one.

The damaged files are those that ``tests/stress`` found to be read as another crystal in silence, and variants of them. The
sound ones are rutile (a 4.5937, c 2.9587 Å, u 0.3053).
"""

from __future__ import annotations

from pathlib import Path

import gemmi
import numpy as np
import pytest
from clics.crystals.crystal import Crystal
from clics.sources.files import read_crystals
from pymatgen.core import Lattice, Structure

from tests.stress.program_files import BY_HAND

SHELX = """TITL rutile
CELL 0.71073 4.5937 4.5937 2.9587 90 90 90
LATT -1
SFAC Ti O
Ti1 1 0.0 0.0 0.0 1.0
Ti2 1 0.5 0.5 0.5 1.0
O1 2 0.3053 0.3053 0.0 1.0
O2 2 0.6947 0.6947 0.0 1.0
O3 2 0.1947 0.8053 0.5 1.0
O4 2 0.8053 0.1947 0.5 1.0
END
"""
STRUCT_OUT = """4.5937 0.0 0.0
0.0 4.5937 0.0
0.0 0.0 2.9587
6
1 22 0.0 0.0 0.0
1 22 0.5 0.5 0.5
2 8 0.3053 0.3053 0.0
2 8 0.6947 0.6947 0.0
2 8 0.1947 0.8053 0.5
2 8 0.8053 0.1947 0.5
"""
XSF = """CRYSTAL
PRIMVEC
4.5937 0.0 0.0
0.0 4.5937 0.0
0.0 0.0 2.9587
PRIMCOORD
6 1
22 0.0 0.0 0.0
22 2.29685 2.29685 1.47935
8 1.40245661 1.40245661 0.0
8 3.19124339 3.19124339 0.0
8 0.89439339 3.69930661 1.47935
8 3.69930661 0.89439339 1.47935
"""
PHONOPY = """phonopy:
  version: "2.20.0"
unit_cell:
  lattice:
  - [ 4.5937, 0.0, 0.0 ]
  - [ 0.0, 4.5937, 0.0 ]
  - [ 0.0, 0.0, 2.9587 ]
  points:
  - symbol: Ti
    coordinates: [ 0.0, 0.0, 0.0 ]
  - symbol: Ti
    coordinates: [ 0.5, 0.5, 0.5 ]
  - symbol: O
    coordinates: [ 0.3053, 0.3053, 0.0 ]
  - symbol: O
    coordinates: [ 0.6947, 0.6947, 0.0 ]
  - symbol: O
    coordinates: [ 0.1947, 0.8053, 0.5 ]
  - symbol: O
    coordinates: [ 0.8053, 0.1947, 0.5 ]
supercell:
"""
PW_INPUT = """&CONTROL
/
&SYSTEM
  ibrav = 0, nat = 6, ntyp = 2
/
&ELECTRONS
/
ATOMIC_SPECIES
Ti 47.867 Ti.upf
O 15.999 O.upf
CELL_PARAMETERS angstrom
4.5937 0.0 0.0
0.0 4.5937 0.0
0.0 0.0 2.9587
ATOMIC_POSITIONS crystal
Ti 0.0 0.0 0.0
Ti 0.5 0.5 0.5
O 0.3053 0.3053 0.0
O 0.6947 0.6947 0.0
O 0.1947 0.8053 0.5
O 0.8053 0.1947 0.5
"""
ABINIT = """natom 6
ntypat 2
znucl 22 8
typat 1 1 2 2 2 2
acell 4.5937 4.5937 2.9587 Angstrom
rprim 1 0 0 0 1 0 0 0 1
xred
0.0 0.0 0.0
0.5 0.5 0.5
0.3053 0.3053 0.0
0.6947 0.6947 0.0
0.1947 0.8053 0.5
0.8053 0.1947 0.5
"""
CIF = """data_rutile
_cell_length_a 4.5937
_cell_length_b 4.5937
_cell_length_c 2.9587
_cell_angle_alpha 90
_cell_angle_beta 90
_cell_angle_gamma 90
_chemical_formula_sum 'O2 Ti'
_symmetry_Int_Tables_number 136
_symmetry_space_group_name_H-M 'P 42/m n m'
loop_
_atom_site_label
_atom_site_type_symbol
_atom_site_fract_x
_atom_site_fract_y
_atom_site_fract_z
Ti1 Ti 0 0 0
O1 O 0.3053 0.3053 0
"""
RUTILE = Structure.from_spacegroup(
    "P4_2/mnm", Lattice.tetragonal(4.5937, 2.9587), ["Ti", "O"], [[0, 0, 0], [0.3053, 0.3053, 0]]
)
OUTCAR, VASPRUN = BY_HAND["outcar"](RUTILE), BY_HAND["vasprun"](RUTILE)
SOUND = {
    "OUTCAR": OUTCAR, "vasprun.xml": VASPRUN,
    "a.res": SHELX, "a.STRUCT_OUT": STRUCT_OUT, "a.xsf": XSF, "phonopy.yaml": PHONOPY, "a.pwi": PW_INPUT, "a.abi": ABINIT,
    "a.cif": CIF,
}  # fmt: skip


ONE_ATOM = CIF[CIF.index("loop_") : CIF.index("Ti1")] + "Ti1 Ti 0.11 0.23 0.37\n"


def read(folder: Path, name: str, text: str) -> object:
    (folder / name).write_text(text)
    *_, last = read_crystals([folder / name])
    return last


@pytest.mark.parametrize("name", SOUND)
def test_the_sound_file_is_read_without_a_note(name, tmp_path):
    crystal = read(tmp_path, name, SOUND[name])
    assert isinstance(crystal, Crystal)
    assert (crystal.formula, crystal.num_sites, crystal.notes) == ("TiO2", 6, ())


VECTOR = "  4.593700000  0.000000000  0.000000000"
FORCES = "      0.10000      0.00000     -0.10000\n"
TITANIUM = "      2.29685      2.29685      1.47935" + FORCES
OXYGEN = "      1.40246      1.40246      0.00000" + FORCES
TOLD = [
    ("OUTCAR", (VECTOR, "  4.953700000  0.000000000  0.000000000", -1), "reciprocal lattice vectors are not those"),
    ("OUTCAR", ("  volume of cell :       62.43", "  volume of cell :       42.63", -1), "42.63 Å³ is stated"),
    ("OUTCAR", ("ions per type = 2 4", "NIONS = 7\n ions per type = 2 4"), "NIONS states 7 atoms"),
    ("OUTCAR", (TITANIUM + OXYGEN, OXYGEN + TITANIUM), "2 atoms differ from the list at the start"),
    (
        "OUTCAR",
        ("      2.29685      2.29685      1.47935", "      2.29685      2.29685      0.47935"),
        "atom 2 by 1.00 Å",
    ),
    ("vasprun.xml", ("<v> 4.593700000 0.0", "<v> 4.953700000 0.0", -1), "reciprocal lattice vectors are not those"),
    (
        "a.abi",
        (
            "xred",
            "xangst 0 0 0  2.29685 2.29685 1d3  1.40245661 1.40245661 0  3.19124339 3.19124339 0  0.89439339 "
            "3.69930661 1.47935  3.69930661 0.89439339 1.47935\n#",
        ),
        "338 cells away",
    ),
    ("a.res", ("SFAC Ti O", "SFAC F O"), "Ti for F"),
    ("a.res", ("\nO1 2", "\n O1 2"), "begins with a blank"),
    ("a.res", ("\nO1 2", "\n   O1"), "begins with a blank"),
    ("a.xsf", ("3.19124339 0.0", "3.19124339 1 0.0"), "more words"),
    ("a.cif", ("'O2 Ti'", "'O2 Xx'"), "no element is Xx"),
    ("a.cif", ("number 136", "number 231"), "no group has that number"),
]
REFUSED = [
    ("a.STRUCT_OUT", ("8 0.6947", "8 0.69\f47"), "6 words in place of 5"),
    ("a.STRUCT_OUT", ("\n6\n1 22", " 6\n1 22"), ""),
    ("a.STRUCT_OUT", ("\n6\n", "\n4\n"), "4 atoms are announced, and 6 are listed"),
    ("phonopy.yaml", ("  - symbol: O\n", "9999999\n"), "begins no section"),
    ("phonopy.yaml", ("  - symbol: O\n", "\x1b]0;x\x07  - symbol: O\n"), "begins no section"),
    ("phonopy.yaml", ("  - symbol: O\n", "symbol: - O\n"), "begins no section"),
    ("phonopy.yaml", ("  - symbol: O\n", "O symbol: -\n"), "begins no section"),
    ("a.pwi", ("Ti 0.5", "F 0.5"), "a type that ATOMIC_SPECIES does not have"),
    ("a.abi", ("acell 4.5937 4.5937 2.9587 Angstrom", "4.5937 4.5937 2.9587 Angstrom acell"), "acell has no value"),
]


@pytest.mark.parametrize(("name", "change", "says"), TOLD)
def test_damage_is_told_in_a_note(name, change, says, tmp_path):
    damaged = SOUND[name].replace(*(*change, 1)[:3])
    assert damaged != SOUND[name]
    crystal = read(tmp_path, name, damaged)
    assert isinstance(crystal, Crystal)
    assert any(says in note for note in crystal.notes), crystal.notes


@pytest.mark.parametrize(("name", "change", "says"), REFUSED)
def test_damage_is_refused(name, change, says, tmp_path):
    damaged = SOUND[name].replace(*change, 1)
    assert damaged != SOUND[name]
    refusal = read(tmp_path, name, damaged)
    assert not isinstance(refusal, Crystal)
    assert says in refusal.message


def steps_of_outcar(second: str, iteration: int) -> str:
    """OUTCAR of two ionic steps, of which the second has other rows of the titanium and oxygen atoms 2 and 3."""
    first = OUTCAR.replace(" General timing", f"--------- Iteration      {iteration}(   1)  ---------\n General timing")
    table = OUTCAR[OUTCAR.index(" POSITION    ") : OUTCAR.index(" General timing")]
    return first.replace(" General timing", table.replace(TITANIUM + OXYGEN, second) + " General timing")


def test_atoms_that_exchange_their_places_between_two_steps_are_named(tmp_path):
    (tmp_path / "OUTCAR").write_text(steps_of_outcar(OXYGEN + TITANIUM, 2))
    first, second = read_crystals([tmp_path / "OUTCAR"])
    assert not any("exchanged" in note for note in first.notes)
    assert any("atoms 2 (Ti) and 3 (O) stand in each other's places" in note for note in second.notes)
    (tmp_path / "OUTCAR").write_text(steps_of_outcar(TITANIUM.replace("1.47935", "2.97935") + OXYGEN, 2))
    _, second = read_crystals([tmp_path / "OUTCAR"])
    assert second.notes == ("frame 2 of 2, the last of the run.",)  # one atom alone may travel in a long run


def test_the_other_origin_of_p21212_is_no_mark_of_a_superspace_group(tmp_path):
    symbol = gemmi.find_spacegroup_by_name("P 21212(a)")
    head = CIF.partition("_chemical")[0].replace("_a 4.5937", "_a 5.1")
    crystal = read(tmp_path, "a.cif", f"{head}_symmetry_space_group_name_H-M 'P 21212(a)'\n{ONE_ATOM}")
    expected = {tuple(np.round(operation.apply_to_xyz([0.11, 0.23, 0.37]), 6) % 1) for operation in symbol.operations()}
    assert isinstance(crystal, Crystal), crystal
    assert {tuple(row) for row in np.round(crystal.structure.frac_coords % 1, 6)} == expected


def test_the_title_of_a_shelx_file_may_stand_behind_its_first_atom(tmp_path):
    lines = SHELX.splitlines()
    crystal = read(tmp_path, "a.res", "\n".join([*lines[1:5], lines[0], *lines[5:]]) + "\n")
    assert (crystal.formula, crystal.num_sites) == ("TiO2", 6)
