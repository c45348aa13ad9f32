"""Folders of calculations: one crystal a calculation, called as its folder; what is passed over is named."""

from __future__ import annotations

import gzip
from pathlib import Path

import pytest
from clics.crystals.crystal import Crystal, Refusal
from clics.readers.calculations import name_of
from clics.readers.folders import files_of, left_out
from clics.sources.files import read_crystals
from pymatgen.core import Lattice, Structure
from pymatgen.io.vasp import Poscar

XDATCAR = "a\n1\n{a} 0 0\n0 {a} 0\n0 0 {a}\nCs Cl\n1 1\nDirect configuration=  {n}\n0 0 0\n0.5 0.5 0.5\n"
ESPRESSO = "&SYSTEM\n ibrav=1 A={a} nat=2 ntyp=2\n/\nATOMIC_POSITIONS crystal\nCs 0 0 0\nCl 0.5 0.5 0.5\n"


def poscar(a: float) -> str:
    return Poscar(Structure(Lattice.cubic(a), ["Cs", "Cl"], [[0, 0, 0], [0.5, 0.5, 0.5]])).get_str(
        significant_figures=8
    )


def write(folder: Path, **files: str) -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    for name, text in files.items():
        (folder / name.replace("__", ".")).write_text(text)
    return folder


def crystals(*paths: Path) -> list[Crystal]:
    found = list(read_crystals(paths, sandboxed=False))
    assert all(isinstance(entry, Crystal) for entry in found), found
    return found  # type: ignore[return-value]


def length(crystal: Crystal) -> float:
    return round(float(crystal.structure.lattice.a), 3)


def notes(crystal: Crystal) -> str:
    return " ".join(crystal.provenance.get("warnings", []))  # type: ignore[arg-type]


def test_a_calculation_is_one_crystal_with_the_name_of_its_folder(tmp_path: Path) -> None:
    runs = tmp_path / "runs"
    write(
        runs / "CsCl", POSCAR=poscar(4.0), CONTCAR=poscar(4.12), INCAR="ENCUT = 520\n", KPOINTS="x\n0\nGamma\n4 4 4\n"
    )
    write(runs / "only-input", POSCAR=poscar(4.2))
    write(runs / "relaxed-twice" / "relax1", POSCAR=poscar(4.0), CONTCAR=poscar(4.1))
    write(runs / "relaxed-twice" / "relax2", POSCAR=poscar(4.1), CONTCAR=poscar(4.11))
    found = {crystal.id: crystal for crystal in crystals(runs)}
    assert {name: length(crystal) for name, crystal in found.items()} == {
        "CsCl": 4.12, "only-input": 4.2, "relaxed-twice:relax1": 4.1, "relaxed-twice:relax2": 4.11,
    }  # fmt: skip
    assert "CONTCAR is read; POSCAR is passed over" in notes(found["CsCl"])
    assert not notes(found["only-input"])
    assert sorted(Path(path).name for path in left_out([runs])) == ["INCAR", "KPOINTS"]
    assert len(list(files_of([runs]))) == 4


def test_the_last_frame_counts_and_an_empty_or_broken_result_gives_way(tmp_path: Path) -> None:
    frames = XDATCAR.format(a=4.0, n=1) + XDATCAR.format(a=4.05, n=2) + XDATCAR.format(a=4.1, n=3)
    [moving] = crystals(write(tmp_path / "moving", CONTCAR="", XDATCAR=frames, POSCAR=poscar(4.0)))
    assert (moving.id, length(moving)) == ("moving", 4.1)
    assert "CONTCAR: the file is empty" in notes(moving)
    assert "2 earlier frames of XDATCAR are passed over" in notes(moving)
    [alone] = crystals(write(tmp_path / "alone", XDATCAR=frames))
    assert (alone.id, length(alone)) == ("alone", 4.1)
    [cut] = crystals(write(tmp_path / "cut", XDATCAR=frames[:-20], POSCAR=poscar(4.0)))
    assert (cut.id, length(cut)) == ("cut", 4.05)
    assert "XDATCAR is not whole" in notes(cut)
    [refused] = read_crystals([write(tmp_path / "bad", CONTCAR="a\nb\n", POSCAR="c\n")], sandboxed=False)
    assert isinstance(refused, Refusal)


def test_compressed_stages_of_workflows(tmp_path: Path) -> None:
    folder = tmp_path / "mp-22865"
    folder.mkdir()
    for name, a in (("POSCAR.orig", 4.0), ("CONTCAR.relax1", 4.1), ("CONTCAR.relax2", 4.12), ("POSCAR.relax2", 4.1)):
        (folder / f"{name}.gz").write_bytes(gzip.compress(poscar(a).encode()))
    [found] = crystals(folder)
    assert (found.id, length(found)) == ("mp-22865", 4.12)


def test_files_with_a_common_stem_and_doubtful_names(tmp_path: Path) -> None:
    folder = write(tmp_path / "work", pw__in=ESPRESSO.format(a=4.12), notes__in="no crystal\n", run__log="started\n")
    write(folder, cscl__pwi=ESPRESSO.format(a=4.2))
    found = {crystal.id: length(crystal) for crystal in crystals(folder)}
    assert found == {"pw": 4.12, "cscl": 4.2}
    assert sorted(Path(path).name for path in left_out([folder])) == ["notes.in", "run.log"]


def test_files_that_are_named_themselves_are_read_as_they_are(tmp_path: Path) -> None:
    folder = write(tmp_path / "CsCl", POSCAR=poscar(4.0), CONTCAR=poscar(4.12))
    assert [length(crystal) for crystal in crystals(folder / "POSCAR", folder / "CONTCAR")] == [4.0, 4.12]


@pytest.mark.parametrize(("source", "name"), [
    ("/data/runs/LiCoO2/vasprun.xml", "LiCoO2"), ("/data/runs/LiCoO2/OUTCAR.gz", "LiCoO2"),
    ("/data/LiCoO2/02_static/CONTCAR", "LiCoO2:02_static"), ("/home/me/Downloads/POSCAR", "POSCAR"),
    ("/data/a.zip!LiCoO2/CONTCAR", "LiCoO2"), ("/data/a.zip!CONTCAR", "a"), ("/data/LiCoO2/quartz.cif", "quartz"),
    ("/data/LiCoO2/POSCAR_quartz", "POSCAR_quartz"), ("/data/x/geometry.in", "x"), ("/data/x/scf.out", "scf"),
])  # fmt: skip
def test_names(source: str, name: str) -> None:
    assert name_of(source) == name
