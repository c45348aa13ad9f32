"""Labels, setting, displacement parameters and notes of the reader in libraries, and crystals that are there already."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest
from clics.crystals.crystal import Crystal
from clics.errors import InputError
from clics.export.libraries import export_library
from clics.library.add import add
from clics.library.store import Library
from clics.session import Session
from clics.sources.files import read_crystals
from pymatgen.core import Lattice, Structure

EXAMPLES = Path(__file__).resolve().parents[3] / "resources" / "examples"
PYRITE = """data_pyrite
_cell_length_a 5.4166
_cell_length_b 5.4166
_cell_length_c 5.4166
_cell_angle_alpha 90
_cell_angle_beta 90
_cell_angle_gamma 90
_space_group_name_H-M_alt 'P a -3'
loop_
_atom_site_label
_atom_site_type_symbol
_atom_site_fract_x
_atom_site_fract_y
_atom_site_fract_z
_atom_site_occupancy
_atom_site_U_iso_or_equiv
FeA Fe2+ 0 0 0 0.999 0.004
Stwo S1- 0.38504 0.38504 0.38504 1 0.0052(3)
"""
"""Pyrite by Brostigen & Kjekshus (1969): a 5.4166 Å, u 0.385; an occupancy that is read with a note."""


def crystal_of(path: Path) -> Crystal:
    (crystal,) = read_crystals([path], sandboxed=False)
    assert isinstance(crystal, Crystal)
    return crystal


def test_what_the_file_states_comes_back(library: Library, tmp_path: Path) -> None:
    path = tmp_path / "pyrite.cif"
    path.write_text(PYRITE, encoding="utf-8")
    crystal = crystal_of(path)
    report = add(library, crystal, None)
    stored = library.crystal("pyrite")
    assert stored.stated is not None
    assert stored.stated == crystal.stated
    assert set(stored.labels) == {"FeA", "Stwo"}
    assert [(atom.oxidation, atom.u_iso) for atom in stored.stated.atoms] == [(2, 0.004), (-1, 0.0052)]
    (row,) = library.rows()
    assert row.notes == crystal.notes == stored.notes
    assert report.notes == [("pyrite", note) for note in crystal.notes]
    assert any("0.999" in note for note in crystal.notes)
    for name in ("out.jsonl", "out"):
        export_library(library, tmp_path / name)
    assert crystal_of(tmp_path / "out" / "pyrite.cif").labels == crystal.labels
    (line,) = (tmp_path / "out.jsonl").read_text(encoding="utf-8").splitlines()
    assert set(crystal_of(tmp_path / "out.jsonl").labels) == {"FeA", "Stwo"}
    assert json.loads(line)["provenance"]["warnings"] == list(crystal.notes)
    export_library(library, tmp_path / "table.csv")
    assert "0.999" in (tmp_path / "table.csv").read_text(encoding="utf-8")


def test_shared_sites_keep_their_labels(library: Library, tmp_path: Path) -> None:
    path = tmp_path / "mixed.cif"
    path.write_text(PYRITE.replace("0.999", "0.9") + "CoA Co 0 0 0 0.1 0.004\n", encoding="utf-8")
    add(library, path, None)
    export_library(library, tmp_path / "out.jsonl")
    assert set(crystal_of(tmp_path / "out.jsonl").labels) == {"FeA/CoA", "Stwo"}


def test_a_library_of_an_earlier_version_has_no_labels() -> None:
    fixture = next((Path(__file__).resolve().parents[2] / "data" / "fixtures").rglob("*.clics"))
    with Library(fixture, "read") as old:
        crystals = list(old.crystals())
        assert crystals
        assert all(crystal.stated is None and crystal.labels == () for crystal in crystals)
        assert all(row.notes == () for row in old.rows())


@pytest.mark.parametrize("policy", ["add", "skip"])
def test_duplicates_are_named(library: Library, policy: str) -> None:
    rutile = crystal_of(EXAMPLES / "rutile.cif")
    structure = rutile.structure
    moved = Structure(structure.lattice, structure.species, structure.frac_coords + 0.37)
    larger = structure.copy()
    larger.make_supercell([[1, 1, 0], [-1, 1, 0], [0, 0, 1]])
    strained = structure.copy()
    strained.apply_strain(0.02)
    crystals = [rutile, Crystal("copy", structure), Crystal("moved", moved), Crystal("larger", larger),
                Crystal("strained", strained)]  # fmt: skip
    report = add(library, crystals, None, duplicates=policy)  # type: ignore[arg-type]
    found = [(each.id, each.of, each.exact, each.added) for each in report.duplicates]
    kept = policy == "add"
    assert found == [
        ("copy", "rutile", True, kept),
        ("moved", "rutile", False, kept),
        ("larger", "rutile", False, kept),
    ]
    assert report.added == (5 if kept else 2)
    assert report.seen == 5
    again = add(library, [Crystal("later", structure)], None, duplicates="skip")
    assert [(each.id, each.of) for each in again.duplicates] == [("later", "rutile")]
    assert (again.added, len(library)) == (0, report.added)


def test_both_hands_of_quartz_are_two_crystals(library: Library) -> None:
    left = crystal_of(EXAMPLES / "sio2-quartz.cif")
    structure = left.structure
    right = Structure(Lattice(structure.lattice.matrix), structure.species, -np.array(structure.frac_coords))
    report = add(library, [left, Crystal("right", right)], None)
    assert (report.added, report.duplicates) == (2, [])


def test_an_unknown_policy_is_refused(library: Library) -> None:
    with pytest.raises(InputError, match="add, skip"):
        add(library, [], None, duplicates="replace")  # type: ignore[arg-type]


def test_hits_have_notes(tmp_path: Path) -> None:
    path = tmp_path / "pyrite.cif"
    path.write_text(PYRITE, encoding="utf-8")
    with Session(library=tmp_path / "own.clics", sandboxed=False) as session:
        session.library.add(path)
        (hit,) = session.search(where="elements:Fe,S").hits
    assert any("0.999" in note for note in hit.notes)
    assert hit.to_json()["notes"] == list(hit.notes)
