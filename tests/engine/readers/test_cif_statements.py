"""What CIFs state of their atoms is kept and written back; what they state of the crystal is held against it.

Right values are those from which the texts were made; gemmi reads the written files too.
"""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import gemmi
import numpy as np
import pytest
from clics.crystals.crystal import Crystal
from clics.results.check import BlockCheck
from clics.session import Session

CELL = "_cell_length_a {} _cell_length_b {} _cell_length_c {} _cell_angle_alpha {} _cell_angle_beta {} _cell_angle_gamma {}"
COLUMNS = ("label", "type_symbol", "fract_x", "fract_y", "fract_z", "occupancy", "U_iso_or_equiv", "disorder_assembly",
           "disorder_group", "calc_flag", "attached_hydrogens")  # fmt: skip
BOND = "_geom_bond_atom_"
HYDRATE = f"""data_hydrate
{CELL.format("6.3546(3)", "6.3546(3)", "10.130(12)", 90, 90, 90)}
_space_group_name_H-M_alt 'P 4/n m m :2'
loop_
{chr(10).join(f"_atom_site_{name}" for name in COLUMNS)}
Fe1 Fe3+ 0.25 0.25 0.1234(12) 1 0.0123(4) . . d .
O1 O2- 0.25 0.75 0.34(2) 0.6(1) ? A 1 d 1
O2 O2- 0.25 0.75 0.42(2) 0.4(1) 0.02 A 2 d ?
D1 D 0.05(3) 0.05(3) 0.6 1 ? . . calc .
C1 13C4+ 0.25 0.25 0.9 1 ? . . calc .
M2 Fe2.5+ 0.75 0.25 0.8 1 ? . . . .
loop_
_atom_site_aniso_label
{chr(10).join(f"_atom_site_aniso_U_{pair}" for pair in ("11", "22", "33", "12", "13", "23"))}
D1 0.020(3) 0.021(4) 0.03 0.001(2) 0 0
"""
QUARTZ = f"""data_quartz
{CELL.format(4.9137, 4.9137, 5.4047, 90, 90, 120)}
_space_group_name_H-M_alt 'P 32 2 1'
"""
SILICA = (
    QUARTZ
    + """loop_
_atom_site_label
_atom_site_type_symbol
_atom_site_fract_x
_atom_site_fract_y
_atom_site_fract_z
_atom_site_Wyckoff_symbol
Si1 Si 0.4697 0 0.66667 a
O1 O 0.4135 0.2669 0.7858 c
"""
)


def read(text: str, folder: Path, name: str = "x.cif") -> Crystal:
    path = folder / name
    path.write_text(text, encoding="utf-8")
    with Session(sandboxed=False) as session:
        return session.read(path)


def check(text: str, folder: Path) -> BlockCheck:
    path = folder / "x.cif"
    path.write_text(text, encoding="utf-8")
    with Session(sandboxed=False) as session:
        (block,) = session.check(path)
    return block


def test_uncertainties_isotopes_and_disorder_are_kept_and_written(tmp_path: Path) -> None:
    crystal = read(HYDRATE, tmp_path)
    stated = crystal.stated
    assert stated is not None
    assert stated.cell_uncertainty == pytest.approx((0.0003, 0.0003, 0.012, 0, 0, 0))
    atoms = {atom.label: atom for atom in stated.atoms}
    assert atoms["Fe1"].uncertainty == pytest.approx((0, 0, 0.0012))
    assert atoms["Fe1"].u_iso_uncertainty == pytest.approx(0.0004)
    assert atoms["O1"].occupancy_uncertainty == pytest.approx(0.1)
    assert dict(atoms["O1"].further) == {"disorder_assembly": "A", "disorder_group": "1", "calc_flag": "d",
                                         "attached_hydrogens": "1"}  # fmt: skip
    assert [atoms[name].isotope for name in ("D1", "C1", "M2")] == ["D", "13C", ""]
    assert atoms["M2"].oxidation == 2.5
    with Session(sandboxed=False) as session:
        path = tmp_path / "written.cif"
        session.write(crystal, path)
        again = session.read(path)
    assert again.stated is not None
    u_eq = gemmi.SMat33d(*(atoms["D1"].u or ())).trace() / 3  # of orthogonal axes; written beside the tensor
    (written,) = (atom.u_iso for atom in again.stated.atoms if atom.label == "D1")
    assert written == pytest.approx(u_eq, rel=1e-6)
    assert [replace(atom, u_iso=None) for atom in again.stated.atoms] == [
        replace(atom, u_iso=None) for atom in stated.atoms
    ]
    assert again.stated.cell_uncertainty == stated.cell_uncertainty
    text = path.read_text(encoding="utf-8")
    for words in ("6.3546(3)", "10.130(12)", "0.1234(12)", "0.6(1)", "0.0123(4)", "0.020(3) 0.021(4) 0.03 0.001(2)",
                  "13C4+ 4", "Fe2.5+ 2.5"):  # fmt: skip
        assert words in text, words
    small = {site.label: site for site in gemmi.read_small_structure(str(path)).sites}
    assert small["D1"].element.name == "D"
    assert [small[name].disorder_group for name in ("Fe1", "O1", "O2")] == [0, 1, 2]


@pytest.mark.parametrize("symmetry", ["p1", "symmetrised"])
def test_in_other_settings_disorder_and_isotopes_stay(symmetry: str, tmp_path: Path) -> None:
    with Session(sandboxed=False) as session:
        path = tmp_path / "written.cif"
        session.write(read(HYDRATE, tmp_path), path, symmetry=symmetry)  # type: ignore[arg-type]
        again = session.read(path)
    assert again.stated is not None
    rows = {atom.label.partition("_")[0]: atom for atom in again.stated.atoms}
    assert rows["D1"].isotope == "D"
    assert dict(rows["O2"].further)["disorder_group"] == "2"
    assert again.structure.composition.almost_equals(read(HYDRATE, tmp_path).structure.composition)


def test_uncertainties_turn_with_the_axes(tmp_path: Path) -> None:
    """An atom of a cubic crystal at (x, 0, 0) has its image at (0, x, 0)."""
    text = f"""data_x
{CELL.format(6, 6, 6, 90, 90, 90)}
_space_group_name_H-M_alt 'P 2 3'
loop_
{chr(10).join(f"_atom_site_{name}" for name in COLUMNS[:5])}
Na1 Na 0.21(3) 0 0
"""
    with Session(sandboxed=False) as session:
        path = tmp_path / "p1.cif"
        session.write(read(text, tmp_path), path, symmetry="p1")
        again = session.read(path)
    assert again.stated is not None
    for atom in again.stated.atoms:
        along = int(np.argmax([0.1 < value < 0.9 for value in atom.coords]))
        assert atom.uncertainty == pytest.approx(0.03 * np.eye(3)[along])


@pytest.mark.parametrize(("shares", "formula"), [((1, 1), "NaO"), ((0.5, 0.8), "Na1O0.8"), ((0.6, 0.4), "NaO")])
def test_alternatives_of_disorder(shares: tuple[float, float], formula: str, tmp_path: Path) -> None:
    text = f"""data_x
{CELL.format(5, 6, 7, 90, 90, 90)}
_space_group_name_H-M_alt 'P 1'
loop_
{chr(10).join(f"_atom_site_{name}" for name in (*COLUMNS[:6], *COLUMNS[7:9]))}
Na1 Na 0 0 0 1 . .
O1A O 0.5 0.5 0.5 {shares[0]} A 1
O1B O 0.5 0.5 0.62 {shares[1]} A 2
"""
    crystal = read(text, tmp_path)
    assert crystal.structure.composition.get_el_amt_dict()["O"] == pytest.approx(
        max(1 if sum(shares) == 1 else 0, *shares)
    )
    assert any("alternatives of disorder have" in note for note in crystal.notes) == (sum(shares) > 1.02)
    stated = crystal.structure.composition.fractional_composition
    assert stated.almost_equals(type(stated)(formula).fractional_composition)


@pytest.mark.parametrize(
    ("lines", "what"),
    [
        (f"loop_\n{BOND}site_label_1\n{BOND}site_label_2\n_geom_bond_distance\nSi1 O1 {{}}(2)\n", "bond lengths"),
        ("_exptl_crystal_F_000 {}\n", "electrons"),
        ("_exptl_crystal_density_meas {}\n", "density"),
        ("_exptl_crystal_density_diffrn {}\n", "density"),
        ("_chemical_formula_weight {}\n_cell_formula_units_Z 3\n", "weight"),
        ("_chemical_name_mineral {}\n", "mineral"),
        ("_chemical_name_systematic '{}'\n", "name"),
        ("_cell_volume {}\n", "volume"),
        ("_space_group_IT_number {}\n", "space group"),
    ],
)  # fmt: skip
def test_witnesses_agree_and_contradict(lines: str, what: str, tmp_path: Path) -> None:
    """Quartz: Si–O 1.607 Å by gemmi, F(000) = 90 electrons, 2.65 g/cm³, 60.08 u, 113.0 Å³."""
    right = {"bond lengths": "1.607", "electrons": "90", "density": "2.65", "weight": "60.08", "mineral": "Quartz",
             "name": "silicon dioxide", "volume": "113.01", "space group": "154"}[what]  # fmt: skip
    wrong = {"bond lengths": "1.71", "electrons": "120", "density": "3.9", "weight": "76.1", "mineral": "Coesite",
             "name": "germanium dioxide", "volume": "126", "space group": "180"}[what]  # fmt: skip
    good, bad = (check(SILICA + lines.format(value), tmp_path) for value in (right, wrong))
    assert good.contradictions == ()
    assert what in {statement.what for statement in good.statements if statement.agrees}
    assert [note.partition(":")[0] for note in bad.contradictions] == [f"contradiction in the {what}"]


def test_wyckoff_letters(tmp_path: Path) -> None:
    """In P3(2)21 (No. 154) a and b have multiplicity 3, c has 6."""
    assert check(SILICA, tmp_path).contradictions == ()
    assert check(SILICA.replace("7 a\n", "7 3a\n").replace("8 c\n", "8 6c\n"), tmp_path).contradictions == ()
    for wrong in (
        SILICA.replace("7 a\n", "7 c\n"),
        SILICA.replace("7 a\n", "7 d\n"),
        SILICA.replace("7 a\n", "7 6a\n"),
    ):
        assert len(check(wrong, tmp_path).contradictions) == 1


def test_weights_know_deuterium(tmp_path: Path) -> None:
    text = HYDRATE.replace(
        "loop_\n_atom_site_label", "_chemical_formula_weight {}\n_cell_formula_units_Z 2\nloop_\n_atom_site_label"
    )
    light = read(HYDRATE, tmp_path).structure.composition.weight / 2
    right = check(text.format(f"{light + 4 * (2.0141 - 1.008):.3f}"), tmp_path)
    assert right.contradictions == ()
    assert len(check(text.format(f"{light + 8:.3f}"), tmp_path).contradictions) == 1


@pytest.mark.parametrize("kind", ["none", "core", "ddlm", "mmcif", "inverse"])
def test_cartesian_coordinates(kind: str, tmp_path: Path) -> None:
    """Quartz by gemmi's matrix of the cell, or by that turned and shifted, with which the file states its own."""
    cell = gemmi.UnitCell(4.9137, 4.9137, 5.4047, 90, 90, 120)
    matrix, shift = np.array(cell.orth.mat.tolist()), np.zeros(3)
    if kind != "none":
        turn, _ = np.linalg.qr(np.array([[1.0, 2, 3], [0, 1, 4], [5, 6, 0]]))
        matrix, shift = turn @ matrix, np.array([1.0, -2, 3])
    stated, vector = matrix, shift
    if kind == "inverse":
        stated = np.linalg.inv(matrix)
        vector = -stated @ shift
    names = {"core": ("_atom_sites_Cartn_tran_matrix_{}{}", "_atom_sites_Cartn_tran_vector_{}"),
             "ddlm": ("_atom_sites_Cartn_transform.mat_{}{}", "_atom_sites_Cartn_transform.vec_{}"),
             "mmcif": ("_atom_sites.Cartn_transf_matrix[{}][{}]", "_atom_sites.Cartn_transf_vector[{}]"),
             "inverse": ("_atom_sites_fract_tran_matrix_{}{}", "_atom_sites_fract_tran_vector_{}")}.get(kind)  # fmt: skip
    lines = []
    if names is not None:
        lines = [f"{names[0].format(i + 1, j + 1)} {stated[i, j]:.8f}" for i in range(3) for j in range(3)]
        lines += [f"{names[1].format(i + 1)} {vector[i]:.8f}" for i in range(3)]
    atoms = {"Si1 Si": (0.4697, 0.0, 2 / 3), "O1 O": (0.4135, 0.2669, 0.7858)}
    rows = [f"{name} " + " ".join(f"{x:.4f}" for x in matrix @ np.array(at) + shift) for name, at in atoms.items()]
    head = ["loop_", *(f"_atom_site_{tag}" for tag in ("label", "type_symbol", "Cartn_x", "Cartn_y", "Cartn_z"))]
    crystal = read(QUARTZ + "\n".join([*lines, *head, *rows]) + "\n", tmp_path)
    right = read(SILICA, tmp_path)
    assert len(crystal.structure) == 9
    assert (
        np.abs(
            np.sort(crystal.structure.distance_matrix.ravel()) - np.sort(right.structure.distance_matrix.ravel())
        ).max()
        < 1e-3
    )
    assert any("no matrix is stated" in note for note in crystal.notes) == (kind == "none")


def test_a_matrix_of_another_cell_is_refused(tmp_path: Path) -> None:
    matrix = "".join(f"_atom_sites_Cartn_tran_matrix_{i}{j} {7.0 * (i == j)}\n" for i in (1, 2, 3) for j in (1, 2, 3))
    text = (
        QUARTZ
        + matrix
        + "loop_\n_atom_site_label\n_atom_site_Cartn_x\n_atom_site_Cartn_y\n_atom_site_Cartn_z\nSi1 1 2 3\n"
    )
    with pytest.raises(Exception, match="matrix of the Cartesian coordinates contradicts the cell"):
        read(text, tmp_path)


def test_notes_of_the_reader_go_with_descriptions(tmp_path: Path) -> None:
    path = tmp_path / "x.cif"
    path.write_text(SILICA + "_chemical_name_mineral Coesite\n", encoding="utf-8")
    with Session(sandboxed=False) as session:
        (described,) = session.iter_descriptions([path])
    assert any("contradiction in the mineral" in note for note in described.to_json()["warnings"])
