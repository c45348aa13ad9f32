"""``.db`` of ASE: an SQLite file with one crystal a row. Only columns of numbers and names are read; nothing is unpickled."""

from __future__ import annotations

import json
from collections.abc import Iterator
from functools import partial

import numpy as np

from clics.errors import CrystalError
from clics.readers.assemble import bad, no_cell, record, symbol_of_number
from clics.readers.record import Record, Step

MAGIC = b"SQLite format 3\0"
_NAMES = ("material_id", "mpid", "name")
_WRITE_AHEAD = slice(18, 20)  # bytes of the head that say how the file is written; an image in memory has no log


def is_database(head: bytes, _text: str) -> bool:
    """True for the first bytes of an SQLite file in which ASE's table ``systems`` is created."""
    return head.startswith(MAGIC) and b"CREATE TABLE systems" in head


def database_steps(data: bytes, *, where: str) -> Iterator[Step]:
    """One step a row, named by its number."""
    import sqlite3

    image = bytearray(data)
    image[_WRITE_AHEAD] = b"\1\1"
    connection = sqlite3.connect(":memory:")
    try:
        connection.deserialize(bytes(image))
        connection.text_factory = lambda text: text.decode("utf-8", errors="replace")
        connection.execute("PRAGMA trusted_schema = OFF")
        kind = connection.execute("SELECT type FROM sqlite_master WHERE name = 'systems'").fetchone()
        if kind != ("table",):
            raise bad(where, "this SQLite file has no table 'systems' of ASE")
        columns = "id, numbers, positions, cell, pbc, key_value_pairs"
        rows = 0
        for row in connection.execute(f"SELECT {columns} FROM systems ORDER BY id"):
            rows += 1
            yield Step(str(row[0])[:20], partial(_read, row, where))
    except (sqlite3.Error, UnicodeDecodeError) as error:  # the latter where SQLite's own message is damaged text
        reason = " ".join(str(error).split())[:80] if isinstance(error, sqlite3.Error) else "names of its columns"
        raise CrystalError(f"{where}: the database is damaged ({reason}).", kind="bad-format") from error
    finally:
        connection.close()
    if not rows:
        raise CrystalError(f"{where}: the database has no rows.", kind="no-crystals")


def _read(row: tuple[object, ...], where: str) -> Record:
    number, numbers, positions, cell, pbc, pairs = row
    here = f"{where} row {str(number)[:20]}"
    charges = _array(numbers, "<i4", here)
    at, lattice = _array(positions, "<f8", here), _array(cell, "<f8", here)
    if lattice.size != 9 or at.size != 3 * charges.size:
        raise bad(
            here, f"{charges.size} atoms, {at.size} coordinates and {lattice.size} numbers of the cell do not fit"
        )
    if not lattice.any():
        raise no_cell(here)
    notes = [] if pbc == 7 else ["not periodic in all directions (pbc); it is read as a crystal of its whole cell."]
    species = [symbol_of_number(int(charge), here) for charge in charges]
    found = record(
        lattice.reshape(3, 3), species, at.reshape(-1, 3), where=here, cartesian=True, name=_name(pairs), notes=notes
    )
    found.alone = False
    return found


def _array(blob: object, kind: str, where: str) -> np.ndarray:
    if not isinstance(blob, bytes) or len(blob) % np.dtype(kind).itemsize:
        raise bad(where, "numbers, positions or cell are missing or damaged")
    return np.frombuffer(blob, kind)


def _name(pairs: object) -> str:
    """The name that the row gives among its key-value pairs."""
    try:
        values = json.loads(pairs) if isinstance(pairs, str) else {}
    except (ValueError, RecursionError):
        return ""
    return (
        next((values[key] for key in _NAMES if isinstance(values.get(key), str)), "")
        if isinstance(values, dict)
        else ""
    )
