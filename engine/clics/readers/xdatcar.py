"""Files of VASP that begin as a POSCAR: the frames of XDATCAR, and the head of CHGCAR, LOCPOT and their like."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from functools import partial
from io import BufferedReader

from clics.errors import CrystalError
from clics.readers.assemble import bad, failing, no_cell, steps_of_run
from clics.readers.line_stream import LineStream
from clics.readers.poscar import is_poscar, read_poscar
from clics.readers.record import Record, Step

_FRAME = re.compile(r"^[ \t]*(?:(direct|cartesian)[ \t]+configuration|konfig)[ \t]*=", re.IGNORECASE)
_FRAME_LINE = re.compile(_FRAME.pattern, re.IGNORECASE | re.MULTILINE)
_GRID = re.compile(r"\n[ \t]*\n[ \t]*\d+[ \t]+\d+[ \t]+\d+[ \t]*\n")
_MOST_HEAD_LINES = 2000
MAX_ATOMS = 10_000_000


def is_xdatcar(_head: bytes, text: str) -> bool:
    """True where frames are announced behind the head of a POSCAR."""
    return bool(_FRAME_LINE.search(text)) and is_poscar(b"", text)


def is_volumetric(_head: bytes, text: str) -> bool:
    """True where the size of a grid follows the atoms of a POSCAR."""
    return bool(_GRID.search(text)) and is_poscar(b"", text)


def xdatcar_steps(stream: BufferedReader, *, where: str) -> Iterator[Step]:
    """One step a frame; a frame without a head of its own has the last cell (fixed cell)."""
    return steps_of_run(_frames(LineStream(stream, where=where), where))


def _frames(lines: LineStream, where: str) -> Iterator[Callable[[], Record]]:
    head: list[str] = []
    own: list[str] = []
    for line in lines:
        if not _FRAME.match(line):
            own.append(line)
            if len(own) > _MOST_HEAD_LINES:
                raise bad(where, f"line {lines.number}: no 'Direct configuration=' follows the head of the XDATCAR")
            continue
        if any(text.strip() for text in own):
            if len(own) < 6:
                yield failing(no_cell(where, f"line {lines.number}: the head of the frame states no cell"))
                return
            head = own
        own = []
        if not head:
            yield failing(no_cell(where, "the XDATCAR has no head with a cell"))
            return
        try:
            atoms = lines.take(_atoms_in(head, where), f"atoms of the frame before line {lines.number} are missing")
        except CrystalError as error:
            yield failing(error)
            return
        mode = "Cartesian" if line.strip()[:1] in "cC" else "Direct"
        yield partial(read_poscar, "\n".join([*head, mode, *atoms, ""]), where=where)
    if not head:
        raise bad(where, "there is no 'Direct configuration=' as in an XDATCAR")


def _atoms_in(head: list[str], where: str) -> int:
    """The sum of the counts, which may fill several lines."""
    count = sum(int(word) for line in head[5:] if re.fullmatch(r"[\d\s]+", line) for word in line.split())
    if count > MAX_ATOMS:
        raise CrystalError(f"{where}: {count} atoms are more than {MAX_ATOMS}.", kind="too-large")
    if not count:
        raise bad(where, "the head of the XDATCAR has no counts of atoms")
    return count


def volumetric_steps(stream: BufferedReader, *, where: str) -> Iterator[Step]:
    """The crystal in the head of a file of a charge density or potential; the grid is not read."""
    lines = LineStream(stream, where=where)
    head = lines.take(6, "the head of the file is not whole")
    while not re.match(r"^\s*[dDcCkK]", head[-1]) or len(head) < 7:
        if len(head) > _MOST_HEAD_LINES:
            raise bad(where, "neither 'Direct' nor 'Cartesian' follows the cell")
        head += lines.take(1, "the head of the file is not whole")
    counts = [line for line in head[5:] if re.fullmatch(r"[\d\s]+", line)]
    head += lines.take(_atoms_in([*[""] * 5, *counts], where), "atoms are missing")
    yield Step("", partial(read_poscar, "\n".join([*head, ""]), where=where))
