"""The formats that crystals are read from: one row a format, in the order in which contents are recognised.

Names of files, help texts, file dialogs, scans of folders, archives, the reading process and the documentation are made
from these rows. A new format is one module and one row.
"""

from __future__ import annotations

import importlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from fnmatch import fnmatch
from typing import TYPE_CHECKING, Any, Literal

if TYPE_CHECKING:
    from clics.readers.record import Step

Handing = Literal["text", "strict text", "lines", "bytes", "archive"]
"""The form in which a reader gets the content: as text (strict: UTF-8 only), as a stream, as bytes, or as members."""


@dataclass(frozen=True, slots=True)
class Format:
    """One format.

    Attributes:
        name: Its key.
        title: Its name in texts.
        suffixes: Endings of file names, in lower case.
        patterns: Shell patterns for files that are known by their names, such as ``POSCAR*``.
        doubtful: Endings of names that other programs use too, such as ``.out``; only the content tells.
        steps: ``module:function`` in :mod:`clics.readers`; the function takes the content and ``where=``, and yields
            :class:`~clics.readers.record.Step`. Empty for archives.
        recognise: ``module:function``; the function takes the first bytes and their text, and returns True where they
            can only be, or most likely are, of this format. Empty for a format that is known by its name alone.
        handing: The form in which the reader gets the content.
        unmistakable: Contents of this format overrule the name of a file.
        gives_way: The name of a file of this format can be overruled by its content.
        remark: Addition in the documentation.
    """

    name: str
    title: str
    suffixes: tuple[str, ...]
    steps: str = ""
    recognise: str = ""
    patterns: tuple[str, ...] = ()
    doubtful: tuple[str, ...] = ()
    handing: Handing = "text"
    unmistakable: bool = False
    gives_way: bool = False
    remark: str = ""

    def fits_name(self, lower: str) -> bool:
        """True for the name of a file (in lower case, without its folder and the ending of its compression)."""
        return lower.endswith(self.suffixes) or any(fnmatch(lower, pattern.lower()) for pattern in self.patterns)

    def fits_content(self, head: bytes, text: str) -> bool:
        """True where the first bytes of a file, and their text, are recognised."""
        return bool(self.recognise) and bool(_function(self.recognise)(head, text))

    def read(self, content: Any, *, where: str) -> Iterator[Step]:
        """The crystals of a content, one step each."""
        steps: Iterator[Step] = _function(self.steps)(content, where=where)
        return steps

    @property
    def all_patterns(self) -> tuple[str, ...]:
        """Shell patterns for the names of its files."""
        return (
            *(f"*{suffix}" for suffix in self.suffixes),
            *self.patterns,
            *(f"*{ending}" for ending in self.doubtful),
        )


FORMATS: tuple[Format, ...] = (
    Format("zip", "zip archive", (".zip",), recognise="archives:is_zip", handing="archive", unmistakable=True),
    Format("tar", "tar archive", (".tar",), recognise="archives:is_tar", handing="archive", unmistakable=True),
    Format(
        "traj", "ASE trajectory", (".traj",), "ase_trajectory:trajectory_steps", "ase_trajectory:is_trajectory",
        handing="bytes", unmistakable=True, gives_way=True, remark="every frame",
    ),
    Format(
        "ase-db", "ASE database", (".db",), "ase_database:database_steps", "ase_database:is_database", handing="bytes",
        unmistakable=True, gives_way=True, remark="SQLite; every row",
    ),
    Format(
        "csv", "CSV", (".csv",), "tabular:csv_steps", "tabular:is_csv", handing="lines", remark="with a column `cif`"
    ),
    Format(
        "vasprun", "vasprun.xml", (".vasprun.xml",), "vasprun:vasprun_steps", "vasprun:is_vasprun", ("vasprun*.xml",),
        (".xml",), handing="lines", unmistakable=True, gives_way=True, remark="VASP; every ionic step",
    ),
    Format(
        "outcar", "OUTCAR", (".outcar",), "outcar:outcar_steps", "outcar:is_outcar", ("OUTCAR", "OUTCAR[._-]*"),
        handing="lines", unmistakable=True, gives_way=True, remark="VASP; every ionic step",
    ),
    Format(
        "espresso-output", "Quantum ESPRESSO output", (".pwo",), "espresso_output:espresso_output_steps",
        "espresso_output:is_espresso_output", doubtful=(".out", ".log"), handing="lines", unmistakable=True, gives_way=True,
        remark="pw.x; the start and every step",
    ),
    Format("cif", "CIF", (".cif", ".mcif"), "cif:cif_steps", "cif:is_cif", unmistakable=True, gives_way=True),
    Format(
        "jsonl", "JSON lines", (".jsonl", ".ndjson"), "tabular:jsonl_steps", "tabular:is_json_lines", handing="lines",
        unmistakable=True, remark="one structure a line; also of OPTIMADE",
    ),
    Format(
        "json", "JSON", (".json",), "json_structures:json_steps", "json_structures:is_json", handing="strict text",
        unmistakable=True, gives_way=True, remark="of pymatgen, ASE, OPTIMADE, JARVIS, or `lattice`, `species`, `frac_coords`",
    ),
    Format(
        "xsf", "XSF", (".xsf", ".axsf"), "xsf:xsf_steps", "xsf:is_xsf", unmistakable=True, gives_way=True,
        remark="XCrySDen; every frame of an animation",
    ),
    Format(
        "espresso-input", "Quantum ESPRESSO input", (".pwi",), "espresso_input:espresso_input_steps",
        "espresso_input:is_espresso_input", doubtful=(".in",), gives_way=True, remark="pw.x; every `ibrav`",
    ),
    Format(
        "castep", "CASTEP cell", (".cell",), "castep_cell:castep_cell_steps", "castep_cell:is_castep_cell", gives_way=True
    ),
    Format("fdf", "Siesta fdf", (".fdf",), "siesta:fdf_steps", "siesta:is_fdf", gives_way=True),
    Format(
        "shelx", "SHELX res", (".res", ".ins"), "shelx:shelx_steps", "shelx:is_shelx", gives_way=True,
        remark="SHELX and AIRSS; several from TITL to END",
    ),
    Format(
        "crystal-input", "CRYSTAL d12", (".d12",), "crystal_program:d12_steps", "crystal_program:is_d12", gives_way=True
    ),
    Format(
        "crystal-gui", "CRYSTAL fort.34", (".gui", ".f34"), "crystal_program:gui_steps", "crystal_program:is_gui",
        ("fort.34",), gives_way=True,
    ),
    Format("gen", "DFTB+ gen", (".gen",), "dftb_gen:gen_steps", "dftb_gen:is_gen", gives_way=True),
    Format("wien2k", "WIEN2k struct", (".struct",), "wien2k:wien2k_steps", "wien2k:is_wien2k", gives_way=True),
    Format(
        "lammps", "LAMMPS data", (".lmp", ".lammps-data"), "lammps_data:lammps_steps", "lammps_data:is_lammps_data",
        doubtful=(".data",), gives_way=True, remark="types named by labels, comments or masses",
    ),
    Format(
        "aims", "FHI-aims geometry.in", (), "aims:aims_steps", "aims:is_aims", ("geometry.in", "geometry.in.next_step"),
        doubtful=(".in",), gives_way=True,
    ),
    Format(
        "siesta-out", "Siesta STRUCT_OUT", (".struct_out", ".struct_in", ".xv"), "siesta:struct_out_steps",
        "siesta:is_struct_out", gives_way=True, remark="and `XV`",
    ),
    Format(
        "xdatcar", "XDATCAR", (".xdatcar",), "xdatcar:xdatcar_steps", "xdatcar:is_xdatcar", ("XDATCAR", "XDATCAR[._-]*"),
        handing="lines", unmistakable=True, gives_way=True, remark="VASP; every frame",
    ),
    Format(
        "chgcar", "CHGCAR", (".chgcar",), "xdatcar:volumetric_steps", "xdatcar:is_volumetric",
        ("CHGCAR", "CHG", "LOCPOT", "ELFCAR", "PARCHG", "AECCAR0", "AECCAR1", "AECCAR2"), handing="lines", gives_way=True,
        remark="VASP; the crystal in the head",
    ),
    Format(
        "abinit", "ABINIT input", (".abi",), "abinit:abinit_steps", "abinit:is_abinit", doubtful=(".in",), gives_way=True
    ),
    Format(
        "phonopy", "phonopy.yaml", (), "phonopy_yaml:phonopy_steps", "phonopy_yaml:is_phonopy", ("phonopy*.yaml",),
        doubtful=(".yaml",), gives_way=True, remark="the unit cell",
    ),
    Format(
        "xyz", "extended XYZ", (".xyz", ".extxyz"), "xyz:xyz_steps", "xyz:is_xyz", gives_way=True, remark="every frame"
    ),
    Format(
        "poscar", "POSCAR", (".vasp", ".poscar", ".contcar"), "poscar:poscar_steps", "poscar:is_poscar",
        ("POSCAR", "CONTCAR", "POSCAR[._-]*", "CONTCAR[._-]*"), gives_way=True, remark="of VASP 4 to 6",
    ),
)  # fmt: skip
"""All formats. The order is that in which contents are recognised: a CSV may hold CIFs, a CIF may hold anything."""

COMPRESSED = {".gz": "gz", ".bz2": "bz2", ".xz": "xz"}
COMPRESSED_TARS = {".tgz": "gz", ".tbz": "bz2", ".tbz2": "bz2", ".txz": "xz"}


def format_named(name: str) -> Format:
    """The format of a key. Raises StopIteration for none."""
    return next(row for row in FORMATS if row.name == name)


def import_readers() -> None:
    """Import the modules of all readers, before the time that a file takes is counted."""
    for row in FORMATS:
        for place in filter(None, (row.steps, row.recognise)):
            _function(place)
    importlib.import_module("gemmi")


def file_patterns() -> tuple[str, ...]:
    """Shell patterns for every file that may hold crystals, packed ones included; for file dialogs."""
    own = dict.fromkeys(pattern for row in FORMATS for pattern in row.all_patterns)
    return (*own, *(f"*{ending}" for ending in (*COMPRESSED_TARS, *COMPRESSED)))


def titles() -> str:
    """Names of the formats in a sentence: ``"CIF, POSCAR, …, folders, zip and tar archives"``."""
    named = [f"{row.title} with a cif column" if row.name == "csv" else row.title for row in _by_use()]
    return f"{', '.join(named)}, folders, zip and tar archives"


def supported() -> str:
    """The formats with the endings of file names, for messages."""
    files = _by_use()
    listed = ", ".join("/".join((*row.patterns[:2], *row.suffixes)) + _remark(row) for row in files)
    packed = "/".join(COMPRESSED)
    return f"{listed}; each also as {packed}; .zip, .tar, .tar.gz, .tar.bz2, .tar.xz; folders of these"


def _remark(row: Format) -> str:
    return " (with a column 'cif')" if row.name == "csv" else ""


_COMMON = ("cif", "poscar", "xyz", "json", "vasprun", "outcar", "xdatcar", "espresso-input", "espresso-output", "shelx",
           "castep", "xsf", "jsonl", "csv")  # fmt: skip
"""What people have most often, first."""


def _by_use() -> list[Format]:
    """The formats but for archives, common ones first."""
    rank = {name: place for place, name in enumerate(_COMMON)}
    return sorted((row for row in FORMATS if row.handing != "archive"), key=lambda row: rank.get(row.name, len(rank)))


def _function(place: str) -> Callable[..., Any]:
    module, _, name = place.partition(":")
    function: Callable[..., Any] = getattr(importlib.import_module(f"clics.readers.{module}"), name)
    return function
