"""From what the files of simulation programs state to a record: elements, cell vectors, positions, frames of a run."""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import partial

import numpy as np
from numpy.typing import NDArray

from clics.crystals.atom_symbols import SYMBOLS, element_symbol
from clics.elements import BY_SYMBOL
from clics.errors import CrystalError
from clics.readers.decode_text import number
from clics.readers.record import Record, Step, fractional
from clics.readers.site_labels import with_labels

Matrix = NDArray[np.float64]

BOHR = 0.529177210903
"""Å; CODATA 2018."""
_SYMBOL_OF_NUMBER = {element.number: element.symbol for element in BY_SYMBOL.values()}
_LABEL = re.compile(r"^([A-Za-z]{1,2})(?![A-Za-z])")


def bad(where: str, text: str) -> CrystalError:
    """The error of a file that does not follow its format."""
    return CrystalError(f"{where}: {text}.", kind="bad-format")


def no_cell(where: str, text: str = "there is no unit cell") -> CrystalError:
    """The error of a file without three periodic directions."""
    return CrystalError(f"{where}: {text}; only periodic crystals can be read.", kind="no-cell")


def numbers(words: Sequence[str], count: int, what: str, where: str) -> list[float]:
    """The first ``count`` words as numbers. Raises CrystalError (``bad-format``), in which ``what`` names the place."""
    if len(words) < count:
        raise bad(where, f"{what} has {len(words)} of {count} numbers")
    try:
        return [number(word) for word in words[:count]]
    except ValueError as error:
        raise bad(where, f"{what} should be {count} numbers, not '{' '.join(words[:count])[:60]}'") from error


def count_of(word: str, what: str, where: str) -> int:
    """A count of atoms. Raises CrystalError (``bad-format``)."""
    if not (word.isascii() and word.isdecimal() and len(word) < 10):
        raise bad(where, f"{what} should be a count, not '{word[:30]}'")
    return int(word)


def symbol_of_number(atomic_number: int, where: str) -> str:
    """The element of an atomic number. Raises CrystalError of kind ``unknown-element``."""
    if atomic_number not in _SYMBOL_OF_NUMBER:
        raise CrystalError(f"{where}: there is no element {atomic_number}.", kind="unknown-element")
    return _SYMBOL_OF_NUMBER[atomic_number]


def symbol_of_label(label: str, where: str) -> tuple[str, str]:
    """The element of the name of a species, such as ``Fe1``, ``Fe_up``, ``O-h`` or ``Fe``, and a warning ("" if none).

    Raises:
        CrystalError: ``unknown-element`` for a name whose letters are more than a symbol.
    """
    match = _LABEL.match(label)
    if match and match[1].capitalize() in SYMBOLS:
        return match[1].capitalize(), ""
    return element_symbol(label, where=where)


def cell_of_parameters(parameters: Sequence[float], where: str) -> Matrix:
    """Rows a, b, c of a cell; a lies along x and b in the plane of x and y.

    Args:
        parameters: a, b, c (any unit of length), α, β, γ (degrees).
        where: Begins the message of an error.

    Raises:
        CrystalError: ``absurd-volume`` where the angles span no cell, ``not-finite`` for other numbers.
    """
    a, b, c = parameters[:3]
    if not all(map(math.isfinite, parameters)):
        raise CrystalError(f"{where}: a length or angle of the cell is not a finite number.", kind="not-finite")
    cos_a, cos_b, cos_g = (0.0 if angle == 90.0 else math.cos(math.radians(angle)) for angle in parameters[3:6])
    return cell_of_cosines(a, b, c, cos_a, cos_b, cos_g, where)


def cell_of_cosines(a: float, b: float, c: float, cos_a: float, cos_b: float, cos_g: float, where: str) -> Matrix:
    """As :func:`cell_of_parameters`, with the cosines of the angles."""
    square = 1 + 2 * cos_a * cos_b * cos_g - cos_a**2 - cos_b**2 - cos_g**2
    if not (all(math.isfinite(length) and length > 0 for length in (a, b, c)) and square > 0 and abs(cos_g) < 1):
        raise CrystalError(f"{where}: the lengths {a:g}, {b:g}, {c:g} and the angles of the cell span no cell.",
                           kind="absurd-volume")  # fmt: skip
    sin_g = math.sqrt(1 - cos_g**2)
    return np.array([
        [a, 0.0, 0.0],
        [b * cos_g, b * sin_g, 0.0],
        [c * cos_b, c * (cos_a - cos_b * cos_g) / sin_g, c * math.sqrt(square) / sin_g],
    ])  # fmt: skip


def record(
    lattice: Matrix, species: Sequence[str], positions: Matrix, *, where: str, cartesian: bool, name: str = "",
    notes: Iterable[str] = (), labels: Sequence[str] = (),
) -> Record:  # fmt: skip
    """The record of atoms that fill their sites.

    Args:
        lattice: Rows a, b, c in Å (3, 3).
        species: Names of species, one an atom (:func:`symbol_of_label`).
        positions: Fractional, or Cartesian in Å (n, 3).
        where: Begins the message of an error.
        cartesian: What ``positions`` are.
        name: Name that the file gives.
        notes: Warnings.
        labels: Of the atoms (n,); by default the names of their species.

    Raises:
        CrystalError: ``unknown-element``, and the kinds of :func:`clics.readers.record.fractional`.
    """
    known = {label: symbol_of_label(label, where) for label in dict.fromkeys(species)}
    warnings = [*notes, *(note for _, note in known.values() if note)]
    positions = np.asarray(positions, dtype=float).reshape(-1, 3)
    at = fractional(lattice, positions, where=where) if cartesian else positions.tolist()
    sites = [[(known[label][0], 1.0)] for label in species]
    found = Record(lattice.tolist(), sites, at, name=name[:200], warnings=list(dict.fromkeys(warnings)))
    return with_labels(found, [[label] for label in labels or species])


def steps_of_run(frames: Iterable[Callable[[], Record]]) -> Iterator[Step]:
    """One step for every frame of a run, named ``1``, ``2``, …; a note says which frame is the last.

    A run of one frame is a crystal without a name of its block.
    """
    waiting: Callable[[], Record] | None = None
    count = 0
    for frame in frames:
        if waiting is not None:
            yield Step(str(count), partial(_frame, waiting, f"frame {count} of a run, not its last."))
        waiting, count = frame, count + 1
    if waiting is not None and count == 1:
        yield Step("", waiting)
    elif waiting is not None:
        yield Step(str(count), partial(_frame, waiting, f"frame {count} of {count}, the last of the run."))


def _frame(parse: Callable[[], Record], note: str) -> Record:
    found = parse()
    found.alone = False
    found.warnings = [note, *found.warnings]
    return found


def failing(error: CrystalError) -> Callable[[], Record]:
    """A frame that is refused."""

    def raise_error() -> Record:
        raise error

    return raise_error
