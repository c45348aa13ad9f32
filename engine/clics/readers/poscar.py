"""POSCAR and CONTCAR of VASP 5 and 6, and of VASP 4 where the file names its elements elsewhere."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from functools import partial
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from clics.crystals.atom_symbols import SYMBOLS, element_symbol
from clics.errors import CrystalError
from clics.readers.cif_formula import parse_formula
from clics.readers.decode_text import ends_within_number, number, truncated
from clics.readers.record import Record, Step, fractional
from clics.readers.site_labels import with_labels
from clics.results.check import Statement

_FLAGS = frozenset({"T", "F", ".TRUE.", ".FALSE."})
_DECIMAL = re.compile(r"[+-]?(\d+(?:\.\d*)?|\.\d+)([eE][+-]?\d+)?")
_COMMENT = re.compile(r"\s[!#]")
_NAMED = re.compile(r"^#?([A-Z][a-z]?)\d*$")


def is_poscar(_head: bytes, text: str) -> bool:
    """True where the third to fifth line are vectors below a factor, and the first is none."""
    lines = text.split("\n")
    if len(lines) < 7 or _is_vector(lines[0]) or not all(_is_vector(line) for line in lines[2:5]):
        return False
    return bool(_DECIMAL.match(lines[1].strip()))


def _is_vector(line: str) -> bool:
    words = line.split()
    return len(words) >= 3 and all(_DECIMAL.fullmatch(word) for word in words[:3])


def poscar_steps(text: str, *, where: str) -> Iterator[Step]:
    """The crystal of a POSCAR, or those of several in one file, which are numbered."""
    lines = text.split("\n")
    starts = [0, *(row for row in range(7, len(lines) - 6) if _begins_another(lines, row))]
    if len(starts) == 1:
        yield Step("", lambda: read_poscar(text, where=where))
        return
    for place, (start, end) in enumerate(pairwise([*starts, len(lines)]), start=1):
        part = "\n".join(lines[start:end])
        yield Step(str(place), partial(_of_several, part, where=f"{where} [{place}]"))


def _begins_another(lines: list[str], row: int) -> bool:
    """True for a title with a scale factor, three vectors and a line of symbols or counts below it.

    The velocities of the cell that VASP writes below the atoms have vectors in place of the last.
    """
    title, scale, *vectors, last = lines[row : row + 6]
    words, species = scale.split(), last.split()
    return (
        bool(words) and bool(_DECIMAL.fullmatch(words[0]))
        and all(_is_vector(vector) for vector in vectors) and not _is_vector(title)
        and bool(species) and (all(word.isdigit() for word in species) or species[0][:1].isalpha())
        and not _line_is_mode(title)
    )  # fmt: skip


def _line_is_mode(line: str) -> bool:
    """True for ``Direct`` or ``Cartesian``, with which positions and velocities begin."""
    return line.strip().lower() in ("direct", "cartesian", "selective dynamics")


def _of_several(text: str, *, where: str) -> Record:
    return replace(read_poscar(text, where=where), alone=False)


def read_poscar(text: str, *, where: str) -> Record:
    """Parse a POSCAR (https://www.vasp.at/wiki/POSCAR): scale factor or volume, symbols, counts, direct or Cartesian.

    Files of VASP 4 have no line of symbols; then the ends of the lines of the atoms name the elements, or the first
    line does. Raises CrystalError: ``no-symbols`` where neither does, ``truncated``, ``bad-poscar``.
    """
    lines = text.split("\n")
    if sum(map(_is_vector, lines[2:5])) < 2:
        raise CrystalError(f"{where}: this is no POSCAR: the lines 3 to 5 are no vectors of a cell.", kind="bad-poscar")
    if len(lines) < 8:
        raise truncated(where, f"{len(lines)} lines; a POSCAR has at least 8")
    lattice, scale = _cell(lines, where)
    symbols, counts, row, warnings = _species(lines, where)
    if sum(counts) > len(lines) - row:
        raise truncated(where, f"{sum(counts)} atoms announced, {max(0, len(lines) - row - 1)} lines left")
    mode = _line(lines, row, where)
    if mode[:1] in "sS":
        row += 1
        mode = _line(lines, row, where)
    if mode[:1] not in "dDfFcCkK":
        raise _bad(where, row, "neither 'Direct' nor 'Cartesian'")
    coords = _coordinates(lines, row + 1, sum(counts), where)
    named = [symbol for symbol, count in zip(symbols, counts, strict=True) for _ in range(count)]
    warnings += _odd_ends(lines[row + 1 :], named)
    if row + 1 + sum(counts) >= len(lines) and ends_within_number(text):
        raise truncated(where, "the last number is cut")
    sites_at = fractional(lattice, coords * scale, where=where) if mode[:1] in "cCkK" else coords.tolist()
    sites = [[(symbol, 1.0)] for symbol in named]
    title = lines[0].strip()[:200]
    statements = _title_statement(title, named)
    warnings += [each.sentence for each in statements if not each.agrees]
    found = Record(lattice.tolist(), sites, sites_at, warnings=warnings,
                   provenance={"title": title} if title else {}, statements=statements)  # fmt: skip
    return with_labels(found, [[label] for label in _labels(lines[row + 1 :], named)])


def _title_statement(title: str, named: list[str]) -> list[Statement]:
    """The title where it is plainly a formula of several elements; it is free text otherwise."""
    formula = parse_formula(title, "line 1")
    if formula is None or len(formula.counts) < 2 or SYMBOLS.issuperset(title.split()):  # a list of elements
        return []
    counted = {symbol: float(named.count(symbol)) for symbol in dict.fromkeys(named)}
    found = "".join(f"{symbol}{amount:g}" for symbol, amount in counted.items())
    return [Statement("title", formula.tag, f"'{title[:60]}'", found, formula.agrees(counted))]


def _bad(where: str, row: int, why: str) -> CrystalError:
    return CrystalError(f"{where}: line {row + 1} of the POSCAR has {why}.", kind="bad-poscar")


def _line(lines: list[str], row: int, where: str) -> str:
    if row >= len(lines):
        raise truncated(where, f"no line {row + 1}")
    return lines[row].strip()


def _numbers(lines: list[str], row: int, where: str, count: int) -> list[float]:
    words = _line(lines, row, where).split()[:count]
    try:
        values = [number(word) for word in words]
    except ValueError as error:
        raise _bad(where, row, f"no {count} numbers") from error
    if len(values) < count:
        if row >= len(lines) - 1:
            raise truncated(where, f"line {row + 1} is not whole")
        raise _bad(where, row, f"only {len(values)} of {count} numbers")
    return values


def _cell(lines: list[str], where: str) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Rows a, b, c in Å, and what Cartesian coordinates are multiplied with: one factor, or one per x, y, z."""
    factors = 3 if len(lines[1].split()) >= 3 and _is_number(lines[1].split()[1]) else 1
    scale = np.array(_numbers(lines, 1, where, factors))
    lattice = np.array([_numbers(lines, row, where, 3) for row in (2, 3, 4)])
    if factors == 1 and scale[0] < 0:  # minus the volume of the cell in Å³
        with np.errstate(all="ignore"):
            volume = abs(np.linalg.det(lattice))
            scale = (-scale / volume) ** (1 / 3)
    return lattice * scale, scale


def _is_number(word: str) -> bool:
    try:
        number(word)
    except ValueError:
        return False
    return True


def _species(lines: list[str], where: str) -> tuple[list[str], list[int], int, list[str]]:
    """Symbols, counts, the row after them, warnings. VASP breaks both lists into lines of twenty when they are long."""
    row = 5
    words: list[str] = []
    while row < len(lines) and lines[row].split() and not lines[row].split()[0].isdigit():
        words += _COMMENT.split(lines[row], maxsplit=1)[0].split()
        row += 1
        if len(words) > 10_000:
            raise _bad(where, row, "no count of atoms")
    if not words:
        return _species_of_vasp4(lines, where)
    symbols, warnings = [], []
    for word in words:
        # VASP 6 writes "Mg_pv/f474ac0d": the symbol, the variant of the potential, its hash.
        symbol, note = element_symbol(word.split("/")[0].split("_")[0], where=where)
        symbols.append(symbol)
        warnings += [note] if note and note not in warnings else []
    counts: list[int] = []
    while len(counts) < len(symbols):
        numbers = _COMMENT.split(_line(lines, row, where), maxsplit=1)[0].split()
        if not numbers or not all(word.isdigit() and len(word) < 10 for word in numbers):
            raise _bad(where, row, f"not the {len(symbols)} counts of the {len(symbols)} symbols")
        counts += [int(word) for word in numbers]
        row += 1
    if len(counts) != len(symbols):
        raise _bad(where, row - 1, f"{len(counts)} counts for {len(symbols)} symbols")
    return symbols, counts, row, warnings


def _species_of_vasp4(lines: list[str], where: str) -> tuple[list[str], list[int], int, list[str]]:
    """As :func:`_species` where line 6 holds the counts: symbols from the lines of the atoms, else from the first line."""
    words = _line(lines, 5, where).split()
    counts = [int(word) for word in words if word.isdigit() and len(word) < 10]
    first = 7 + (_line(lines, 6, where)[:1] in "sS")
    ends = [_named_at_end(row) for row in lines[first : first + min(sum(counts), len(lines))]]
    starts = np.cumsum([0, *counts])
    groups = [set(ends[start:end]) for start, end in pairwise(starts)]
    # The first line is free text: it counts only where it is nothing but one symbol for every count.
    for symbols, place in (
        ([group.pop() if len(group) == 1 else "" for group in groups], "the lines of the atoms"),
        (lines[0].split(), "the first line"),
    ):
        if counts and len(symbols) == len(counts) == len(words) and all(each in SYMBOLS for each in symbols):
            note = f"line 6 names no elements (the format of VASP 4); {' '.join(symbols)} is taken from {place}."
            return symbols, counts, 6, [note]
    raise CrystalError(
        f"{where}: line 6 names no elements (the format of VASP 4); write the element symbols above the counts.",
        kind="no-symbols")  # fmt: skip


def _named_at_end(row: str) -> str:
    """The element that ends the line of an atom (``0.5 0.5 0 Na1``, ``… T T F # Na``), "" if none does."""
    words = row.split()[3:]
    if words[:3] and all(word.upper() in _FLAGS for word in words[:3]) and len(words) >= 3:
        words = words[3:]
    match = _NAMED.match(words[-1]) if words else None
    return match[1] if match else ""


def _coordinates(lines: list[str], row: int, count: int, where: str) -> NDArray[np.float64]:
    available = sum(1 for line in lines[row : row + count] if line.strip())
    if available < count and not any(line.strip() for line in lines[row + available :]):
        raise truncated(where, f"{available} of {count} atoms")
    return np.array([_numbers(lines, row + atom, where, 3) for atom in range(count)]).reshape(-1, 3)


def _labels(rows: list[str], named: list[str]) -> list[str]:
    """The labels that end the lines of the atoms (``… Na1``, ``… # O2``), where all lines have one of their element."""
    labels = [words[-1].lstrip("#!") if len(words := row.split()) > 3 else "" for row in rows[: len(named)]]
    pairs = list(zip(labels, named, strict=False))
    fits = all(re.fullmatch(rf"{symbol}[A-Za-z]?\d*[A-Za-z']?", label) for label, symbol in pairs)
    return (
        labels
        if fits and len(pairs) == len(named) and any(label != symbol for label, symbol in pairs)
        else [""] * len(named)
    )


def _odd_ends(rows: list[str], named: list[str]) -> list[str]:
    """A warning where an atom's three numbers are followed by a fourth, or by another element than the header's."""
    for atom, (row, symbol) in enumerate(zip(rows, named, strict=False), start=1):
        extra = row.split()[3:]
        if extra and (_is_number(extra[0]) or (extra[-1] in SYMBOLS and extra[-1] not in ("F", symbol))):
            return [f"the line of atom {atom} ends in '{' '.join(extra)[:30]}', which does not fit {symbol}."]
    return []
