"""A table on its way out, and the functions that write it on the engine's thread."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from clics.session import Session

FORMATS = {"csv": "CSV", "xlsx": "Excel workbook", "json": "JSON", "html": "HTML page"}
"""Endings of files, as the engine writes them, and what they are called."""


@dataclass(frozen=True, slots=True)
class ExportTable:
    """``items`` are result types of the engine (hits, analyses, library rows) or mappings of column to value.

    ``title`` is the table's heading and makes the file's name; ``query`` is what was asked for, ``library`` the name of
    the library that rows are from, ``model`` whether scores of the model are among them.
    """

    title: str
    items: Sequence[object]
    query: str = ""
    library: str = ""
    model: bool = False


def save(session: Session, table: ExportTable, path: Path) -> tuple[Path, int]:
    """Write the table; its path and how many rows it has."""
    count = session.export(
        table.items, path, title=table.title, query=table.query, library=table.library, model=table.model
    )
    return path, count


def text(session: Session, table: ExportTable) -> str:
    """The table for the clipboard."""
    return session.table_text(table.items)


def named(session: Session, table: ExportTable) -> dict[str, str]:
    """What its file will say of where it comes from."""
    return session.about(query=table.query, library=table.library, model=table.model).columns()
