"""Quantum ESPRESSO: the lattice of every ``ibrav`` by its conventional cell, units of lengths, the steps of a relaxation."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest
from clics.crystals.crystal import Crystal, Refusal
from clics.errors import CrystalError
from clics.readers import formats
from clics.readers.espresso_lattice import parameters, primitive_vectors
from pymatgen.symmetry.analyzer import SpacegroupAnalyzer

Read = Callable[..., list[Crystal | Refusal]]
BOHR = 0.529177210903

# ibrav → crystal system that its lattice points have with parameters which are equal only where they must be.
SYSTEMS = {1: "cubic", 2: "cubic", 3: "cubic", -3: "cubic", 4: "hexagonal", 5: "trigonal", -5: "trigonal", 6: "tetragonal",
           7: "tetragonal", 8: "orthorhombic", 9: "orthorhombic", -9: "orthorhombic", 91: "orthorhombic", 10: "orthorhombic",
           11: "orthorhombic", 12: "monoclinic", -12: "monoclinic", 13: "monoclinic", -13: "monoclinic",
           14: "triclinic"}  # fmt: skip
CELLDM = {"celldm(1)": 8.0, "celldm(2)": 1.3, "celldm(3)": 1.7, "celldm(4)": 0.21, "celldm(5)": 0.13, "celldm(6)": 0.05}


def only(found: list[Crystal | Refusal]) -> Crystal:
    assert len(found) == 1, found
    assert isinstance(found[0], Crystal), found
    return found[0]


F = [(0, 0.5, 0.5), (0.5, 0, 0.5), (0.5, 0.5, 0)]
CENTRING = {2: F, 3: [(0.5, 0.5, 0.5)], -3: [(0.5, 0.5, 0.5)], 7: [(0.5, 0.5, 0.5)], 9: [(0.5, 0.5, 0)], -9: [(0.5, 0.5, 0)],
            91: [(0, 0.5, 0.5)], 10: F, 11: [(0.5, 0.5, 0.5)], 13: [(0.5, 0, 0.5)], -13: [(0.5, 0.5, 0)]}  # fmt: skip


@pytest.mark.parametrize("ibrav", [ibrav for ibrav in SYSTEMS if abs(ibrav) not in (5, 14)])
def test_every_lattice_is_that_of_its_conventional_cell(ibrav: int) -> None:
    """The volume is that of the conventional cell over its points, and all vectors of that lattice are whole numbers."""
    a, b, c = 8.0 * BOHR, 8.0 * BOHR * (1.3 if SYSTEMS[ibrav][0] in "om" else 1.0), 13.6 * BOHR
    conventional = np.diag([a, b, a if SYSTEMS[ibrav] == "cubic" else c])
    if ibrav == 4:
        conventional[1] = [-a / 2, a * np.sqrt(0.75), 0]
    elif ibrav in (12, 13):
        conventional[1] = [b * 0.21, b * np.sqrt(1 - 0.21**2), 0]
    elif ibrav in (-12, -13):
        conventional[2] = [c * 0.13, 0, c * np.sqrt(1 - 0.13**2)]
    points = np.array([*np.eye(3), *CENTRING.get(ibrav, [])])
    found = primitive_vectors(ibrav, parameters(ibrav, CELLDM, "x"), "x")
    assert np.linalg.det(found) == pytest.approx(np.linalg.det(conventional) / (len(points) - 2))
    whole = points @ conventional @ np.linalg.inv(found)
    np.testing.assert_allclose(whole, np.round(whole), atol=1e-9)
    by_lengths = {"a": a, "b": 10.4 * BOHR, "c": c} | {"cosac" if ibrav < 0 else "cosab": 0.13 if ibrav < 0 else 0.21}
    np.testing.assert_allclose(primitive_vectors(ibrav, parameters(ibrav, by_lengths, "x"), "x"), found, atol=1e-9)


@pytest.mark.parametrize("ibrav", [5, -5, 14])
def test_lattices_by_three_angles(ibrav: int) -> None:
    found = primitive_vectors(ibrav, parameters(ibrav, CELLDM, "x"), "x")
    lengths = np.linalg.norm(found, axis=1)
    cosines = [found[i] @ found[j] / lengths[i] / lengths[j] for i, j in ((1, 2), (0, 2), (0, 1))]
    expected = ([8.0, 10.4, 13.6], [0.21, 0.13, 0.05]) if ibrav == 14 else ([8.0] * 3, [0.21] * 3)
    np.testing.assert_allclose(lengths, np.array(expected[0]) * BOHR)
    np.testing.assert_allclose(cosines, expected[1], atol=1e-12)
    if ibrav == 14:
        return
    axis = found.sum(axis=0) / np.linalg.norm(found.sum(axis=0))
    np.testing.assert_allclose(axis, [0, 0, 1] if ibrav == 5 else np.ones(3) / np.sqrt(3), atol=1e-12)


@pytest.mark.parametrize("ibrav", SYSTEMS)
def test_lattice_points_have_the_system_of_their_ibrav(ibrav: int, read: Read) -> None:
    text = INPUT.format(cell=f"ibrav = {ibrav}, " + ", ".join(f"{key}={value}" for key, value in CELLDM.items()),
                        cards="", nat=1, atoms="ATOMIC_POSITIONS crystal\nPo 0 0 0\n")  # fmt: skip
    crystal = only(read(text, "x.pwi"))
    system = SpacegroupAnalyzer(crystal.structure, symprec=1e-3).get_crystal_system()
    assert system == SYSTEMS[ibrav]


@pytest.mark.parametrize(
    ("ibrav", "missing"), [(4, "celldm(3)"), (8, "celldm(2)"), (0, ""), (99, ""), (5, "celldm(1)")]
)
def test_cells_that_are_not_given(ibrav: int, missing: str) -> None:
    given = {key: value for key, value in CELLDM.items() if key != missing}
    with pytest.raises(CrystalError) as refused:
        primitive_vectors(ibrav, parameters(ibrav, given, "x"), "x")
    assert refused.value.kind == "bad-format"


INPUT = """&CONTROL
  calculation = 'scf' ! a comment with ibrav = 7
  pseudo_dir='./'
/
&SYSTEM
  {cell}
  nat={nat}, ntyp = 2, ecutwfc=40.D0
/
&ELECTRONS
/
ATOMIC_SPECIES
 Po 209.0 Po.upf
 Po1 209.0 Po.upf
 Na 22.99 Na.upf
 Cl 35.45 Cl.upf
 Cl_h 35.45 Cl.upf
{cards}
{atoms}
K_POINTS automatic
4 4 4 0 0 0
"""
A = 5.64 / BOHR  # rock salt
NACL = {
    "alat": "ATOMIC_POSITIONS {alat}\nNa 0.0 0.0 0.0\nCl 1/2 0.5d0 0.5 0 0 1\n",
    "bohr": f"ATOMIC_POSITIONS (bohr)\nNa 0.0 0.0 0.0\nCl {A / 2} {A / 2} {A / 2}\n",
    "angstrom": "atomic_positions angstrom\nNa 0.0 0.0 0.0\nCl 2.82 2.82 2.82\n",
    "crystal": "ATOMIC_POSITIONS crystal ! fractions\nNa 0.0 0.0 0.0\nCl 0.5 0.5 0.5\n",
}


@pytest.mark.parametrize("unit", NACL)
@pytest.mark.parametrize("cell", [f"ibrav=2, celldm(1)={A:.10f}", "ibrav= 2\n A = 5.64"])
def test_positions_in_every_unit(unit: str, cell: str, read: Read) -> None:
    text = INPUT.format(cell=cell, cards="", nat=2, atoms=NACL[unit])
    assert formats.by_content(text.encode()) == "espresso-input"
    crystal = only(read(text, "nacl.in"))
    assert crystal.formula == "NaCl"
    assert crystal.structure.get_space_group_info()[1] == 225
    assert crystal.structure.get_distance(0, 1) == pytest.approx(2.82, abs=1e-6)


@pytest.mark.parametrize(("card", "control", "factor"), [
    ("CELL_PARAMETERS (alat)", f"celldm(1)={A:.10f}", 1.0), ("CELL_PARAMETERS alat", "A=5.64", 1.0),
    ("CELL_PARAMETERS { bohr }", "", A), ("CELL_PARAMETERS angstrom", "", 5.64), ("CELL_PARAMETERS", "A=5.64", 1.0),
])  # fmt: skip
def test_free_cells_in_every_unit(card: str, control: str, factor: float, read: Read) -> None:
    rows = "\n".join(
        " ".join(f"{x * factor:.10f}" for x in row) for row in ((0, 0.5, 0.5), (0.5, 0, 0.5), (0.5, 0.5, 0))
    )
    text = INPUT.format(cell=f"ibrav=0 {control}", cards=f"{card}\n{rows}\n", nat=2, atoms=NACL["crystal"])
    crystal = only(read(text, "nacl.in"))
    assert crystal.structure.volume == pytest.approx(5.64**3 / 4, abs=1e-6)


@pytest.mark.parametrize(("old", "new", "kind"), [
    ("ibrav=2", "ibrav=two", "bad-format"), ("crystal ! fractions", "crystal_sg", "unsupported"),
    ("nat=2", "nat=3", "bad-format"), ("0.5 0.5 0.5", "0.5 nan 0.5", "not-finite"),
    ("A = 5.64", "", "bad-format"), ("A = 5.64", "A=5.64 celldm(1)=9", "bad-format"),
])  # fmt: skip
def test_inputs_that_are_refused(old: str, new: str, kind: str, read: Read) -> None:
    text = INPUT.format(cell="ibrav=2\n A = 5.64", cards="", nat=2, atoms=NACL["crystal"])
    [found] = read(text.replace(old, new), "x.pwi")
    assert isinstance(found, Refusal)
    assert found.kind == kind


# After the output of pw.x 7.1, shortened to the lines that state structures.
OUTPUT = """
     Program PWSCF v.7.1 starts on  1Jan2024 at 12:00:00

     bravais-lattice index     =            2
     lattice parameter (alat)  =      10.6581  a.u.
     number of atoms/cell      =            2
     number of atomic types    =            2

     celldm(1)=  10.658050  celldm(2)=   0.000000  celldm(3)=   0.000000
     celldm(4)=   0.000000  celldm(5)=   0.000000  celldm(6)=   0.000000

     crystal axes: (cart. coord. in units of alat)
               a(1) = (  -0.500000   0.000000   0.500000 )
               a(2) = (   0.000000   0.500000   0.500000 )
               a(3) = (  -0.500000   0.500000   0.000000 )

     atomic species   valence    mass     pseudopotential
        Na1            9.00    22.98977     Na( 1.00)
        Cl             7.00    35.45300     Cl( 1.00)

   Cartesian axes

     site n.     atom                  positions (alat units)
         1           Na1 tau(   1) = (   0.0000000   0.0000000   0.0000000  )
         2           Cl  tau(   2) = (   0.5000000   0.5000000   0.4900000  )

     End of self-consistent calculation
"""
STEP = """
CELL_PARAMETERS (alat= 10.65805000)
  -0.510000000   0.000000000   0.510000000
   0.000000000   0.510000000   0.510000000
  -0.510000000   0.510000000   0.000000000

ATOMIC_POSITIONS (crystal)
Na1              0.0000000000        0.0000000000        0.0000000000    0   0   0
Cl               0.5000000000        0.5000000000        {z:.10f}

"""


def test_an_output_without_steps_is_one_crystal(read: Read) -> None:
    assert formats.by_content(OUTPUT.encode()) == "espresso-output"
    crystal = only(read(OUTPUT, "scf.out"))
    assert crystal.formula == "NaCl"
    assert crystal.structure.volume == pytest.approx(5.64**3 / 4, rel=1e-5)
    assert crystal.structure.get_distance(0, 1) == pytest.approx(2.7636, abs=1e-4)


def test_every_step_of_a_relaxation_and_the_last_one_named(read: Read) -> None:
    final = STEP.format(z=0.5)
    found = read(
        OUTPUT + STEP.format(z=0.49) + final + "Begin final coordinates\n" + final + "End final coordinates\n", "r.out"
    )
    assert [entry.block for entry in found] == ["1", "2", "3"]
    first, _, last = found
    assert isinstance(first, Crystal)
    assert isinstance(last, Crystal)
    assert last.structure.get_space_group_info()[1] == 225
    assert last.structure.volume == pytest.approx((5.64 * 1.02) ** 3 / 4, rel=1e-5)
    assert "frame 3 of 3, the last of the run." in last.provenance["warnings"]  # type: ignore[operator]
    in_angstrom = STEP.format(z=0.5).replace("(alat= 10.65805000)", "(angstrom)").replace("0.510000000", "2.876399400")
    other = read(OUTPUT + in_angstrom, "r.out")[-1]
    assert isinstance(other, Crystal)
    assert other.structure.volume == pytest.approx(last.structure.volume, rel=1e-5)


def test_outputs_that_break_off(read: Read) -> None:
    whole, broken = read(OUTPUT + STEP[:200], "r.out")
    assert isinstance(whole, Crystal)
    assert isinstance(broken, Refusal)
    assert broken.kind == "truncated"
    [nothing] = read(OUTPUT[: OUTPUT.index("site n.")], "r.out")
    assert isinstance(nothing, Refusal)
    assert nothing.kind == "truncated"
