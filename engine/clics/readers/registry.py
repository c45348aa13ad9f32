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

Handing = Literal["text", "strict text", "lines", "archive"]
"""The form in which a reader gets the content: as text (strict: UTF-8 only), as a stream of bytes, or as members."""


@dataclass(frozen=True, slots=True)
class Format:
    """One format.

    Attributes:
        name: Its key.
        title: Its name in texts.
        suffixes: Endings of file names, in lower case.
        patterns: Shell patterns for files that are known by their names, such as ``POSCAR*``.
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
        return (*(f"*{suffix}" for suffix in self.suffixes), *self.patterns)


FORMATS: tuple[Format, ...] = (
    Format("zip", "zip archive", (".zip",), recognise="archives:is_zip", handing="archive", unmistakable=True),
    Format("tar", "tar archive", (".tar",), recognise="archives:is_tar", handing="archive", unmistakable=True),
    Format(
        "csv", "CSV", (".csv",), "tabular:csv_steps", "tabular:is_csv", handing="lines", remark="with a column `cif`"
    ),
    Format("cif", "CIF", (".cif", ".mcif"), "cif:cif_steps", "cif:is_cif", unmistakable=True, gives_way=True),
    Format(
        "jsonl", "JSON lines", (".jsonl", ".ndjson"), "tabular:jsonl_steps", "tabular:is_json_lines", handing="lines",
        unmistakable=True, remark="one structure a line",
    ),
    Format(
        "json", "JSON", (".json",), "json_structures:json_steps", "json_structures:is_json", handing="strict text",
        unmistakable=True, gives_way=True, remark="of pymatgen, ASE, or `lattice`, `species`, `frac_coords`",
    ),
    Format(
        "xsf", "XSF", (".xsf", ".axsf"), "xsf:xsf_steps", "xsf:is_xsf", unmistakable=True, gives_way=True,
        remark="XCrySDen; every frame of an animation",
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
    own = [pattern for row in FORMATS for pattern in row.all_patterns]
    return (*own, *(f"*{ending}" for ending in (*COMPRESSED_TARS, *COMPRESSED)))


def titles() -> str:
    """Names of the formats in a sentence: ``"CIF, POSCAR, …, folders, zip and tar archives"``."""
    order = sorted((row for row in FORMATS if row.handing != "archive"), key=lambda row: _SPOKEN_FIRST.get(row.name, 9))
    named = [f"{row.title} with a cif column" if row.name == "csv" else row.title for row in order]
    return f"{', '.join(named)}, folders, zip and tar archives"


def supported() -> str:
    """The formats with the endings of file names, for messages."""
    files = [row for row in FORMATS if row.handing != "archive"]
    listed = ", ".join("/".join((*row.patterns[:2], *row.suffixes)) + _remark(row) for row in files)
    packed = "/".join(COMPRESSED)
    return f"{listed}; each also as {packed}; .zip, .tar, .tar.gz, .tar.bz2, .tar.xz; folders of these"


def _remark(row: Format) -> str:
    return " (with a column 'cif')" if row.name == "csv" else ""


_SPOKEN_FIRST = {"cif": 0, "poscar": 1, "xyz": 2, "json": 3, "jsonl": 4, "csv": 5}


def _function(place: str) -> Callable[..., Any]:
    module, _, name = place.partition(":")
    function: Callable[..., Any] = getattr(importlib.import_module(f"clics.readers.{module}"), name)
    return function
