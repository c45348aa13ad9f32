"""Results as files: CSV, XLSX, JSON and HTML, with their provenance."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from itertools import islice
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

_AT_ONCE = 1000


def write_table(
    items: Iterable[object] | object,
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
    """Write results to a file; an existing file is replaced as a whole or not at all.

    Numbers that are not finite and None become empty cells (``null`` in JSON). pandas reads a CSV back unchanged, with
    two exceptions: text that a spreadsheet would interpret as a formula begins with an apostrophe, and the formula NaN
    (sodium nitride) is read as an empty cell unless ``keep_default_na=False``.

    Args:
        items: Hits, scored concepts, library rows, descriptions or analyses; all of one type. A single one is one item.
        path: The file.
        format: A key of :data:`WRITERS`; by default, the suffix of ``path``.
        title: Title of the table.
        library: Name of the library.
        model: Name and fingerprint of the model.
        query: The phrase, crystal or filter that was asked for.
        licence: Source and licence of the data.
        sources: The files that the results come from, which are never overwritten.

    Returns:
        Number of rows.

    Raises:
        InputError: Kinds ``bad-format``, ``too-many-rows`` and ``output-is-source``.
        ClicsError: The file could not be written (kind ``not-written``).
    """
    path = Path(path)
    writer = WRITERS[format_of(path, format, WRITERS)]
    table = to_table(items if isinstance(items, Iterable) else [items])
    with replacing(path, sources=sources) as file:
        writer(table, Provenance(title, library, model, query, licence), file)
    return len(table.rows)


def write_csv_rows(rows: Iterable[object], path: Path, *, title: str, library: str) -> int:
    """Write any number of rows of one type as CSV, as they come.

    Args:
        rows: Rows whose columns are the same.
        path: The file; one that is there is replaced as a whole or not at all.
        title: Title of the table.
        library: Name of the library.

    Returns:
        Number of rows.

    Raises:
        ClicsError: The file could not be written (kind ``not-written``).
    """
    about, remaining, count = Provenance(title, library, "", "", ""), iter(rows), 0
    with replacing(path) as file:
        while (batch := list(islice(remaining, _AT_ONCE))) or count == 0:
            write_csv(to_table(batch), about, file, header=count == 0)
            count += len(batch)
            if not batch:
                break
    return count


def table_text(items: Iterable[object]) -> str:
    """Results as lines of tab-separated values with a header, for the clipboard.

    Args:
        items: Hits, scored concepts, library rows or analyses.
    """
    return write_lines(to_table(items))


def format_of(path: Path, format: str | None, known: Iterable[str]) -> str:
    """The format of an output file.

    Args:
        path: The file.
        format: The format that was asked for; None for that of the file's suffix.
        known: The formats that can be written.

    Raises:
        InputError: The format is none of these (kind ``bad-format``).
    """
    known = list(known)
    wanted = (format or "".join(path.suffixes[-1:]).lstrip(".")).lower()
    if wanted not in known:
        raise InputError(
            f"'{wanted or path.name}' is no format that can be written; choose {', '.join(known)}.", kind="bad-format"
        )
    return wanted
