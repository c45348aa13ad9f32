"""Sound files of every format, from which hostile ones are made; the crystals are written by pymatgen, by ASE, or after manuals.

A format of the registry without a seed is a fault of the report: whoever adds a format adds a file of it, here or as
``tests/data/dialects``.
"""

from __future__ import annotations

import io
import json
import tarfile
import warnings
import zipfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from clics.readers.registry import FORMATS, Format
from pymatgen.core import Lattice, Structure
from pymatgen.io.cif import CifWriter
from pymatgen.io.vasp import Poscar

from .common import EXAMPLES, ROOT
from .program_files import ASE, BY_HAND, by_ase

_LARGEST = 60_000


@dataclass(frozen=True, slots=True)
class Seed:
    """A sound file."""

    format: str
    name: str
    content: bytes
    structures: tuple[Structure, ...] = ()

    @property
    def binary(self) -> bool:
        """True where lines have no meaning."""
        return b"\x00" in self.content[:4096] or self.content[:2] in (b"PK", b"\x1f\x8b")


@cache
def crystals() -> tuple[Structure, ...]:
    """Crystals of textbooks: rock salt, rutile, alpha-quartz, calcite, a triclinic crystal.

    Cells and coordinates: R. W. G. Wyckoff, Crystal Structures, 2nd ed. (1963); quartz: Levien et al., Am. Mineral. 65
    (1980) 920. The triclinic crystal is made up.
    """
    return (
        Structure.from_spacegroup("Fm-3m", Lattice.cubic(5.6402), ["Na", "Cl"], [[0, 0, 0], [0.5, 0.5, 0.5]]),
        Structure.from_spacegroup(
            "P4_2/mnm", Lattice.tetragonal(4.5937, 2.9587), ["Ti", "O"], [[0, 0, 0], [0.3053, 0.3053, 0]]
        ),
        Structure.from_spacegroup(
            "P3_221", Lattice.hexagonal(4.916, 5.4054), ["Si", "O"], [[0.4697, 0, 2 / 3], [0.4135, 0.2669, 0.7857]]
        ),
        Structure.from_spacegroup(
            "R-3c", Lattice.hexagonal(4.99, 17.061), ["Ca", "C", "O"], [[0, 0, 0], [0, 0, 0.25], [0.2578, 0, 0.25]]
        ),
        Structure(
            Lattice.from_parameters(5.1, 5.9, 6.7, 82.0, 95.0, 103.0),
            ["Sr", "Al", "O", "O"], [[0.1, 0.12, 0.2], [0.6, 0.55, 0.71], [0.4, 0.8, 0.1], [0.85, 0.3, 0.55]],
        ),
    )  # fmt: skip


def _cif(structure: Structure, *, symmetric: bool) -> str:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return str(CifWriter(structure, symprec=0.01 if symmetric else None))


def _archive_of(kind: str, files: dict[str, bytes]) -> bytes:
    raw = io.BytesIO()
    if kind == "zip":
        with zipfile.ZipFile(raw, "w", zipfile.ZIP_DEFLATED) as packed:
            for name, content in files.items():
                packed.writestr(name, content)
    else:
        with tarfile.open(fileobj=raw, mode="w") as packed:
            for name, content in files.items():
                entry = tarfile.TarInfo(name)
                entry.size = len(content)
                packed.addfile(entry, io.BytesIO(content))
    return raw.getvalue()


def _csv(structure: Structure) -> str:
    text = _cif(structure, symmetric=True).replace('"', '""')
    return f'id,cif,note\nfirst,"{text}",x\n'


_WRITERS: dict[str, tuple[Callable[[Structure], str], ...]] = {
    "cif": (lambda s: _cif(s, symmetric=True), lambda s: _cif(s, symmetric=False)),
    "poscar": (lambda s: str(Poscar(s)),),
    "json": (lambda s: json.dumps(s.as_dict()),),
    "jsonl": (lambda s: "".join(json.dumps(s.as_dict()) + "\n" for _ in range(2)),),
    "csv": (_csv,),
}
"""Texts of a crystal by the formats' keys."""


def seeds() -> dict[str, list[Seed]]:
    """Sound files by format; an empty list for a format of which there is none."""
    return {row.name: list(_seeds_of(row)) for row in FORMATS}


def _seeds_of(row: Format) -> Iterator[Seed]:
    name = (
        f"crystal{row.suffixes[0]}"
        if row.suffixes
        else row.patterns[0].replace("*", "-1" if "." in row.patterns[0] else "")
    )
    if row.handing == "archive":
        for structure in crystals()[:2]:
            files = {"a/one.cif": _cif(structure, symmetric=True).encode(), "POSCAR": str(Poscar(structure)).encode()}
            yield Seed(row.name, name, _archive_of(row.name, files), (structure,))
        return
    for write in _WRITERS.get(row.name, ()):
        for structure in crystals():
            yield Seed(row.name, name, write(structure).encode(), (structure,))
    if row.name in BY_HAND:
        for structure in crystals():
            yield Seed(row.name, name, BY_HAND[row.name](structure).encode(), (structure,))
    if row.name in ASE:
        for structure in crystals():
            yield Seed(row.name, name, by_ase(structure, ASE[row.name]), (structure,))
    yield from _stored(row)


def _stored(row: Format) -> Iterator[Seed]:
    """Files of the format that the tests and the examples hold."""
    data = ROOT / "tests" / "data"
    places = [*(data / "crystals").rglob("*"), *(data / "dialects").rglob("*"), *EXAMPLES.glob("*")]
    for path in sorted(path for path in places if path.is_file()):
        if row.fits_name(path.name.lower()) and path.stat().st_size <= _LARGEST:
            yield Seed(row.name, path.name, Path(path).read_bytes())
