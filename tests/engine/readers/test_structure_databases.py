"""OPTIMADE, JARVIS, trajectories and databases of ASE 3.29, phonopy.yaml: structures known beforehand, written by their own."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import ase.db
import ase.io
import numpy as np
import pytest
from ase import Atoms
from ase.build import bulk
from clics.crystals.crystal import Crystal, Refusal
from clics.readers import formats
from clics.sources.files import read_crystals
from pymatgen.core import Structure
from pymatgen.entries.computed_entries import ComputedStructureEntry
from pymatgen.io.ase import AseAtomsAdaptor
from pymatgen.io.jarvis import JarvisAtomsAdaptor
from pymatgen.io.optimade import OptimadeStructureAdapter

Read = Callable[..., list[Crystal | Refusal]]
ROCKSALT = AseAtomsAdaptor.get_structure(bulk("NaCl", "rocksalt", a=5.64))
ZINCBLENDE = AseAtomsAdaptor.get_structure(bulk("ZnS", "zincblende", a=5.41))


def only(found: list[Crystal | Refusal]) -> Crystal:
    assert len(found) == 1, found
    assert isinstance(found[0], Crystal), found
    return found[0]


def assert_same(found: Crystal | Refusal, structure: Structure) -> None:
    assert isinstance(found, Crystal), found
    np.testing.assert_allclose(found.structure.lattice.matrix, structure.lattice.matrix, atol=1e-6)
    np.testing.assert_allclose(found.structure.cart_coords, structure.cart_coords, atol=1e-6)
    assert [site.species_string for site in found.structure] == [site.species_string for site in structure]


def entry(structure: Structure, name: str, **attributes: object) -> dict[str, object]:
    """A structure entry as pymatgen writes it."""
    written = OptimadeStructureAdapter.get_optimade_structure(structure)
    return {
        "id": name,
        "type": "structures",
        "attributes": {**json.loads(json.dumps(written["attributes"])), **attributes},
    }


def test_optimade_answers_of_one_and_of_many(read: Read) -> None:
    many = {"data": [entry(ROCKSALT, "mp-22862"), entry(ZINCBLENDE, "mp-10695")], "links": {"next": None},
            "meta": {"api_version": "1.2.0", "query": {"representation": "/structures"}}}  # fmt: skip
    found = read(json.dumps(many), "answer.json")
    assert [crystal.id for crystal in found if isinstance(crystal, Crystal)] == ["mp-22862", "mp-10695"]
    for crystal, structure in zip(found, (ROCKSALT, ZINCBLENDE), strict=True):
        assert_same(crystal, structure)
    single = only(read(json.dumps({**many, "data": many["data"][0]}), "answer.json"))  # type: ignore[index]
    assert single.id == "mp-22862"


def test_optimade_json_lines_pass_over_what_is_no_structure(read: Read) -> None:
    lines = [{"x-optimade": {"meta": {"api_version": "1.1.0"}}}, {"type": "info", "id": "structures", "properties": {}},
             entry(ROCKSALT, "a"), {"type": "references", "id": "dijkstra"}, entry(ZINCBLENDE, "b")]  # fmt: skip
    text = "\n".join(map(json.dumps, lines)) + "\n"
    for name in ("page.jsonl", "page.dat"):
        found = read(text, name)
        assert [crystal.id for crystal in found if isinstance(crystal, Crystal)] == ["a", "b"], found
        assert len(found) == 2


def test_optimade_species_are_occupancies(read: Read) -> None:
    alloy = [{"name": "M", "chemical_symbols": ["Na", "K", "vacancy"], "concentration": [0.5, 0.25, 0.25]},
             {"name": "Cl", "chemical_symbols": ["Cl"], "concentration": [1.0]}]  # fmt: skip
    crystal = only(read(json.dumps(entry(ROCKSALT, "a", species=alloy, species_at_sites=["M", "Cl"])), "a.json"))
    assert crystal.structure[0].species.as_dict() == {"Na": 0.5, "K": 0.25}
    implicit = only(read(json.dumps(entry(ROCKSALT, "a", species=None)), "a.json"))
    assert implicit.formula == "NaCl"
    empty = [alloy[1], {"name": "M", "chemical_symbols": ["vacancy"], "concentration": [1.0]}]
    half = only(read(json.dumps(entry(ROCKSALT, "a", species=empty, species_at_sites=["M", "Cl"])), "a.json"))
    assert half.num_sites == 1
    assert "1 sites are empty" in str(half.provenance["warnings"])
    flat = only(read(json.dumps(entry(ROCKSALT, "a", dimension_types=[1, 1, 0])), "a.json"))
    assert "dimension_types" in str(flat.provenance["warnings"])


@pytest.mark.parametrize(("changes", "kind"), [
    ({"lattice_vectors": None}, "no-cell"), ({"lattice_vectors": [[None] * 3, [0, 1, 0], [0, 0, 1]]}, "no-cell"),
    ({"cartesian_site_positions": None}, "missing-coordinates"), ({"species_at_sites": ["Na"]}, "bad-format"),
    ({"species": [{"name": "Na", "chemical_symbols": ["X"], "concentration": [1]}]}, "unknown-element"),
    ({"species": [{"name": "Na", "chemical_symbols": ["Na"], "concentration": [7]}]}, "bad-occupancy"),
    ({"lattice_vectors": [["a", "b", "c"]] * 3}, "bad-json"), ({"species": [3]}, "bad-json"),
    ({"cartesian_site_positions": [[0, 0, float("nan")], [1, 1, 1]]}, "not-finite"),
])  # fmt: skip
def test_optimade_entries_that_are_refused(changes: dict[str, object], kind: str, read: Read) -> None:
    [found] = read(json.dumps(entry(ROCKSALT, "a", **changes)), "a.json")
    assert isinstance(found, Refusal)
    assert found.kind == kind, found.message


def test_jarvis_dictionaries_and_lists(read: Read) -> None:
    pytest.importorskip("jarvis")
    written = JarvisAtomsAdaptor.get_atoms(ROCKSALT).to_dict()
    assert_same(only(read(json.dumps(written), "nacl.json")), ROCKSALT)
    found = read(
        json.dumps([{"jid": "JVASP-1", "atoms": written, "spg": 225}, {"jid": "JVASP-2", "atoms": written}]), "dft.json"
    )
    assert [crystal.id for crystal in found if isinstance(crystal, Crystal)] == ["JVASP-1", "JVASP-2"]
    [broken] = read(json.dumps({**written, "elements": ["Na"]}), "nacl.json")
    assert isinstance(broken, Refusal)


def test_entries_of_pymatgen_and_lists_of_them(read: Read) -> None:
    entries = [ComputedStructureEntry(each, -1.0, entry_id=name).as_dict()
               for name, each in (("a", ROCKSALT), ("b", ZINCBLENDE))]  # fmt: skip
    found = read(json.dumps(entries), "entries.json")
    assert [crystal.id for crystal in found if isinstance(crystal, Crystal)] == ["a", "b"]
    assert_same(found[1], ZINCBLENDE)


def trajectory(path: Path) -> list[Atoms]:
    first = bulk("NaCl", "rocksalt", a=5.64)
    moved = first.copy()
    moved.rattle(0.05, seed=1)
    strained = moved.copy()
    strained.set_cell(strained.cell[:] * 1.01, scale_atoms=True)
    ase.io.write(path, [first, moved, strained], format="traj")
    return [first, moved, strained]


def test_trajectories_are_read_frame_by_frame(read: Read, tmp_path: Path) -> None:
    frames = trajectory(tmp_path / "written")
    data = (tmp_path / "written").read_bytes()
    assert formats.by_content(data[:65536]) == "traj"
    found = read(data, "run.traj")
    assert [entry.block for entry in found] == ["1", "2", "3"]
    for crystal, atoms in zip(found, frames, strict=True):
        assert_same(crystal, AseAtomsAdaptor.get_structure(atoms))
    assert "the last of the run" in str(found[2].provenance["warnings"])  # type: ignore[union-attr]


def test_damaged_trajectories_are_refused_in_one_sentence(read: Read, tmp_path: Path) -> None:
    trajectory(tmp_path / "written")
    data = (tmp_path / "written").read_bytes()
    for damaged in (data[:100], data[:40] + b"\xff" * 8 + data[48:], data[:32] + b"\x7f" * 8 + data[40:],
                    data.replace(b'"float64"', b'"object_"'), data.replace(b"[[2, 3]", b"[[9, 9]"),
                    data.replace(b'"numbers."', b'"numbrs.."')):  # fmt: skip
        found = read(damaged, "run.traj")
        assert any(isinstance(entry, Refusal) for entry in found)
        assert all(entry.message.count("\n") == 0 for entry in found if isinstance(entry, Refusal))
    [other] = read(b"- of Ulm" + b"GPAW" + b" " * 12 + data[24:], "run.traj")
    assert isinstance(other, Refusal)
    assert other.kind == "unsupported"


def test_rows_of_a_database(read: Read, tmp_path: Path) -> None:
    with ase.db.connect(tmp_path / "made.db") as database:
        database.write(bulk("NaCl", "rocksalt", a=5.64), name="halite", data={"any": [1, 2]})
        database.write(bulk("ZnS", "zincblende", a=5.41))
        database.write(Atoms("OH", [[0, 0, 0], [0, 0, 1]]))
    data = (tmp_path / "made.db").read_bytes()
    assert formats.by_content(data[:65536]) == "ase-db"
    found = read(data, "rows.db")
    assert [entry.block for entry in found] == ["1", "2", "3"]
    assert_same(found[0], ROCKSALT)
    assert_same(found[1], ZINCBLENDE)
    assert [entry.id for entry in found if isinstance(entry, Crystal)] == ["halite", "rows:2"]
    assert isinstance(found[2], Refusal)
    assert found[2].kind == "no-cell"
    sandboxed = list(read_crystals([tmp_path / "made.db"]))
    assert [type(entry) for entry in sandboxed] == [Crystal, Crystal, Refusal]


def test_databases_that_are_none(read: Read, tmp_path: Path) -> None:
    import sqlite3

    connection = sqlite3.connect(tmp_path / "view.db")
    connection.execute("CREATE VIEW systems AS WITH RECURSIVE n(id) AS (SELECT 1 UNION ALL SELECT id + 1 FROM n) "
                       "SELECT id, id numbers, id positions, id cell, 7 pbc, '' key_value_pairs FROM n")  # fmt: skip
    connection.commit()
    connection.close()
    for data in ((tmp_path / "view.db").read_bytes(), b"SQLite format 3\0" + b"x" * 4000):
        found = read(data, "rows.db")
        assert len(found) == 1
        assert isinstance(found[0], Refusal)
        assert found[0].kind == "bad-format"


PHONOPY = """phonopy:
  version: "2.20.0"
physical_unit:
  atomic_mass: "AMU"
  length: "{unit}"
unit_cell:
  lattice:
  - [  {a:.9f},  0.000000000,  0.000000000 ] # a
  - [  0.000000000,  {a:.9f},  0.000000000 ] # b
  - [  0.000000000,  0.000000000,  {a:.9f} ] # c
  points:
  - symbol: Cs # 1
    coordinates: [  0.000000000,  0.000000000,  0.000000000 ]
    mass: 132.905
  - symbol: Cl # 2
    coordinates: [  0.500000000,  0.500000000,  0.500000000 ]
    mass: 35.453
supercell:
  lattice:
  - [ 8.2, 0, 0 ]
"""


@pytest.mark.parametrize(("unit", "a"), [("angstrom", 4.123), ("au", 4.123 / 0.529177210903)])
def test_the_unit_cell_of_phonopy(unit: str, a: float, read: Read) -> None:
    text = PHONOPY.format(unit=unit, a=a)
    assert formats.by_content(text.encode()) == "phonopy"
    crystal = only(read(text, "phonopy.yaml"))
    assert crystal.formula == "CsCl"
    assert crystal.structure.lattice.a == pytest.approx(4.123, abs=1e-6)
    assert crystal.structure.get_space_group_info()[1] == 221


def test_extended_xyz_in_the_dialects_of_its_specification(read: Read) -> None:
    atoms = "Cs 0 0 0\nCl 2.0 2.5 3.0\n"
    for lattice in ('Lattice="4 0 0 0 5 0 0 0 6"', "Lattice={4 0 0 0 5 0 0 0 6}", "Lattice=[4, 0, 0, 0, 5, 0, 0, 0, 6]",
                    "Lattice=[[4, 0, 0], [0, 5, 0], [0, 0, 6]]",
                    'Lattice = "4.0 5.0 6.0"', "lattice='4 0 0 0 5 0 0 0 6'"):  # fmt: skip
        for pbc in ("", 'pbc="T T T"', "pbc=[T, T, True]", "pbc={T T T}"):
            crystal = only(read(f'2\n{lattice} {pbc} note="a \\"b\\" [c" energy=-1\n{atoms}', "x.xyz"))
            assert crystal.structure.lattice.abc == (4, 5, 6)
            assert not crystal.provenance.get("warnings")
    columns = "2\nLattice=[[4, 0, 0], [0, 5, 0], [0, 0, 6]] Properties=forces:R:3:Z:I:1:pos:R:3\n1 1 1 55 0 0 0\n1 1 1 17 2 2 3\n"
    assert only(read(columns, "x.extxyz")).formula == "CsCl"
    skew = only(read(f"2\nLattice=[[4, 0, 0], [1, 5, 0], [0, 0, 6]]\n{atoms}", "x.xyz"))
    np.testing.assert_allclose(skew.structure.lattice.matrix[1], [1, 5, 0])  # rows are the vectors
    partly = only(read(f"2\nLattice=[[4, 0, 0], [0, 5, 0], [0, 0, 6]] pbc=[T, T, false]\n{atoms}", "x.xyz"))
    assert "pbc" in str(partly.provenance["warnings"])
