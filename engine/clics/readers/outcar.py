"""OUTCAR of VASP: the structure of every ionic step. The file is read as a stream, whatever its size."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from functools import partial
from io import BufferedReader

import numpy as np

from clics.errors import CrystalError
from clics.readers.assemble import Matrix, bad, count_of, failing, record, steps_of_run
from clics.readers.decode_text import truncated
from clics.readers.line_stream import LineStream
from clics.readers.record import Record, Step

_BEGIN = re.compile(r"\s*vasp\.\d")
_TITLE = re.compile(r"\s*POTCAR:\s+\S+\s+([A-Z][a-z]?)(?![a-z])")  # shortened files have no VRHFIN
_NUMBER = r"\s*(-?\d+\.\d+)"  # of fixed formats, in which numbers may touch
_ROW = re.compile(rf"{_NUMBER}{_NUMBER}{_NUMBER}(.*?)\s*")
_FURTHER = r"\s*(?:-?\d+\.\d+|[-+]?NaN|\*+)"  # stars where a force is too large for its columns
_MOST_ATOMS = 10_000_000


def is_outcar(_head: bytes, text: str) -> bool:
    """True where the version of VASP stands at the begin."""
    return bool(_BEGIN.match(text)) or ("direct lattice vectors" in text and "VRHFIN" in text)


def outcar_steps(stream: BufferedReader, *, where: str) -> Iterator[Step]:
    """One step for every ionic step with forces; the start alone where none was finished."""
    return steps_of_run(_frames(LineStream(stream, where=where), where))


def _frames(lines: LineStream, where: str) -> Iterator[Callable[[], Record]]:
    elements, titles, counts = list[str](), list[str](), list[int]()
    lattice: Matrix | None = None
    start: Callable[[], Record] | None = None
    finished = 0
    ended = False
    try:
        for line in lines:
            if "VRHFIN" in line:
                elements.append(line.partition("=")[2].partition(":")[0].strip())
            elif (match := _TITLE.match(line)) is not None:
                titles.append(match[1])
            elif "ions per type" in line:
                counts = [count_of(word, "'ions per type'", where) for word in line.partition("=")[2].split()]
            elif "direct lattice vectors" in line:
                lattice = _rows(lines.take(3, "a cell is not whole"), (0, 3), "the cell", where)
            elif "position of ions in fractional coordinates" in line and start is None and lattice is not None:
                atoms = lines.take(_count(counts, where), "positions are missing")
                start = partial(_record, elements, titles, counts, lattice, atoms, False, where)
            elif "TOTAL-FORCE (eV/Angst)" in line and "POSITION" in line:
                if lattice is None:
                    raise bad(where, f"line {lines.number}: no cell stands above the positions")
                atoms = lines.take(_count(counts, where) + 1, "the positions of an ionic step are not whole")[1:]
                yield partial(_record, elements, titles, counts, lattice, atoms, True, where)
                finished += 1
            elif "General timing and accounting" in line:
                ended = True
    except CrystalError as error:
        yield failing(error)
        return
    if finished == 0:
        if start is None:
            raise truncated(where, "no positions of atoms") if not ended else bad(where, "there are no positions")
        yield partial(_unfinished, start)


def _count(counts: list[int], where: str) -> int:
    if not 0 < sum(counts) <= _MOST_ATOMS:
        raise bad(where, "'ions per type' is missing or of no use")
    return sum(counts)


def _rows(lines: list[str], behind: tuple[int, ...], what: str, where: str) -> Matrix:
    """The first three numbers of each line.

    Args:
        lines: The lines.
        behind: How many further numbers a line may have: reciprocal vectors, forces.
        what: Names the lines in errors.
        where: Begins the message of an error.

    Raises:
        CrystalError: A line has other contents (kind ``bad-format``).
    """
    rows = []
    for line in lines:
        found = _ROW.fullmatch(line)
        further = found and next((count for count in behind if re.fullmatch(_FURTHER * count, found[4])), None)
        if found is None or further is None:
            raise bad(where, f"a line of {what} should have {3 + behind[-1]} numbers: '{line.strip()[:60]}'")
        rows.append(found.groups()[:3])
    return np.array(rows, dtype=float)


def _record(
    elements: list[str],
    titles: list[str],
    counts: list[int],
    lattice: Matrix,
    atoms: list[str],
    cartesian: bool,
    where: str,
) -> Record:
    # Some versions name every potential twice.
    stated = elements or titles
    named = stated[: len(counts)]
    if len(named) != len(counts) or stated not in (named, 2 * named):
        raise bad(where, f"{len(stated)} potentials (VRHFIN or POTCAR) for {len(counts)} counts of atoms")
    if titles and set(titles) != set(named):
        raise bad(where, f"the potentials are titled {', '.join(dict.fromkeys(titles))}, and are of {', '.join(named)} "
                  "by VRHFIN")  # fmt: skip
    species = [symbol for symbol, count in zip(named, counts, strict=True) for _ in range(count)]
    positions = _rows(atoms, (3,) if cartesian else (0,), "the positions", where)
    return record(lattice, species, positions, where=where, cartesian=cartesian)


def _unfinished(start: Callable[[], Record]) -> Record:
    found = start()
    found.warnings.append("no ionic step is finished; this is the structure at the start.")
    return found
