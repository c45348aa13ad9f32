"""The catalogue of a library: rows and statistics, without structures, facts and embeddings.

It needs SQLite alone, so that a program lists a library without numpy and without the language of concepts.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import fields
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Any, Self

from clics.errors import InputError
from clics.library import geometry_labels, statistics
from clics.library.database import BUSY_SECONDS, Database, Mode
from clics.library.sql_condition import EVERYTHING, Condition
from clics.results.library import LibraryGeometryRow, LibraryInfo, LibraryRow

if TYPE_CHECKING:
    from clics.crystals.crystal import Refusal

ORDERS = {
    "added": "key",
    "id": "id",
    "formula": "formula, id",
    "sites": "sites, id",
    "space_group": "space_group, id",
}
"""Orders of rows: name → columns of the ORDER BY clause."""

ROW_COLUMNS = (
    "id, formula, elements, sites, ordered, space_group_symbol, space_group, crystal_system, dimensionality, mineral, "
    "source, block, undescribed, CASE WHEN json_valid(provenance) THEN json_extract(provenance, '$.warnings') END"
)
"""Columns of the table ``crystal`` that make a row, in the order of :class:`~clics.results.library.LibraryRow`."""
_TEXT, _NUMBER = (str, type(None)), (int, type(None))
_TYPES: tuple[Any, ...] = (str, str, str, int, int, _TEXT, _NUMBER, _TEXT, _NUMBER, _TEXT, str, str, _TEXT, object)


class Catalogue:
    """An open library file, as far as lists and statistics need it; :class:`~clics.library.store.Library` has the rest.

    Attributes:
        path: The library file.
        database: The connection to it.
    """

    def __init__(self, path: str | Path, mode: Mode = "read", *, busy_seconds: float = BUSY_SECONDS) -> None:
        self.path = Path(path)
        self.database = Database(self.path, mode, busy_seconds=busy_seconds)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def __len__(self) -> int:
        """Number of crystals."""
        return self.count()

    def close(self) -> None:
        """Close the file. Closing twice does nothing."""
        self.database.close()

    @property
    def name(self) -> str:
        """The library's name, which is stored in the file."""
        return str(self.database.value("SELECT value FROM meta WHERE name = 'name'"))

    @property
    def revision(self) -> int:
        """A number that grows with every change of crystals or embeddings, whichever program makes it."""
        stored = self.database.value("SELECT value FROM meta WHERE name = 'revision'")
        try:
            return int(stored)
        except (ValueError, TypeError) as error:
            raise self.database.damaged("its revision is no number") from error

    def key(self, crystal_id: str) -> int:
        """The key of a crystal.

        Raises:
            InputError: No crystal has this id (kind ``unknown-id``).
        """
        row = self.database.row("SELECT key FROM crystal WHERE id = ?", (crystal_id,))
        if row is None:
            raise InputError(f"There is no crystal '{crystal_id}' in the library {self.name}.", kind="unknown-id")
        return int(row[0])

    def count(self, where: Condition = EVERYTHING) -> int:
        """Number of crystals that fulfil a condition."""
        return int(self.database.value(f"SELECT count(*) FROM crystal WHERE {where.sql}", where.parameters))

    def rows(
        self, where: Condition = EVERYTHING, *, order: str = "added", limit: int | None = None, offset: int = 0
    ) -> Iterator[LibraryRow]:
        """Rows of the crystals that fulfil a condition, one by one.

        Args:
            where: The condition.
            order: A key of :data:`ORDERS`; with a minus before it, the reverse.
            limit: Largest number of rows; None for all.
            offset: Number of rows to skip first.

        Raises:
            InputError: Unknown order (kind ``bad-order``).
        """
        for row in self.database.rows(*self._query(ROW_COLUMNS, where, order, limit, offset)):
            yield self.row_of(row)

    def geometry_rows(
        self, where: Condition = EVERYTHING, *, order: str = "added", limit: int | None = None
    ) -> Iterator[LibraryGeometryRow]:
        """The same rows with the shapes and networks that the library stores; arguments are those of :meth:`rows`."""
        for row in self.database.rows(*self._query(f"{ROW_COLUMNS}, {geometry_labels.COLUMN}", where, order, limit, 0)):
            *columns, stored = row
            plain = self.row_of(tuple(columns))
            shapes, networks = geometry_labels.geometry_labels(stored)
            values = {each.name: getattr(plain, each.name) for each in fields(plain)}
            yield LibraryGeometryRow(**values, shapes=shapes, networks=networks)

    def _query(
        self, columns: str, where: Condition, order: str, limit: int | None, offset: int
    ) -> tuple[str, tuple[Any, ...]]:
        """The statement that reads columns of crystals, and its values."""
        by = ORDERS.get(order.removeprefix("-"))
        if by is None:
            raise InputError(f"Rows can be ordered by {', '.join(ORDERS)}, not by '{order}'.", kind="bad-order")
        if order.startswith("-"):
            by = ", ".join(f"{column} DESC" for column in by.split(", "))
        sql = f"SELECT {columns} FROM crystal WHERE {where.sql} ORDER BY {by} LIMIT ? OFFSET ?"
        return sql, (*where.parameters, -1 if limit is None else limit, offset)

    def row_of(self, values: tuple[Any, ...]) -> LibraryRow:
        """The row of a crystal from the values of :data:`ROW_COLUMNS`.

        Raises:
            LibraryError: A value has a type that this program does not store (kind ``damaged``).
        """
        if any(not isinstance(value, kind) for value, kind in zip(values, _TYPES, strict=True)):
            raise self.database.damaged("a row holds values of wrong types")
        id_, formula, elements, sites, ordered, *rest, notes = values
        row: tuple[Any, ...] = (id_, formula, tuple(elements.split()), sites, bool(ordered), *rest, _notes(notes))
        return LibraryRow(*row)

    def refusals(self) -> list[Refusal]:
        """The files and data blocks that were refused, each with its latest reason."""
        rows = self.database.rows("SELECT source, block, kind, message FROM refusal ORDER BY source, block")
        from clics.crystals.crystal import Refusal

        return [Refusal(*row) for row in rows]

    def info(self) -> LibraryInfo:
        """Statistics of the whole library."""
        return statistics.library_info(self.database, self.name, self.revision)


def _notes(text: Any) -> tuple[str, ...]:
    """The notes of the reader from the JSON of a list."""
    if not text:
        return ()
    if not isinstance(text, str):
        return (str(text),)
    try:
        notes = json.loads(text)
    except (ValueError, RecursionError):  # a single note, which SQLite gives as it is
        return (text,)
    return tuple(map(str, notes)) if isinstance(notes, list) else (str(notes),)
