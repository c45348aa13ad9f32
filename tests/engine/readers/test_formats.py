from __future__ import annotations

import gzip
import io
import json
from collections.abc import Callable
from pathlib import Path

import ase.db
import ase.io
import numpy as np
import pytest
from clics.crystals.crystal import Crystal, Refusal
from clics.crystals.writing import to_cif, to_poscar
from clics.errors import InputError
from clics.readers import formats
from clics.sources.files import read_crystals
from clics.symmetry.written import cif_of
from pymatgen.core import Lattice, Structure
from pymatgen.entries.computed_entries import ComputedStructureEntry
from pymatgen.io.ase import AseAtomsAdaptor
from pymatgen.io.vasp import Poscar

Read = Callable[..., list[Crystal | Refusal]]
SHARED = Path(__file__).parents[4] / "shared" / "data" / "mp" / "val.jsonl.gz"


def only(found: list[Crystal | Refusal]) -> Crystal:
    assert len(found) == 1
    assert isinstance(found[0], Crystal), found
    return found[0]


def same(one: Structure, other: Structure, tolerance: float = 1e-6) -> bool:
    """Equal cells and equal atoms, in whatever order and turned in space as lengths and angles allow."""
    if one.composition != other.composition or not np.allclose(
        one.lattice.parameters, other.lattice.parameters, atol=1e-4
    ):
        return False
    distances = one.lattice.get_all_distances(one.frac_coords, other.frac_coords)
    equal = np.array([[a.species == b.species for b in other] for a in one])
    return bool((np.where(equal, distances, 9.0).min(axis=1) < max(tolerance, 1e-4)).all())


def ase_text(structure: Structure, kind: str) -> str:
    buffer = io.StringIO()
    atoms = AseAtomsAdaptor.get_atoms(structure, msonable=False)
    ase.io.write(buffer, atoms, format=kind)
    return buffer.getvalue()


def plain_record(crystal: Crystal) -> str:
    structure = crystal.structure
    return json.dumps({
        "id": crystal.id, "formula": crystal.formula, "lattice": structure.lattice.matrix.tolist(),
        "species": [site.specie.symbol for site in structure], "frac_coords": structure.frac_coords.tolist(),
    })  # fmt: skip


WRITERS: dict[str, Callable[[Crystal], str]] = {
    "file.cif": to_cif,
    "POSCAR_file": to_poscar,
    "file.vasp": to_poscar,
    "file.xyz": lambda crystal: ase_text(crystal.structure, "extxyz"),
    "pymatgen.json": lambda crystal: json.dumps(crystal.structure.as_dict()),
    "entry.json": lambda crystal: json.dumps(ComputedStructureEntry(crystal.structure, -1.0).as_dict()),
    "ase.json": lambda crystal: ase_text(crystal.structure, "json"),
    "file.jsonl": plain_record,
    "file.csv": lambda crystal: 'material_id,cif\nx,"' + to_cif(crystal).replace('"', '""') + '"\n',
}


@pytest.mark.parametrize("name", WRITERS)
def test_prototypes_come_back_the_same(name: str, prototypes: list[Crystal], tmp_path: Path) -> None:
    for crystal in prototypes[::6]:
        path = tmp_path / name
        path.write_text(WRITERS[name](crystal))
        found = only(list(read_crystals([path], sandboxed=False)))
        assert same(crystal.structure, found.structure), crystal.id


def test_symmetrised_cif_is_the_same_crystal(prototypes: list[Crystal], read: Read) -> None:
    for crystal in prototypes[:40:4]:
        found = only(read(cif_of(crystal, symmetry="symmetrised", tolerance=0.01)))
        ratio = found.num_sites / crystal.num_sites
        assert found.structure.composition.reduced_formula == crystal.structure.composition.reduced_formula
        assert found.structure.volume == pytest.approx(ratio * crystal.structure.volume, rel=1e-4)


@pytest.mark.parametrize("ending", [".gz", ".bz2", ".xz"])
def test_compressed_files(ending: str, pyrite_like: Crystal, read: Read) -> None:
    import bz2
    import lzma

    compress = {".gz": gzip.compress, ".bz2": bz2.compress, ".xz": lzma.compress}[ending]
    crystal = only(read(compress(to_cif(pyrite_like).encode()), f"marcasite.cif{ending}"))
    assert crystal.id == "marcasite"
    assert same(crystal.structure, pyrite_like.structure)


def test_content_tells_where_the_name_does_not(pyrite_like: Crystal, read: Read) -> None:
    for writer in (to_cif, to_poscar, plain_record, WRITERS["file.xyz"], WRITERS["file.csv"]):
        text = writer(pyrite_like)
        assert same(only(read(text, "structure.dat")).structure, pyrite_like.structure)
    assert same(only(read(to_cif(pyrite_like), "wrong.vasp")).structure, pyrite_like.structure)
    assert same(only(read(to_cif(pyrite_like), "wrong.json")).structure, pyrite_like.structure)


def test_frames_lists_and_databases_give_every_structure(prototypes: list[Crystal], read: Read, tmp_path: Path) -> None:
    three = prototypes[:3]
    frames = read("".join(ase_text(crystal.structure, "extxyz") for crystal in three), "run.xyz")
    assert [entry.block for entry in frames] == ["1", "2", "3"]
    assert [entry.id for entry in frames if isinstance(entry, Crystal)] == ["run:1", "run:2", "run:3"]
    assert len(read(json.dumps([crystal.structure.as_dict() for crystal in three]), "list.json")) == 3
    named = read(json.dumps({crystal.id: crystal.structure.as_dict() for crystal in three}), "named.json")
    assert [entry.id for entry in named if isinstance(entry, Crystal)] == [crystal.id for crystal in three]
    with ase.db.connect(tmp_path / "rows.json") as database:
        for crystal in three:
            database.write(AseAtomsAdaptor.get_atoms(crystal.structure, msonable=False))
    rows = list(read_crystals([tmp_path / "rows.json"], sandboxed=False))
    assert [row.structure.composition for row in rows if isinstance(row, Crystal)] == [
        crystal.structure.composition for crystal in three
    ]


def test_charges_are_dropped_and_shares_of_one_element_joined(read: Read) -> None:
    magnetite = Structure(Lattice.cubic(3), [{"Fe2+": 0.5, "Fe3+": 0.5}], [[0, 0, 0]])
    crystal = only(read(json.dumps(magnetite.as_dict()), "fe.json"))
    assert crystal.is_ordered
    assert [site.species_string for site in crystal.structure] == ["Fe"]


def test_poscar_variants(read: Read) -> None:
    head = "NaCl\n{scale}\n4 0 0\n0 4 0\n0 0 4\n{species}\n"
    direct = "Direct\n0 0 0\n0.5 0.5 0.5\n"
    plain = only(read(head.format(scale="1.41", species="Na Cl\n1 1") + direct, "POSCAR"))
    assert plain.structure.volume == pytest.approx((4 * 1.41) ** 3)
    volume = only(read(head.format(scale="-50", species="Na_pv/a1b2 Cl/9f\n1 1") + direct, "POSCAR"))
    assert volume.structure.volume == pytest.approx(50)
    cartesian = "Selective dynamics\nCartesian\n0 0 0 T T F\n2 2 2 F F F\n"
    for scale in ("1.1", "-64", "1.0 1.0 1.2"):
        moved = only(read(head.format(scale=scale, species="Na Cl\n1 1") + cartesian, "CONTCAR"))
        assert np.allclose(moved.structure.frac_coords[1], 0.5)
    many = "Na\n" * 1 + "Cl\n1\n1\n"
    assert only(read(head.format(scale="1", species=many.strip()) + direct, "POSCAR")).formula == "NaCl"
    refused = read(head.format(scale="1", species="1 1") + direct, "POSCAR")[0]
    assert isinstance(refused, Refusal)
    assert refused.kind == "no-symbols"


def test_poscar_of_vasp_4_names_its_elements_elsewhere_or_not_at_all(read: Read) -> None:
    text = "{title}\n1\n4 0 0\n0 4 0\n0 0 4\n1 1\n{mode}\n0 0 0{first}\n0.5 0.5 0.5{second}\n"
    plain = {"title": "Cs Cl", "mode": "Direct", "first": "", "second": ""}
    by_title = only(read(text.format(**plain), "POSCAR"))
    assert by_title.formula == "CsCl"
    assert "first line" in " ".join(by_title.provenance["warnings"])  # type: ignore[arg-type]
    for first, second in ((" Na", " F"), (" # Na1", " # F12"), (" T T F Na", " F F F F")):
        flags = {"mode": "Selective\nDirect"} if " T " in first else {}
        ends = only(read(text.format(**plain | {"first": first, "second": second} | flags), "POSCAR"))
        assert ends.formula == "NaF"  # the atoms themselves say it: more than a title can
    selective = {"mode": "Selective\nDirect", "first": " T T F", "second": " F F F"}
    assert only(read(text.format(**plain | selective), "POSCAR")).formula == "CsCl"
    for title in ("Cs", "CsCl", "a b", "Cs Cl cubic", ""):
        refused = read(text.format(**plain | {"title": title}), "POSCAR")[0]
        assert isinstance(refused, Refusal)
        assert refused.kind == "no-symbols"


def test_poscar_agrees_with_pymatgen(prototypes: list[Crystal], read: Read) -> None:
    for crystal in prototypes[::40]:
        text = to_poscar(crystal)
        assert same(only(read(text, "POSCAR")).structure, Poscar.from_str(text).structure)


def test_molecules_without_a_cell_are_refused(read: Read) -> None:
    water = "3\nwater\nO 0 0 0\nH 0 0 1\nH 0 1 0\n"
    for text, name in ((water, "w.xyz"), (ase_text_of_molecule(), "w.json")):
        found = read(text, name)
        assert [entry.kind for entry in found if isinstance(entry, Refusal)] == ["no-cell"]


def ase_text_of_molecule() -> str:
    buffer = io.StringIO()
    ase.io.write(buffer, ase.Atoms("OH", [[0, 0, 0], [0, 0, 1]]), format="json")
    return buffer.getvalue()


def test_writing_refuses_what_a_format_cannot_hold() -> None:
    alloy = Crystal("alloy", Structure(Lattice.cubic(3), [{"Fe": 0.5, "Ni": 0.5}], [[0, 0, 0]]))
    with pytest.raises(InputError) as caught:
        to_poscar(alloy)
    assert caught.value.kind == "disordered"
    assert "0.5" in to_cif(alloy)


def test_names_and_stems() -> None:
    assert formats.by_name("CONTCAR.gz") == ("poscar", "gz")
    assert formats.by_name("mp-1.poscar") == ("poscar", "")
    assert formats.by_name("all.TAR.GZ") == ("tar", "gz")
    assert formats.by_name("all.tgz") == ("tar", "gz")
    assert formats.by_name("README.md") == ("", "")
    assert formats.stem("NaCl.v2.cif.gz") == "NaCl.v2"
    assert formats.stem("POSCAR") == "POSCAR"


@pytest.mark.shared
@pytest.mark.skipif(not SHARED.exists(), reason="the shared crystals are not beside this checkout")
def test_real_crystals_of_the_shared_data(tmp_path: Path) -> None:
    with gzip.open(SHARED, "rt") as lines:
        text = "".join(line for line, _ in zip(lines, range(300), strict=False))
    path = tmp_path / "part.jsonl.gz"
    path.write_bytes(gzip.compress(text.encode()))
    crystals = list(read_crystals([path]))
    assert len(crystals) == 300
    for crystal, line in zip(crystals, text.splitlines(), strict=True):
        data = json.loads(line)
        assert isinstance(crystal, Crystal)
        assert crystal.id == data["id"]
        assert crystal.formula == data["formula"] or crystal.num_sites == len(data["species"])
        lattice, _, coords = crystal.arrays()
        assert np.array_equal(lattice, data["lattice"])
        assert np.array_equal(coords, data["frac_coords"])


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"%PDF-1.4\n\xe2\xe3", "a PDF document"),
        (b"<html><body>not found</body></html>", "a web page"),
        (b"".join(b"%d.02 %d.5\n" % (k, k * 7 % 13) for k in range(5, 90)), "a powder pattern"),
        (b"HEADER    LYSOZYME\nCRYST1   79.1\nATOM      1  N   LYS A   1\n", "a PDB file"),
        (b"   1   0   0   12.50    0.50   1\n   1   1   0   22.50    0.50   1\n", "a list of reflections"),
        (b"#VESTA_FORMAT_VERSION 3.5.0\n", "a project of VESTA"),
        (b"\n \n\n", "a file of blanks"),
        (b"\x80\x04\x95\x00pickle", "a Python pickle"),
    ],
)
def test_what_is_refused_is_called_by_its_name(content: bytes, words: str, tmp_path: Path) -> None:
    path = tmp_path / "download.dat"
    path.write_bytes(content)
    (refused,) = read_crystals([path], sandboxed=False)
    assert isinstance(refused, Refusal)
    assert words in refused.message
    assert refused.message.index(".cif") < refused.message.index("POSCAR") < refused.message.index(".traj")
