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
from clics.readers.vasp_witnesses import Witnesses

_BEGIN = re.compile(r"\s*vasp\.\d")
_TITLE = re.compile(r"\s*POTCAR:\s+\S+\s+([A-Z][a-z]?)(?![a-z])")  # shortened files have no VRHFIN
_NUMBER = r"\s*(-?\d+\.\d+)"  # of fixed formats, in which numbers may touch
_ROW = re.compile(rf"{_NUMBER}{_NUMBER}{_NUMBER}(.*?)\s*")
_FURTHER = r"\s*(?:-?\d+\.\d+|[-+]?NaN|\*+)"  # stars where a force is too large for its columns
_COUNTED = re.compile(r"NIONS\s*=\s*(\d{1,9})(?!\d)")
_ITERATION = re.compile(r"Iteration\s+(\d{1,9})\(")
_VOLUME = re.compile(r"\s*volume of cell :\s*(\d{1,12}\.\d+)\s*")
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
    said = Witnesses()
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
            elif (match := _COUNTED.search(line)) is not None:
                said.counted = int(match[1])
            elif (match := _VOLUME.fullmatch(line)) is not None:
                said.volume = float(match[1])
            elif (match := _ITERATION.search(line)) is not None:
                said.ionic_step = int(match[1])
            elif "direct lattice vectors" in line:
                rows = lines.take(3, "a cell is not whole")
                lattice = _rows(rows, (0, 3), "the cell", where)
                said.new_cell(lattice, _further(rows))
            elif "position of ions in fractional coordinates" in line and start is None and lattice is not None:
                atoms = lines.take(_count(counts, where), "positions are missing")
                said.listed = _if_whole(atoms)
                start = partial(_start, elements, titles, counts, lattice, atoms, said, where)
            elif "position of ions in cartesian coordinates" in line and said.listed is not None:
                said.listed_cartesian = _if_whole([row for row, _ in zip(lines, said.listed, strict=False)])
            elif "TOTAL-FORCE (eV/Angst)" in line and "POSITION" in line:
                if lattice is None:
                    raise bad(where, f"line {lines.number}: no cell stands above the positions")
                atoms = lines.take(_count(counts, where) + 1, "the positions of an ionic step are not whole")[1:]
                yield _step(elements, titles, counts, lattice, atoms, said, where)
                finished += 1
            elif "General timing and accounting" in line:
                ended = True
    except CrystalError as error:
        yield failing(error)
        return
    if finished == 0:
        if start is None:
            raise truncated(where, "no positions of atoms") if not ended else bad(where, "there are no positions")
        yield start


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


def _if_whole(lines: list[str]) -> Matrix | None:
    """Three numbers of each line (n, 3); None where a line has other contents."""
    found = [_ROW.fullmatch(line) for line in lines]
    rows = [match.groups()[:3] for match in found if match is not None and not match[4]]
    return np.array(rows, dtype=float) if rows and len(rows) == len(lines) else None


def _further(lines: list[str]) -> Matrix | None:
    """The three numbers behind the first three of each line (n, 3); None where there are none."""
    behind = [match[4] for match in map(_ROW.fullmatch, lines) if match is not None]
    return _if_whole(behind)


def _species(elements: list[str], titles: list[str], counts: list[int], where: str) -> list[str]:
    # Some versions name every potential twice.
    stated = elements or titles
    named = stated[: len(counts)]
    if len(named) != len(counts) or stated not in (named, 2 * named):
        raise bad(where, f"{len(stated)} potentials (VRHFIN or POTCAR) for {len(counts)} counts of atoms")
    if titles and set(titles) != set(named):
        raise bad(where, f"the potentials are titled {', '.join(dict.fromkeys(titles))}, and are of {', '.join(named)} "
                  "by VRHFIN")  # fmt: skip
    times, rest = divmod(len(titles), len(named))
    if not rest and titles != times * named:
        raise bad(
            where, f"the potentials are titled {', '.join(titles[: len(named)])}, and are in another order by VRHFIN"
        )
    return [symbol for symbol, count in zip(named, counts, strict=True) for _ in range(count)]


def _step(
    elements: list[str], titles: list[str], counts: list[int], lattice: Matrix, atoms: list[str], said: Witnesses, where: str
) -> Callable[[], Record]:  # fmt: skip
    """An ionic step; what it is compared with changes with the next one, so that its numbers are taken now."""
    try:
        species = _species(elements, titles, counts, where)
        positions = _rows(atoms, (3,), "the positions", where)
    except CrystalError as error:
        return failing(error)
    notes = said.of_step(lattice, positions @ np.linalg.pinv(lattice), species)
    return partial(record, lattice, species, positions, where=where, cartesian=True, notes=notes)


def _start(
    elements: list[str], titles: list[str], counts: list[int], lattice: Matrix, atoms: list[str], said: Witnesses, where: str
) -> Record:  # fmt: skip
    species = _species(elements, titles, counts, where)
    positions = _rows(atoms, (0,), "the positions", where)
    notes = ["no ionic step is finished; this is the structure at the start.", *said.of_start(lattice, len(species))]
    return record(lattice, species, positions, where=where, cartesian=False, notes=notes)
