"""Files of one calculation in a folder: which of them tells its result, and what the calculation is called.

Programs call their files by fixed names (``CONTCAR``, ``geometry.in``) or by endings behind a common stem (``x.fdf``,
``x.STRUCT_OUT``). Of each calculation one file is read: results before inputs, the most precise of them first.
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterable
from dataclasses import dataclass

from clics.readers import formats
from clics.readers.registry import COMPRESSED

_VASP_RESULTS = (
    "contcar",
    "vasprun.xml",
    "outcar",
    "xdatcar",
    "chgcar",
    "aeccar0",
    "aeccar2",
    "locpot",
    "elfcar",
    "chg",
)
_FIXED = ((*_VASP_RESULTS, "poscar"), ("geometry.in.next_step", "geometry.in"), ("fort.34",), ("phonopy.yaml",))
"""Names by program, in lower case, the first before the last; what is named last is an input."""
_STAGE = re.compile(r"\.(?:relax(\d{1,3})|orig|initial|static|final)$")
_LATER = {"orig": -1, "initial": -1, "static": 1000, "final": 1001}
_ENDINGS = (
    (".struct_out", ".xv", ".fdf"),
    (".pwo", ".pwi"),
    ("-out.cell", ".cell"),
    (".gui", ".f34", ".d12"),
    (".out", ".in"),
)
_STAGES = re.compile(r"^(?:\d+|(?:\d+[-_])?(?:relax|opt|static|scf|nscf|bands?|dos|run|calc|vasp|output|final)[-_]?\d*)$",
                     re.IGNORECASE)  # fmt: skip
_PLACES = frozenset({"downloads", "desktop", "documents", "tmp", "temp", "home", ""})


@dataclass(frozen=True, slots=True)
class Calculation:
    """One calculation: its name, and the paths of its files, the one to read first."""

    name: str
    paths: tuple[str, ...]


def calculations(folder: str, names: Iterable[str]) -> list[str | Calculation]:
    """The files of a folder by calculations.

    Args:
        folder: Its path.
        names: Names of files with crystals in it, in their order.

    Returns:
        Paths of files that belong to none, and calculations, each in the place of its first file.
    """
    groups: dict[tuple[object, ...], list[tuple[tuple[int, ...], str]]] = {}
    for name in names:
        key, rank = _place(name)
        groups.setdefault(key, []).append((rank, name))
    entries: list[str | Calculation] = []
    for key, members in groups.items():
        paths = tuple(os.path.join(folder, name) for _, name in sorted(members))
        entries.append(Calculation(name_of(paths[0]), paths) if isinstance(key[0], int) else paths[0])
    return entries


def _place(name: str) -> tuple[tuple[object, ...], tuple[int, ...]]:
    """What the files of one calculation have in common, and the rank of this file among them."""
    lower = _plain(name)
    stage = 999
    if match := _STAGE.search(lower):
        stage = int(match[1]) if match[1] else _LATER[match[0][1:]]
        lower = lower[: match.start()]
    for program, fixed in enumerate(_FIXED):
        if lower in fixed:
            is_input = lower == fixed[-1]
            return (program,), (is_input, -stage, fixed.index(lower))
    for number, endings in enumerate(_ENDINGS):
        for rank, ending in enumerate(endings):
            if _plain(name).endswith(ending):
                return (number, _plain(name)[: -len(ending)]), (rank,)
    return (name,), (0,)


def _plain(name: str) -> str:
    """A name in lower case without the ending of its compression."""
    lower = name.lower()
    ending = next((ending for ending in COMPRESSED if lower.endswith(ending)), "")
    return lower[: len(lower) - len(ending)]


def name_of(source: str) -> str:
    """The name of a crystal by its source: that of the file, or that of its folder where the file has a fixed name.

    ``runs/LiCoO2/vasprun.xml`` is ``LiCoO2``, ``runs/LiCoO2/relax2/CONTCAR`` is ``LiCoO2:relax2``, and
    ``archive.zip!folder/name.cif`` is ``name``. A file in a folder such as ``Downloads`` keeps its own name.
    """
    archive, inside, member = source.rpartition("!")
    path = member if inside else os.path.abspath(source)
    own = formats.stem(os.path.basename(path))
    common, _ = _place(os.path.basename(path))
    if not isinstance(common[0], int) or len(common) > 1:
        return own
    folders = [part for part in os.path.dirname(path).replace("\\", "/").split("/") if part]
    if inside and not folders:
        folders = [formats.stem(os.path.basename(archive))]
    if not folders or folders[-1].lower() in _PLACES or path == os.path.expanduser(f"~/{os.path.basename(path)}"):
        return own
    if _STAGES.match(folders[-1]) and len(folders) > 1 and folders[-2].lower() not in _PLACES:
        return f"{folders[-2]}:{folders[-1]}"
    return folders[-1]
