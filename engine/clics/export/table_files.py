"""Results as files: CSV, XLSX, JSON and HTML, with the model and the library they came from."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from pathlib import Path
from typing import IO

from clics.atomic_files import replacing
from clics.errors import InputError
from clics.export.text_tables import write_csv, write_html, write_json, write_lines
from clics.export.xlsx_tables import write_xlsx
from clics.results.provenance import Provenance
from clics.results.table import Table, to_table

WRITERS: dict[str, Callable[[Table, Provenance, IO[bytes]], None]] = {
    "csv": write_csv,
    "xlsx": write_xlsx,
    "json": write_json,
    "html": write_html,
}


def write_table(
    items: Iterable[object],
    path: str | Path,
    *,
    format: str | None = None,
    title: str = "",
    library: str = "",
    model: str = "",
    query: str = "",
    licence: str = "",
    sources: Iterable[str | Path] = (),
) -> int:
    """Write hits, scored concepts, library rows or analyses to a file; how many rows it has.

    ``format`` is a key of :data:`WRITERS`, by default what the file's name ends in. The file is whole or not there; one
    that is there is replaced, unless it is one of ``sources``, the files that were read. Not finite numbers and None
    are empty cells (``null`` in JSON).

    pandas reads a CSV back as it was, except that text which a spreadsheet would take for a formula begins with an
    apostrophe, and that it takes the word NaN (sodium nitride, for one) for an empty cell unless told
    ``keep_default_na=False``. Raises InputError (``bad-format``,
    ``too-many-rows``, ``output-is-source``) and ClicsError (``not-written``).
    """
    path = Path(path)
    writer = WRITERS[format_of(path, format, WRITERS)]
    table = to_table(items)
    with replacing(path, sources=sources) as file:
        writer(table, Provenance(title, library, model, query, licence), file)
    return len(table.rows)


def table_text(items: Iterable[object]) -> str:
    """The rows with their columns' names, parted by tabs: what spreadsheets and editors take from the clipboard."""
    return write_lines(to_table(items))


def format_of(path: Path, format: str | None, known: Iterable[str]) -> str:
    """The format that was asked for, or that the name says. Raises InputError of kind ``bad-format``."""
    known = list(known)
    wanted = (format or "".join(path.suffixes[-1:]).lstrip(".")).lower()
    if wanted not in known:
        raise InputError(
            f"'{wanted or path.name}' is no format that can be written; choose {', '.join(known)}.", kind="bad-format"
        )
    return wanted
