"""Files of simulation programs, written and read by ASE 3.29, pymatgen or by hand after the programs' manuals.

What ASE's reader makes of a file is what CLICS must make of it: cell, elements and positions, in their order.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import ase.io
import numpy as np
import pytest
from ase import Atoms
from ase.spacegroup import crystal
from clics.crystals.crystal import Crystal, Refusal
from clics.readers import formats
from pymatgen.core import Structure

Read = Callable[..., list[Crystal | Refusal]]

QUARTZ = crystal(
    "SiO", [(0.4697, 0, 1 / 3), (0.4133, 0.2672, 0.2144)], spacegroup=152, cellpar=[4.916, 4.916, 5.4054, 90, 90, 120]
)
ALBITE_LIKE = Atoms("NaAlSiO", scaled_positions=[(0.1, 0.2, 0.3), (0.6, 0.15, 0.8), (0.31, 0.72, 0.05), (0.9, 0.5, 0.5)],
                    cell=[7.1, 7.4, 8.2, 94.3, 116.6, 87.7], pbc=True)  # fmt: skip


def only(found: list[Crystal | Refusal]) -> Crystal:
    assert len(found) == 1, found
    assert isinstance(found[0], Crystal), found
    return found[0]


def refusal(found: list[Crystal | Refusal]) -> Refusal:
    assert len(found) == 1, found
    assert isinstance(found[0], Refusal), found
    return found[0]


def notes(found: Crystal) -> str:
    return " ".join(found.provenance.get("warnings", []))  # type: ignore[arg-type]


def assert_same(found: Crystal, atoms: Atoms, tolerance: float = 1e-6) -> None:
    """Equal vectors in space, and equal atoms in equal order."""
    assert [site.specie.symbol for site in found.structure] == list(atoms.symbols)
    np.testing.assert_allclose(found.structure.lattice.matrix, atoms.cell[:], atol=tolerance)
    gap = found.structure.frac_coords - atoms.get_scaled_positions(wrap=False)
    np.testing.assert_allclose(gap - np.round(gap), 0, atol=tolerance)


WRITTEN = {
    "aims": ("geometry.in", {}),
    "gen": ("x.gen", {}),
    "espresso-in": ("x.pwi", {"pseudopotentials": {"Si": "Si.upf", "O": "O.upf", "Na": "Na.upf", "Al": "Al.upf"}}),
    "abinit-in": ("x.abi", {}),
    "res": ("x.res", {}),
    "struct": ("x.struct", {}),
    "lammps-data": ("x.lmp", {"masses": True, "units": "metal", "atom_style": "charge", "reduce_cell": False}),
}


@pytest.mark.parametrize("kind", WRITTEN)
@pytest.mark.parametrize("atoms", [QUARTZ, ALBITE_LIKE], ids=["quartz", "triclinic"])
def test_what_ase_writes_is_read_as_ase_reads_it(kind: str, atoms: Atoms, read: Read, tmp_path: Path) -> None:
    name, options = WRITTEN[kind]
    path = tmp_path / f"ase-{name}"
    ase.io.write(path, atoms, format="dftb" if kind == "gen" else kind, **options)
    text = path.read_text()
    expected = ase.io.read(path, format=kind)
    found = only(read(text, name))
    reference = Structure(expected.cell[:], list(expected.symbols), expected.get_scaled_positions())
    assert found.structure.composition == reference.composition
    np.testing.assert_allclose(found.structure.lattice.parameters, reference.lattice.parameters, atol=2e-5)
    distances = reference.lattice.get_all_distances(reference.frac_coords, found.structure.frac_coords)
    same = np.array([[one.species == other.species for other in found.structure] for one in reference])
    assert np.where(same, distances, 9).min(axis=1).max() < 1e-3
    # The content alone tells the format, whatever the name.
    assert formats.by_content(text.encode()[:65536]) == formats.by_name(name)[0]
    assert only(read(text, "without-ending")).structure == found.structure


CELLS = {  # manual of CASTEP, "cell file": quartz in all of its units and both kinds of lattice
    "ang": ("%BLOCK LATTICE_ABC\n4.916 4.916 5.4054\n90 90 120\n%ENDBLOCK LATTICE_ABC\n", "FRAC", 1.0),
    "bohr": ("%block lattice_cart\nbohr\n{cart}%endblock lattice_cart\n", "ABS\nbohr", 0.529177210903),
    "nm": ("%BLOCK LATTICE_CART\nnm ! a comment\n{cart}%ENDBLOCK LATTICE_CART\n", "ABS\nnm", 10.0),
}


@pytest.mark.parametrize("unit", CELLS)
def test_castep_in_every_unit(unit: str, read: Read) -> None:
    lattice, mode, length = CELLS[unit]
    cart = "".join(" ".join(f"{x / length:.9f}" for x in row) + "\n" for row in QUARTZ.cell[:])
    coords = QUARTZ.get_scaled_positions() if mode == "FRAC" else QUARTZ.positions / length
    rows = "".join(f"{symbol} {x:.9f} {y:.9f} {z:.9f} SPIN=1.0\n"
                   for symbol, (x, y, z) in zip(QUARTZ.symbols, coords))  # fmt: skip
    block, _, behind = mode.partition("\n")
    text = lattice.format(cart=cart) + f"\n%BLOCK POSITIONS_{block}\n{behind}\n{rows}%ENDBLOCK POSITIONS_{block}\n"
    assert formats.by_content(text.encode()) == "castep"
    found = only(read(text, "quartz.cell"))
    if mode == "FRAC":
        np.testing.assert_allclose(found.structure.lattice.parameters, QUARTZ.cell.cellpar(), atol=1e-6)
    else:
        assert_same(found, QUARTZ)


def test_castep_mixtures_are_occupancies_and_unknown_units_are_refused(read: Read) -> None:
    text = ("%BLOCK LATTICE_ABC\n3.5 3.5 3.5\n90 90 90\n%ENDBLOCK LATTICE_ABC\n%BLOCK POSITIONS_FRAC\n"
            "Fe 0 0 0 MIXTURE:( 1 0.75)\nNi 0 0 0 MIXTURE:( 1 0.25)\n%ENDBLOCK POSITIONS_FRAC\n")  # fmt: skip
    alloy = only(read(text, "alloy.cell"))
    assert alloy.structure[0].species.as_dict() == {"Fe": 0.75, "Ni": 0.25}
    refused = refusal(read(text.replace("LATTICE_ABC\n3.5", "LATTICE_ABC\nfurlong\n3.5"), "alloy.cell"))
    assert "'furlong' is no unit of length" in refused.message


FDF = """SystemName quartz
NumberOfAtoms 9
NumberOfSpecies 2
LatticeConstant {constant}
%block ChemicalSpeciesLabel
 1 14 Si.pbe
 2  8 O
%endblock Chemical_Species_Label
{lattice}
AtomicCoordinatesFormat {mode}
%block AtomicCoordinatesAndAtomicSpecies
{atoms}
%endblock AtomicCoordinatesAndAtomicSpecies
"""


@pytest.mark.parametrize(("mode", "length"), [("Ang", 1.0), ("NotScaledCartesianBohr", 0.529177210903),
                                              ("ScaledCartesian", 4.916), ("Fractional", 0.0)])  # fmt: skip
@pytest.mark.parametrize("unit", ["Ang", "Bohr"])
def test_siesta_in_every_unit(mode: str, length: float, unit: str, read: Read) -> None:
    coords = QUARTZ.positions / length if length else QUARTZ.get_scaled_positions()
    atoms = "\n".join(f"{x:.9f} {y:.9f} {z:.9f} {1 if symbol == 'Si' else 2}"
                      for symbol, (x, y, z) in zip(QUARTZ.symbols, coords))  # fmt: skip
    vectors = "\n".join(" ".join(f"{x / 4.916:.12f}" for x in row) for row in QUARTZ.cell[:])
    constant = f"{4.916 / (1.0 if unit == 'Ang' else 0.529177210903):.10f} {unit}"
    lattice = f"%block LatticeVectors\n{vectors}\n%endblock LatticeVectors"
    text = FDF.format(constant=constant, lattice=lattice, mode=mode, atoms=atoms)
    assert formats.by_content(text.encode()) == "fdf"
    assert_same(only(read(text, "quartz.fdf")), QUARTZ)
    if mode == "Fractional":
        parameters = "%block LatticeParameters\n1 1 1.0995524817 90 90 120\n%endblock LatticeParameters"
        by_parameters = only(read(text.replace(lattice, parameters), "quartz.fdf"))
        np.testing.assert_allclose(by_parameters.structure.lattice.parameters, QUARTZ.cell.cellpar(), atol=1e-6)


def test_siesta_refuses_what_it_cannot_know(read: Read) -> None:
    text = FDF.format(constant="4.916 Ang", lattice="", mode="Fractional", atoms="0 0 0 1")
    assert "NumberOfAtoms is 9, and 1 atoms" in refusal(read(text, "x.fdf")).message
    assert refusal(read(text.replace("LatticeConstant 4.916 Ang", ""), "x.fdf")).kind == "no-cell"
    elsewhere = text.replace("%block ChemicalSpeciesLabel", "%block ChemicalSpeciesLabel < species.fdf")
    assert "stands in another file" in refusal(read(elsewhere, "x.fdf")).message
    virtual = text.replace("1 14 Si.pbe", "1 201 mixed").replace("NumberOfAtoms 9", "NumberOfAtoms 1")
    assert refusal(read(virtual, "x.fdf")).kind == "unknown-element"


def test_siesta_results(read: Read, tmp_path: Path) -> None:
    rows = "".join(f"{1 if symbol == 'Si' else 2} {14 if symbol == 'Si' else 8} {x:.9f} {y:.9f} {z:.9f}\n"
                   for symbol, (x, y, z) in zip(QUARTZ.symbols, QUARTZ.get_scaled_positions()))  # fmt: skip
    cell = "".join(" ".join(f"{x:.9f}" for x in row) + "\n" for row in QUARTZ.cell[:])
    text = f"{cell}9\n{rows}"
    assert_same(only(read(text, "quartz.STRUCT_OUT")), QUARTZ)
    assert formats.by_content(text.encode()) == "siesta-out"
    bohr = 0.529177210903
    cell = "".join(" ".join(f"{x / bohr:.9f}" for x in row) + " 0.0 0.0 0.0\n" for row in QUARTZ.cell[:])
    rows = "".join(f"{1 if symbol == 'Si' else 2} {14 if symbol == 'Si' else 8} {x:.9f} {y:.9f} {z:.9f} 0.0 0.0 0.0\n"
                   for symbol, (x, y, z) in zip(QUARTZ.symbols, QUARTZ.positions / bohr))  # fmt: skip
    path = tmp_path / "ase.XV"
    path.write_text(f"{cell}9\n{rows}")
    found = only(read(path.read_text(), "quartz.XV"))
    assert_same(found, QUARTZ)
    assert_same(found, ase.io.read(path, format="siesta-xv"), 1e-5)


ABINIT = """# {title}
acell {acell}
{cell}
natom 9 ntypat 2 typat 3*1 6*2   ! six oxygen atoms
znucl 14 8
ecut 30.0
{positions}
"""


@pytest.mark.parametrize("mode", ["xred", "xcart", "xangst"])
@pytest.mark.parametrize("unit", ["bohr", "angstrom"])
def test_abinit_in_every_unit(mode: str, unit: str, read: Read) -> None:
    bohr = 0.529177210903
    lengths = np.array([4.916, 4.916, 5.4054]) / (bohr if unit == "bohr" else 1.0)
    acell = " ".join(f"{length:.10f}" for length in lengths) + (" angstrom" if unit == "angstrom" else "")
    coords = {"xred": QUARTZ.get_scaled_positions(), "xcart": QUARTZ.positions / bohr, "xangst": QUARTZ.positions}[mode]
    rows = "\n".join(" ".join(f"{x:.10f}" for x in row) for row in coords)
    cell = "rprim 1 0 0  -1/2 sqrt(0.75) 0  0 0 1"
    text = ABINIT.format(title="quartz", acell=acell, cell=cell, positions=f"{mode}\n{rows}")
    assert formats.by_content(text.encode()) == "abinit"
    assert_same(only(read(text, "quartz.abi")), QUARTZ)
    if mode == "xred":
        by_angles = only(read(text.replace(cell, "angdeg 90 90 120"), "quartz.abi"))
        np.testing.assert_allclose(by_angles.structure.lattice.parameters, QUARTZ.cell.cellpar(), atol=1e-6)


def test_abinit_refuses_what_depends_on_data_sets_and_counts(read: Read) -> None:
    text = ABINIT.format(title="x", acell="3*9.3", cell="", positions="xred 0 0 0")
    assert "xred has 3 of 27 numbers" in refusal(read(text, "x.abi")).message
    sets = "ndtset 2\nacell1 3*9.3 acell2 3*9.4\n" + text
    assert "acell1" in refusal(read(sets, "x.abi")).message
    assert "xyzfile" in refusal(read(text + 'xyzfile "other.xyz"\n', "x.abi")).message


def test_aims_fractions_ghosts_and_molecules(read: Read) -> None:
    text = ("# rock salt\nlattice_vector 0 2.82 2.82\nlattice_vector 2.82 0 2.82\nlattice_vector 2.82 2.82 0\n"
            "atom_frac 0 0 0 Na\n  initial_moment 1\natom 2.82 2.82 2.82 Cl # an anion\nempty 1 1 1 Na\n")  # fmt: skip
    found = only(read(text, "geometry.in"))
    np.testing.assert_allclose(found.structure.frac_coords, [[0, 0, 0], [0.5, 0.5, 0.5]], atol=1e-12)
    assert "1 of 'empty'" in notes(found)
    assert refusal(read("atom 0 0 0 O\natom 0 0 1 H\n", "geometry.in")).kind == "no-cell"


LAMMPS = """LAMMPS data file{units}

2 atoms
2 atom types

0.5 4.5 xlo xhi
0.5 4.5 ylo yhi
0.5 4.5 zlo zhi
0.0 0.0 0.0 xy xz yz

Masses

1 {first}
2 {second}

Atoms{style}

1 1 0.5 0.5 0.5
2 2 2.5 2.5 2.5 0 0 1
"""


@pytest.mark.parametrize(
    ("first", "second", "formula"), [("132.905", "35.45", "CsCl"), ("1.0 # Cs", "1.0 # Cl", "CsCl")]
)
def test_lammps_types_are_named_by_masses_or_comments(first: str, second: str, formula: str, read: Read) -> None:
    text = LAMMPS.format(units=", units = metal", first=first, second=second, style=" # atomic")
    found = only(read(text, "x.lmp"))
    assert found.formula == formula
    np.testing.assert_allclose(found.structure.frac_coords, [[0, 0, 0], [0.5, 0.5, 0.5]])
    electron = only(read(text.replace("units = metal", "units = electron"), "x.lmp"))
    assert electron.structure.lattice.a == pytest.approx(4 * 0.529177210903)
    assert "taken as Å" in notes(only(read(text.replace(", units = metal", ""), "x.lmp")))


def test_lammps_says_what_is_missing(read: Read) -> None:
    text = LAMMPS.format(units=", units = metal", first="1.0", second="1.0", style=" # atomic")
    assert "give its mass under 'Masses'" in refusal(read(text, "x.lmp")).message
    lj = LAMMPS.format(units=", units = lj", first="132.9", second="35.45", style="")
    assert "have no length in Å" in refusal(read(lj, "x.lmp")).message
    six = text.replace("1 1 0.5", "1 1 1 0.5").replace("2 2 2.5", "2 1 2 2.5").replace(" # atomic", "")
    assert "style of the atoms is not stated" in refusal(read(six.replace(" 0 0 1\n", "\n"), "x.lmp")).message
    labelled = text.replace("Masses", "Atom Type Labels\n\n1 Cs\n2 Cl\n\nMasses")
    assert only(read(labelled, "x.lmp")).formula == "CsCl"
