"""vasprun.xml of VASP: every ionic step. Only the elements of structures are parsed; the rest is passed over."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from functools import partial
from io import BufferedReader
from typing import TYPE_CHECKING

import numpy as np

from clics.errors import CrystalError
from clics.readers.assemble import Matrix, bad, failing, numbers, record, steps_of_run
from clics.readers.decode_text import number, truncated
from clics.readers.record import Record, Step
from clics.readers.vasp_witnesses import Witnesses

if TYPE_CHECKING:
    from xml.etree.ElementTree import Element

_PIECE = 2**20
_MOST = 64 * 2**20
"""Bytes of one element; a structure of 100,000 sites takes 6 MiB."""
_ENDS = {b"<atominfo>": b"</atominfo>", b"<structure": b"</structure>", b"</modeling>": b"</modeling>"}
_BEGIN = re.compile(b"|".join(_ENDS))
_LONGEST = max(map(len, _ENDS))


def is_vasprun(head: bytes, _text: str) -> bool:
    """True where the root element of VASP's XML begins."""
    return b"<modeling>" in head[:4096]


def vasprun_steps(stream: BufferedReader, *, where: str) -> Iterator[Step]:
    """One step for the structure of every ionic step; the start alone where no step was finished.

    A final structure that equals the last ionic step is no step of its own.
    """
    return steps_of_run(_frames(stream, where))


def _frames(stream: BufferedReader, where: str) -> Iterator[Callable[[], Record]]:
    species: list[str] = []
    start: Callable[[], Record] | None = None
    last: tuple[Matrix, ...] = ()
    whole = False
    said = Witnesses()
    try:
        for tag, text in _elements(stream, where):
            if tag == b"</modeling>":
                whole = True
                break
            element = _parsed(text, where)
            if tag == b"<atominfo>":
                species = _species(element, where)
                continue
            name = element.get("name", "")
            if name.startswith("primitive"):
                continue
            arrays = _vectors(element, "basis", where), _vectors(element, "positions", where)
            _new_cell(said, element, arrays[0], where)
            if name == "initialpos":
                start = partial(_record, species, *arrays, said.cell_notes, where)
                said.listed = arrays[1]
            elif name != "finalpos" or not last or not all(map(np.array_equal, arrays, last)):
                yield partial(_record, species, *arrays, said.of_step(*arrays, species), where)
                last = arrays
    except CrystalError as error:
        yield failing(error)
        return
    if not last and start is not None:
        yield partial(_with_note, start, "no ionic step is finished; this is the structure at the start.")
    if not whole:
        yield failing(truncated(where, "</modeling> is missing: the run was ended, or goes on"))
    elif not last and start is None:
        raise bad(where, "this XML has no structure")


def _elements(stream: BufferedReader, where: str) -> Iterator[tuple[bytes, bytes]]:
    """Begin and text of every element that matters, in their order; the text in between is not kept."""
    buffer = b""
    while piece := stream.read(_PIECE):
        buffer += piece
        place = 0
        while begin := _BEGIN.search(buffer, place):
            ends = _ENDS[begin[0]]
            stop = buffer.find(ends, begin.start())
            if stop < 0:
                break
            place = stop + len(ends)
            yield begin[0], buffer[begin.start() : place]
        buffer = buffer[begin.start() :] if begin else buffer[max(place, len(buffer) - _LONGEST) :]
        if len(buffer) > _MOST:
            raise CrystalError(f"{where}: one element is larger than {_MOST >> 20} MiB.", kind="too-large")
    if _BEGIN.search(buffer):
        raise truncated(where, "within a structure")


def _parsed(text: bytes, where: str) -> Element:
    from xml.etree import ElementTree

    try:
        return ElementTree.fromstring(text)
    except ElementTree.ParseError as error:
        raise bad(where, f"a structure is no valid XML ({error})") from error


def _species(element: Element, where: str) -> list[str]:
    rows = [
        [(cell.text or "").strip() for cell in row.findall("c")]
        for row in element.iterfind("array[@name='atoms']/set/rc")
    ]
    names = [row[0] for row in rows if row]
    if not names or not all(names):
        raise bad(where, "the elements of the atoms are missing")
    of_type: dict[str, str] = {}
    for name, kind in (row[:2] for row in rows if len(row) > 1):
        if of_type.setdefault(kind, name) != name:
            raise bad(where, f"atoms of type {kind[:20]} are both {of_type[kind][:20]} and {name[:20]}")
    return names


def _vectors(element: Element, name: str, where: str) -> Matrix:
    rows = [(row.text or "").split() for row in element.iterfind(f".//varray[@name='{name}']/v")]
    return np.array([numbers(words, 3, f"a vector of '{name}'", where) for words in rows]).reshape(-1, 3)


def _new_cell(said: Witnesses, element: Element, basis: Matrix, where: str) -> None:
    try:
        reciprocal: Matrix | None = _vectors(element, "rec_basis", where)
        said.volume = number((element.findtext(".//i[@name='volume']") or "0").strip())
    except (CrystalError, ValueError):
        reciprocal = None  # nothing is read from these
    fitting = reciprocal is not None and reciprocal.shape == (3, 3)
    if basis.shape == (3, 3):
        said.new_cell(basis, reciprocal if fitting else None)


def _record(species: list[str], basis: Matrix, positions: Matrix, notes: Sequence[str], where: str) -> Record:
    if len(basis) != 3:
        raise bad(where, f"the cell has {len(basis)} of 3 vectors")
    if len(positions) != len(species):
        raise bad(where, f"{len(positions)} positions for {len(species)} atoms")
    return record(basis, species, positions, where=where, cartesian=False, notes=notes)


def _with_note(frame: Callable[[], Record], note: str) -> Record:
    found = frame()
    found.warnings.append(note)
    return found
