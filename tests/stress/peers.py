"""What pymatgen, ASE and gemmi read from a file; runs in a supervised process, since they were not made for hostile files."""

from __future__ import annotations

import io
import json
import logging
import warnings
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from .judge import fingerprint
from .program_files import ASE


def handler() -> Callable[[dict[str, str]], Iterator[list[dict[str, Any]]]]:
    """The handler of the supervised process: a path and a format in, fingerprints of all readings out."""
    warnings.simplefilter("ignore")
    logging.disable(logging.CRITICAL)
    import ase.io  # noqa: F401  imported before the time of the first file is counted
    import gemmi  # noqa: F401
    import pymatgen.io.cif  # noqa: F401

    return _readings


def _readings(job: dict[str, str]) -> Iterator[list[dict[str, Any]]]:
    found: list[dict[str, Any]] = []
    data = _unpacked(Path(job["path"]).read_bytes())
    for read in READERS.get(job["format"]) or (_ase_file(ASE[job["format"]]),):
        try:
            structures = read(data, job["path"])
            found += [fingerprint(structure) for structure in structures]
        except Exception:  # noqa: BLE001  a peer may fail on a hostile file in any way
            continue
    yield found


def _unpacked(data: bytes) -> bytes:
    import bz2
    import gzip
    import lzma

    for magic, unpack in ((b"\x1f\x8b", gzip.decompress), (b"BZh", bz2.decompress), (b"\xfd7zXZ", lzma.decompress)):
        if data.startswith(magic):
            return unpack(data)
    return data


def _text(data: bytes) -> str:
    if data[:2] in (b"\xff\xfe", b"\xfe\xff"):
        return data.decode("utf-16")
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError:
        return data.decode("latin-1")


def _gemmi(data: bytes, _path: str) -> list[Any]:
    import gemmi
    from pymatgen.core import Lattice, Structure

    found = []
    for block in gemmi.cif.read_string(_text(data)):
        small = gemmi.make_small_structure_from_block(block)
        cell, sites = small.cell, small.get_all_unit_cell_sites()
        lattice = Lattice.from_parameters(cell.a, cell.b, cell.c, cell.alpha, cell.beta, cell.gamma)
        species = [{site.element.name: site.occ} for site in sites]
        if species:
            structure = Structure(lattice, species, [site.fract.tolist() for site in sites])
            structure.merge_sites(0.05, mode="sum")
            found.append(structure)
    return found


def _pymatgen_cif(data: bytes, _path: str) -> list[Any]:
    from pymatgen.io.cif import CifParser

    return list(CifParser.from_str(_text(data)).parse_structures(primitive=False, check_occu=False))


def _pymatgen_poscar(data: bytes, _path: str) -> list[Any]:
    from pymatgen.io.vasp import Poscar

    return [Poscar.from_str(_text(data)).structure]


def _pymatgen_json(data: bytes, _path: str) -> list[Any]:
    from pymatgen.core import Structure

    values = json.loads(_text(data))
    return [Structure.from_dict(value) for value in (values if isinstance(values, list) else [values])]


def _pymatgen_lines(data: bytes, _path: str) -> list[Any]:
    from pymatgen.core import Structure

    found = []
    for line in _text(data).splitlines():
        try:
            found.append(Structure.from_dict(json.loads(line)))
        except Exception:  # noqa: BLE001  lines stand for themselves
            continue
    return found


def _csv(data: bytes, path: str) -> list[Any]:
    import csv

    found: list[Any] = []
    for row in csv.DictReader(io.StringIO(_text(data), newline="")):
        for read in (_gemmi, _pymatgen_cif):
            try:
                found += read((row.get("cif") or "").encode(), path)
            except Exception:  # noqa: BLE001  rows stand for themselves
                continue
    return found


def _ase(name: str) -> Callable[[bytes, str], list[Any]]:
    def read(data: bytes, _path: str) -> list[Any]:
        import ase.io
        from pymatgen.io.ase import AseAtomsAdaptor

        frames = ase.io.read(io.StringIO(_text(data)), index=":", format=name)
        return [AseAtomsAdaptor.get_structure(atoms) for atoms in frames]

    return read


def _ase_file(name: str) -> Callable[[bytes, str], list[Any]]:
    """By a file; for formats that are not text, or of which ASE wants the path."""

    def read(data: bytes, path: str) -> list[Any]:
        import tempfile

        import ase.io
        from pymatgen.io.ase import AseAtomsAdaptor

        with tempfile.TemporaryDirectory() as folder:
            plain = Path(folder) / Path(path).name
            plain.write_bytes(data)
            return [AseAtomsAdaptor.get_structure(atoms) for atoms in ase.io.read(plain, index=":", format=name)]

    return read


def _chgcar(data: bytes, path: str) -> list[Any]:
    return _pymatgen_poscar(_text(data).partition("\n\n")[0].encode() + b"\n", path)


def _phonopy(data: bytes, _path: str) -> list[Any]:
    from pymatgen.core import Lattice, Structure
    from ruamel.yaml import YAML

    cell = YAML(typ="safe").load(_text(data))["unit_cell"]
    points = cell["points"]
    return [Structure(Lattice(cell["lattice"]), [p["symbol"] for p in points], [p["coordinates"] for p in points])]


def _struct_out(data: bytes, _path: str) -> list[Any]:
    from pymatgen.core import Element, Lattice, Structure

    lines = [line.split() for line in _text(data).splitlines() if line.split()]
    cell = [[float(x) for x in line] for line in lines[:3]]
    rows = lines[4 : 4 + int(lines[3][0])]
    if len(rows) != int(lines[3][0]):
        raise ValueError("too few atoms")
    return [
        Structure(Lattice(cell), [Element.from_Z(int(r[1])) for r in rows], [[float(x) for x in r[2:5]] for r in rows])
    ]


def _members(data: bytes, path: str) -> list[Any]:
    import tarfile
    import zipfile

    files: list[tuple[str, bytes]] = []
    if zipfile.is_zipfile(io.BytesIO(data)):
        with zipfile.ZipFile(io.BytesIO(data)) as packed:
            files = [(name, packed.read(name)) for name in packed.namelist()]
    else:
        with tarfile.open(fileobj=io.BytesIO(data)) as packed:
            files = [(m.name, packed.extractfile(m).read()) for m in packed.getmembers() if m.isfile()]  # type: ignore[union-attr]
    found: list[Any] = []
    for name, content in files:
        for read in READERS["cif"] if name.endswith(".cif") else (_pymatgen_poscar,):
            try:
                found += read(content, path)
            except Exception:  # noqa: BLE001  members stand for themselves
                continue
    return found


def judged(format_name: str) -> bool:
    """True for a format that somebody else reads."""
    return format_name in READERS or format_name in ASE


READERS: dict[str, tuple[Callable[[bytes, str], list[Any]], ...]] = {
    "cif": (_gemmi, _pymatgen_cif),
    "poscar": (_pymatgen_poscar, _ase("vasp")),
    "xyz": (_ase("extxyz"),),
    "xsf": (_ase("xsf"),),
    "json": (_pymatgen_json, _ase("json")),
    "jsonl": (_pymatgen_lines,),
    "csv": (_csv,),
    "vasprun": (_ase_file("vasp-xml"),),
    "outcar": (_ase_file("vasp-out"),),
    "espresso-output": (_ase_file("espresso-out"),),
    "chgcar": (_chgcar,),
    "phonopy": (_phonopy,),
    "siesta-out": (_struct_out,),
    "zip": (_members,),
    "tar": (_members,),
}
