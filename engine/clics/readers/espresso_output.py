"""Output of pw.x of Quantum ESPRESSO: the structure at the start, and that of every step of a relaxation or of dynamics."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from functools import partial
from io import BufferedReader

import numpy as np

from clics.errors import CrystalError
from clics.readers.assemble import BOHR, Matrix, bad, failing, numbers, record, steps_of_run
from clics.readers.decode_text import truncated
from clics.readers.espresso_input import card_unit, length_of
from clics.readers.line_stream import LineStream
from clics.readers.record import Record, Step

_AXIS = re.compile(r"^\s*a\(\d\) = \(([^)]*)\)")
_SITE = re.compile(r"^\s*\d+\s+(\S+)\s+tau\(\s*\d+\)\s*=\s*\(([^)]*)\)")
_NUMBER = re.compile(r"[-+]?\d+\.?\d*(?:[eE][-+]?\d+)?")


def is_espresso_output(_head: bytes, text: str) -> bool:
    """True where pw.x tells its name."""
    return "Program PWSCF" in text[:20000]


def espresso_output_steps(stream: BufferedReader, *, where: str) -> Iterator[Step]:
    """One step for the start and one for every later structure; a structure that is printed twice is one step."""
    return steps_of_run(_frames(LineStream(stream, where=where), where))


def _frames(lines: LineStream, where: str) -> Iterator[Callable[[], Record]]:
    run = _Run(where)
    last: tuple[Matrix, Matrix] | None = None
    try:
        for line in lines:
            found = run.read(line, lines)
            if found is None:
                continue
            names, lattice, positions = found
            # The final coordinates repeat the last step.
            if last is None or not (np.array_equal(last[0], lattice) and np.array_equal(last[1], positions)):
                last = lattice, positions
                yield partial(_record, names, dict(run.elements), lattice, positions, where)
    except CrystalError as error:
        yield failing(error)
        return
    if last is None:
        raise truncated(where, "no positions of atoms")


class _Run:
    """What the output has stated so far."""

    def __init__(self, where: str) -> None:
        self.elements: dict[str, str] = {}
        self._where, self._alat, self._count, self._types = where, 0.0, 0, 0
        self._lattice: Matrix | None = None
        self._started = False

    def read(self, line: str, lines: LineStream) -> tuple[list[str], Matrix, Matrix] | None:
        """Names, cell (Å) and Cartesian positions (Å) of a structure that ends here; None before one does."""
        where = self._where
        if "celldm(1)=" in line and not self._started:
            self._alat = numbers(line.partition("celldm(1)=")[2].split(), 1, "celldm(1)", where)[0] * BOHR
        elif "number of atoms/cell" in line:
            self._count = int(numbers(line.partition("=")[2].split(), 1, "the number of atoms", where)[0])
        elif "number of atomic types" in line:
            self._types = int(numbers(line.partition("=")[2].split(), 1, "the number of types", where)[0])
        elif line.strip().startswith("atomic species   valence"):
            self._read_species(lines)
        elif "crystal axes:" in line and not self._started:
            rows = [_AXIS.match(row) for row in lines.take(3, "the crystal axes are not whole")]
            self._lattice = self._alat * np.array(
                [numbers(_words(row[1], where) if row else [], 3, "a crystal axis", where) for row in rows]
            )
        elif "positions (alat units)" in line and not self._started:
            self._started = True
            sites = [_SITE.match(row) for row in lines.take(self._count, "positions are missing")]
            if self._lattice is None or not self._alat or not all(sites):
                raise bad(where, "the cell or the positions at the start cannot be read")
            named = dict.fromkeys(site[1] for site in sites if site)
            if self._types and len(named) > self._types:
                raise bad(where, f"{self._types} types of atoms are stated, and the atoms are {', '.join(named)[:80]}")
            at = [numbers(_words(site[2], where), 3, "an atom", where) for site in sites if site]
            return [site[1] for site in sites if site], self._lattice, np.array(at).reshape(-1, 3) * self._alat
        elif line.startswith("CELL_PARAMETERS"):
            self._read_cell(line, lines)
        elif line.startswith("ATOMIC_POSITIONS") and self._lattice is not None:
            return self._read_positions(line, lines, self._lattice)
        return None

    def _read_species(self, lines: LineStream) -> None:
        for row in lines:
            words = row.split()
            if len(words) < 4:
                return
            self.elements[words[0]] = re.sub(r"\(.*", "", words[3])  # the element of the pseudopotential

    def _read_cell(self, line: str, lines: LineStream) -> None:
        unit, _, value = card_unit(line).partition("=")
        scale = self._alat
        if value:
            scale = numbers(value.split(), 1, "alat", self._where)[0] * BOHR
        elif unit.strip() != "alat":
            scale = length_of(unit.strip(), 0.0, self._where)
        rows = [row.split() for row in lines.take(3, "CELL_PARAMETERS is not whole")]
        self._lattice = scale * np.array([numbers(row, 3, "a vector of CELL_PARAMETERS", self._where) for row in rows])

    def _read_positions(self, line: str, lines: LineStream, lattice: Matrix) -> tuple[list[str], Matrix, Matrix]:
        unit = card_unit(line)
        rows = [row.split() for row in lines.take(self._count, "atoms of a step are missing")]
        if not all(rows):
            raise truncated(self._where, "atoms of a step are missing")
        at = np.array([numbers(row[1:], 3, "an atom", self._where) for row in rows]).reshape(-1, 3)
        at = at @ lattice if unit == "crystal" else at * length_of(unit, self._alat, self._where)
        return [row[0] for row in rows], lattice, at


def _words(text: str, where: str) -> list[str]:
    """The numbers of a fixed format, in which they may touch. Raises CrystalError for what is no number."""
    if _NUMBER.sub("", text).strip():
        raise bad(where, f"'{text.strip()[:60]}' should be three numbers")
    return _NUMBER.findall(text)


def _record(names: list[str], elements: dict[str, str], lattice: Matrix, positions: Matrix, where: str) -> Record:
    species = [elements.get(name, name) for name in names]
    return record(lattice, species, positions, where=where, cartesian=True, labels=names)
