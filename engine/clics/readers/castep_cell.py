"""``.cell`` of CASTEP: blocks of the lattice and of the positions (CASTEP documentation, "cell file")."""

from __future__ import annotations

import re
from collections.abc import Iterator

import numpy as np

from clics.errors import CrystalError
from clics.readers.assemble import (
    BOHR,
    Matrix,
    bad,
    cell_of_parameters,
    no_cell,
    numbers,
    symbol_of_label,
    symbol_of_number,
)
from clics.readers.decode_text import truncated
from clics.readers.record import Occupants, Record, Step, fractional
from clics.readers.site_labels import with_labels

_BLOCK = re.compile(r"^[ \t]*%BLOCK[ \t]+(LATTICE_CART|LATTICE_ABC|POSITIONS_FRAC|POSITIONS_ABS)\b",
                    re.MULTILINE | re.IGNORECASE)  # fmt: skip
_UNITS = {"ang": 1.0, "bohr": BOHR, "a0": BOHR, "nm": 10.0, "pm": 0.01, "cm": 1e8, "m": 1e10}
_MIXTURE = re.compile(r"MIXTURE\s*[:=]\s*\(\s*(\d+)\s+([\d.]+)\s*\)", re.IGNORECASE)
_LABEL = re.compile(r"\bLABEL\s*[:=]\s*(\S+)", re.IGNORECASE)


def is_castep_cell(_head: bytes, text: str) -> bool:
    """True where a block of the lattice or of the positions begins."""
    return bool(_BLOCK.search(text))


def castep_cell_steps(text: str, *, where: str) -> Iterator[Step]:
    """The one crystal of a cell file."""
    yield Step("", lambda: _read(text, where))


def _read(text: str, where: str) -> Record:
    blocks = _blocks(text, where)
    lattice = _lattice(blocks, where)
    if ("positions_frac" in blocks) == ("positions_abs" in blocks):
        raise bad(where, "there should be one block of positions (POSITIONS_FRAC or POSITIONS_ABS)")
    absolute = "positions_abs" in blocks
    rows = blocks["positions_abs" if absolute else "positions_frac"]
    unit, rows = _unit(rows, where)
    sites: list[Occupants] = []
    labels: list[list[str]] = []
    at: list[list[float]] = []
    notes: dict[str, None] = {}
    mixed: dict[str, int] = {}
    for row in rows:
        words = row.split()
        name, position = words[0], numbers(words[1:], 3, f"the atom '{row[:30]}'", where)
        label = name.partition(":")[0]
        symbol, note = (
            (symbol_of_number(int(label[:4]), where), "") if label.isdecimal() else symbol_of_label(label, where)
        )
        notes |= {note: None} if note else {}
        if mixture := _MIXTURE.search(row):
            if mixture[1] in mixed:
                sites[mixed[mixture[1]]].append((symbol, numbers([mixture[2]], 1, "a weight", where)[0]))
                labels[mixed[mixture[1]]].append(_label(name, row))
                continue
            mixed[mixture[1]] = len(sites)
        sites.append([(symbol, numbers([mixture[2]], 1, "a weight", where)[0] if mixture else 1.0)])
        labels.append([_label(name, row)])
        at.append(position)
    if any(not 0 < sum(share for _, share in site) <= 1.001 for site in sites):
        raise CrystalError(f"{where}: the weights of a mixture do not add up to 1.", kind="bad-occupancy")
    positions = np.array(at).reshape(-1, 3)
    coords = fractional(lattice, positions * unit, where=where) if absolute else positions.tolist()
    return with_labels(Record(lattice.tolist(), sites, coords, warnings=list(notes)), labels)


def _label(name: str, row: str) -> str:
    """The label of an atom, ``LABEL=Fe1`` or the name of its species (``Fe:up``); "" for an atomic number."""
    stated = _LABEL.search(row)
    return stated[1] if stated else "" if name.isdecimal() else name


def _blocks(text: str, where: str) -> dict[str, list[str]]:
    """The lines of each block, without comments, by its name in lower case."""
    blocks: dict[str, list[str]] = {}
    name = ""
    for line in text.split("\n"):
        clean = re.split(r"[!#;]|(?i:\bcomment\b)", line, maxsplit=1)[0].strip()
        words = clean.lower().split()
        if words[:1] == ["%block"] and len(words) > 1:
            name = words[1]
            if name in blocks:
                raise bad(where, f"the block {name.upper()} is given twice")
            blocks[name] = []
        elif words[:1] == ["%endblock"]:
            name = ""
        elif name and clean:
            blocks[name].append(clean)
    if name in ("lattice_cart", "lattice_abc", "positions_frac", "positions_abs"):
        raise truncated(where, f"the block {name.upper()} has no end")
    return blocks


def _unit(rows: list[str], where: str) -> tuple[float, list[str]]:
    """Å of the unit of length in the first line of a block (Å where none is), and the lines behind it."""
    if rows and len(rows[0].split()) == 1 and rows[0].strip()[:1].isalpha():
        unit = rows[0].strip().lower()
        if unit not in _UNITS:
            raise bad(where, f"'{unit[:20]}' is no unit of length that is known ({', '.join(_UNITS)})")
        return _UNITS[unit], rows[1:]
    return 1.0, rows


def _lattice(blocks: dict[str, list[str]], where: str) -> Matrix:
    given = [name for name in ("lattice_cart", "lattice_abc") if name in blocks]
    if not given:
        raise no_cell(where)
    if len(given) > 1:
        raise bad(where, "the lattice is given twice (LATTICE_CART and LATTICE_ABC)")
    unit, rows = _unit(blocks[given[0]], where)
    words = [row.split() for row in rows]
    if given[0] == "lattice_cart":
        if len(words) != 3:
            raise bad(where, f"LATTICE_CART has {len(words)} of 3 vectors")
        return np.array([numbers(row, 3, "a vector of LATTICE_CART", where) for row in words]) * unit
    if len(words) != 2:
        raise bad(where, "LATTICE_ABC should be a line of lengths and a line of angles")
    lengths, angles = (numbers(row, 3, "a line of LATTICE_ABC", where) for row in words)
    return cell_of_parameters([*(length * unit for length in lengths), *angles], where)
