"""Formats that list an asymmetric unit: SHELX and AIRSS, CRYSTAL, WIEN2k. Space groups and sites are those of textbooks."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest
from ase.io import read as ase_read
from clics.crystals.crystal import Crystal, Refusal
from clics.readers import formats

Read = Callable[..., list[Crystal | Refusal]]


def only(found: list[Crystal | Refusal]) -> Crystal:
    assert len(found) == 1, found
    assert isinstance(found[0], Crystal), found
    return found[0]


def check(crystal: Crystal, formula: str, sites: int, group: int) -> None:
    assert (crystal.formula, crystal.num_sites, crystal.structure.get_space_group_info(1e-3)[1]) == (
        formula,
        sites,
        group,
    )


RUTILE = """TITL rutile in P4(2)/mnm
CELL 0.71073 4.5937 4.5937 2.9587 90 90 90
ZERR 2 0.0001 0.0001 0.0001 0 0 0
LATT 1
SYMM -X, -Y, Z
SYMM 0.5-Y, 0.5+X, 0.5+Z
SYMM 1/2+Y, 1/2-X, 1/2+Z
SYMM 0.5-X, 0.5+Y, 0.5-Z
SYMM 0.5+X, 0.5-Y, 0.5-Z
SYMM Y, X, -Z
SYMM -Y, -X, -Z
SFAC TI O
UNIT 2 4
FVAR 0.31 {second}
TI1   1  10.000000 10.000000 10.000000 10.12500 0.00500 0.00500 =
         0.00400 0.00000 0.00000 0.00010
O1    2   0.304900  0.304900 10.000000 {share} 0.00500
HKLF 4
END
Q1    1   0.1000  0.2000  0.3000  11.00000  0.05    0.90
"""


def test_shelx_with_fixed_values_and_occupancies_of_special_positions(read: Read) -> None:
    text = RUTILE.format(second="", share="10.25000")
    assert formats.by_content(text.encode()) == "shelx"
    check(only(read(text, "rutile.res")), "TiO2", 6, 136)
    by_variable = only(read(RUTILE.format(second="0.8", share="20.25000"), "rutile.res"))
    assert {site.species_string for site in by_variable.structure if "O" in site.species_string} == {"O:0.8"}
    rest = only(read(RUTILE.format(second="0.8", share="-20.25000"), "rutile.res"))
    assert {round(site.species.num_atoms, 3) for site in rest.structure} == {1.0, 0.2}


@pytest.mark.parametrize(("latt", "sites", "group"), [("1", 2, 221), ("4", 8, 225), ("-2", 4, 221), ("7", 4, 0)])
def test_shelx_centrings(latt: str, sites: int, group: int, read: Read) -> None:
    second = "0.5 0.5 0.5" if latt in ("1", "4") else "0.5 0 0" if latt == "7" else "0.25 0.25 0.25"
    text = f"TITL x\nCELL 1.5 5.64 5.64 5.64 90 90 90\nLATT {latt}\nSFAC NA CL\nNA1 1 0 0 0\nCL1 2 {second}\nEND\n"
    crystal = only(read(text, "x.res"))
    assert crystal.num_sites == sites
    if latt == "4":
        assert crystal.structure.get_space_group_info()[1] == group


AIRSS = """TITL {name} 0.00 40.89 -300.5 0.00 0.00 2 (Pm-3m) n - 1
REM made for a test
CELL 1.54180 4.12300 4.12300 4.12300 90.00000 90.00000 90.00000
LATT -1
SFAC Cs Cl
Cs 1 0.0000000000000 0.0000000000000 0.0000000000000 1.0
Cl 2 0.5000000000000 0.5000000000000 0.5000000000000 1.0 1.7
END
"""


def test_airss_alone_and_several_in_one_file(read: Read) -> None:
    check(only(read(AIRSS.format(name="CsCl-1"), "CsCl-1.res")), "CsCl", 2, 221)
    found = read(AIRSS.format(name="CsCl-1") + AIRSS.format(name="CsCl-2"), "all.res")
    assert [entry.id for entry in found if isinstance(entry, Crystal)] == ["CsCl-1", "CsCl-2"]


@pytest.mark.parametrize(("old", "new", "kind"), [
    ("LATT -1", "LATT 9", "bad-format"), ("Cl 2", "Cl 3", "bad-format"), ("4.12300 4.12300", "nan 4.123", "not-finite"),
    ("0.5000000000000 0.5", "nan 0.5", "not-finite"), ("90.00000 90.00000 90.00000", "10 90 170", "absurd-volume"),
    ("CELL", "REM CELL", "no-cell"), ("LATT -1", "LATT -1\nSYMM X, 2Y, Z", "bad-symmetry"),
    ("LATT -1", "LATT -1\nSYMM hello", "bad-symmetry"), ("0.5000000000000 1.0 1.7", "0.5 31.0", "bad-format"),
])  # fmt: skip
def test_res_files_that_are_refused(old: str, new: str, kind: str, read: Read) -> None:
    [found] = read(AIRSS.format(name="x").replace(old, new), "x.res")
    assert isinstance(found, Refusal), found
    assert found.kind == kind, found.message


# Inputs of the CRYSTAL manual and tutorials (geometry block), with coordinates of textbooks.
D12 = {
    "MgO": ("CRYSTAL\n0 0 0\n225\n4.21\n2\n12 0. 0. 0.\n8 0.5 0.5 0.5\nEND\n", "MgO", 8, 225),
    "diamond, second origin": ("CRYSTAL\n0 0 0\n227\n3.57\n1\n6 0.125 0.125 0.125\nEND\n", "C", 8, 227),
    "diamond, first origin": ("CRYSTAL\n0 0 1\n227\n3.57\n1\n6 0. 0. 0.\nEND\n", "C", 8, 227),
    "calcite, hexagonal": (
        "CRYSTAL\n0 0 0\n167\n4.9900 17.0615\n3\n20 0 0 0\n6 0 0 0.25\n8 0.2568 0 0.25\nEND\n",
        "CaCO3",
        30,
        167,
    ),
    "calcite, rhombohedral": (
        "CRYSTAL\n0 1 0\n167\n6.3759 46.07\n3\n20 0 0 0\n6 0.25 0.25 0.25\n8 0.5068 -0.0068 0.25\nOPTGEOM\n"
        "ENDOPT\nEND\n",
        "CaCO3",
        10,
        167,
    ),
    "rutile, by symbol": (
        "CRYSTAL\n1 0 0\nP 42/M N M\n4.594 2.959\n2\n222 0 0 0\n8 0.3049 0.3049 0\nEND\n",
        "TiO2",
        6,
        136,
    ),
    "monoclinic": (
        "CRYSTAL\n0 0 0\n14\n5.15 5.21 5.32 99.2\n3\n40 0.2754 0.0395 0.2083\n8 0.07 0.3317 0.3447\n8 0.4496 0.7569 0.4792\n"
        "END\n",
        "ZrO2",
        12,
        14,
    ),
}


@pytest.mark.parametrize("name", D12)
def test_inputs_of_crystal(name: str, read: Read) -> None:
    text, formula, sites, group = D12[name]
    assert formats.by_content(f"{name}\n{text}".encode()) == "crystal-input"
    check(only(read(f"{name}\n{text}", "x.d12")), formula, sites, group)


@pytest.mark.parametrize(("text", "kind"), [
    ("x\nMOLECULE\n1\n1\n8 0 0 0\nEND\n", "no-cell"), ("x\nEXTERNAL\nEND\n", "no-cell"),
    ("x\nCRYSTAL\n0 0 0\n231\n4.21\n1\n12 0 0 0\nEND\n", "bad-symmetry"),
    ("x\nCRYSTAL\n0 0 0\n136\n4.21\n1\n12 0 0 0\nEND\n", "bad-format"),
    ("x\nCRYSTAL\n0 0 0\n225\n4.21\n1\n12 0 0 0\nSUPERCEL\n2 0 0\n0 2 0\n0 0 2\nEND\n", "unsupported"),
    ("x\nCRYSTAL\n0 0 2\n225\n0 0 6\n4.21\n1\n12 0 0 0\nEND\n", "unsupported"),
    ("x\nCRYSTAL\n0 0 0\n225\n4.21\n5\n12 0 0 0\n", "truncated"),
])  # fmt: skip
def test_inputs_of_crystal_that_are_refused(text: str, kind: str, read: Read) -> None:
    [found] = read(text, "x.d12")
    assert isinstance(found, Refusal), found
    assert found.kind == kind, found.message


def test_an_external_geometry_with_operations(read: Read) -> None:
    """Rutile with four of its operations; the second Ti and three O atoms follow from them."""
    a, c, x = 4.594, 2.959, 0.3049
    turns = [np.eye(3), np.diag([-1.0, -1, 1]), np.array([[0.0, -1, 0], [1, 0, 0], [0, 0, 1]]),
             np.array([[0.0, 1, 0], [-1, 0, 0], [0, 0, 1]])]  # fmt: skip
    shifts = [(0, 0, 0), (0, 0, 0), (a / 2, a / 2, c / 2), (a / 2, a / 2, c / 2)]
    operations = "".join("".join(" ".join(f"{value:.9f}" for value in row) + "\n" for row in [*turn, shift])
                         for turn, shift in zip(turns, shifts, strict=True))  # fmt: skip
    text = f"3 1 4\n{a} 0 0\n0 {a} 0\n0 0 {c}\n4\n{operations}2\n222 0 0 0\n8 {x * a:.9f} {x * a:.9f} 0\n"
    assert formats.by_content(text.encode()) == "crystal-gui"
    check(only(read(text, "fort.34")), "TiO2", 6, 136)
    slab = only(read(text.replace("3 1 4", "2 1 4"), "slab.gui"))
    assert "two directions" in str(slab.provenance["warnings"])
    [molecule] = read(text.replace("3 1 4", "0 1 4"), "fort.34")
    assert isinstance(molecule, Refusal)
    assert molecule.kind == "no-cell"


WIEN = """rock salt
{lattice:4s}LATTICE,NONEQUIV.ATOMS:  2{group}
MODE OF CALC=RELA unit={unit}
{cell}
ATOM  -1: X=0.00000000 Y=0.00000000 Z=0.00000000
          MULT= 1          ISPLIT= 2
Na1        NPT=  781  R0=0.00010000 RMT=    2.5000   Z: 11.0
LOCAL ROT MATRIX:    1.0000000 0.0000000 0.0000000
                     0.0000000 1.0000000 0.0000000
                     0.0000000 0.0000000 1.0000000
ATOM  -2: X=0.50000000 Y=0.50000000 Z=0.50000000
          MULT= 1          ISPLIT= 2
Cl1        NPT=  781  R0=0.00010000 RMT=    2.5000   Z: 17.0
LOCAL ROT MATRIX:    1.0000000 0.0000000 0.0000000
                     0.0000000 1.0000000 0.0000000
                     0.0000000 0.0000000 1.0000000
   0      NUMBER OF SYMMETRY OPERATIONS
"""


def test_wien2k_centrings_and_units(read: Read, tmp_path) -> None:
    bohr = 5.64 / 0.529177210903
    text = WIEN.format(lattice="F", group=" 225 Fm-3m", unit="bohr", cell=f"{bohr:10.6f}" * 3 + " 90.000000" * 3)
    assert formats.by_content(text.encode()) == "wien2k"
    crystal = only(read(text, "nacl.struct"))
    check(crystal, "NaCl", 8, 225)
    assert crystal.structure.lattice.a == pytest.approx(5.64, abs=1e-6)
    angstrom = text.replace("unit=bohr", "unit=ang ").replace(f"{bohr:10.6f}", f"{5.64:10.6f}")
    assert only(read(angstrom, "nacl.struct")).structure.lattice.a == pytest.approx(5.64)
    rhombohedral = WIEN.format(
        lattice="R",
        group=" 166 R-3m",
        unit="bohr",
        cell=" 12.000000 12.000000 30.000000 90.000000 90.000000120.000000",
    )
    path = tmp_path / "r.struct"
    path.write_text(rhombohedral)
    reference = ase_read(path, format="struct")
    found = only(read(rhombohedral, "r.struct"))
    assert found.num_sites == 2
    assert found.structure.volume == pytest.approx(reference.cell.volume / (len(reference) / 2), rel=1e-4)
    assert found.structure.get_space_group_info()[1] == 166
    [wrong] = read(text.replace("Z: 17.0", "Z: 35.0"), "x.struct")
    assert isinstance(wrong, Refusal)


@pytest.mark.parametrize("line", ["ATOM  -inf: X=0.50000000", "ATOM      : X=0.50000000", "AT0M  -2: X=0.50000000"])
def test_no_atom_of_wien2k_is_lost(line: str, read: Read) -> None:
    text = WIEN.format(lattice="P", group="", unit="ang ", cell="  5.640000" * 3 + " 90.000000" * 3)
    [found] = read(text.replace("ATOM  -2: X=0.50000000", line), "nacl.struct")
    assert isinstance(found, Refusal)
    assert "the atom 'Cl1" in found.message
    assert "0 positions" in found.message


def test_an_atom_of_shelx_without_occupancy_among_others_is_noted(read: Read) -> None:
    text = "TITL x\nCELL 0.71 5.64 5.64 5.64 90 90 90\nLATT -1\nSFAC Na Cl\nNa 1 0 0 0{}\nCl 2 0.5 0.5 0.5 11.0\nEND\n"
    assert "occupancy" in str(only(read(text.format(""), "x.res")).provenance["warnings"])
    assert "occupancy" not in str(only(read(text.format(" 11.0"), "x.res")).provenance.get("warnings"))
