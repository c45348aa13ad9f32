"""Tables as CSV, JSON and HTML."""

from __future__ import annotations

import csv
import io
import json
from html import escape
from typing import IO

from clics import html_page
from clics.results.provenance import Provenance
from clics.results.table import Cell, Table


def guarded(text: str) -> str:
    """Text that no spreadsheet interprets as a formula.

    Text that begins with ``=``, ``+``, ``-``, ``@`` or a control character gets an apostrophe in front, as OWASP
    recommends against CSV injection.
    """
    return f"'{text}" if text[:1] in ("=", "+", "-", "@", "\t", "\r", "\n") else text


def write_csv(table: Table, about: Provenance, file: IO[bytes], *, header: bool = True) -> None:
    """Write UTF-8 with a header and one line a row; the metadata are additional columns, since CSV has no comments.

    Args:
        table: The rows.
        about: The metadata.
        file: An open file.
        header: False continues a table of the same columns.
    """
    extra = {name: value for name, value in about.columns().items() if name not in table.columns}
    text = io.TextIOWrapper(file, encoding="utf-8", errors="replace", newline="", write_through=True)
    writer = csv.writer(text, lineterminator="\n")
    if header:
        writer.writerow([guarded(name) for name in (*table.columns, *extra)] or ["empty"])
    for row in table.rows:
        writer.writerow([_csv(cell) for cell in (*row, *extra.values())])
    text.detach()


def write_lines(table: Table) -> str:
    """Rows as lines of tab-separated cells; tabs and line breaks within a cell become blanks."""
    lines = [table.columns, *table.rows]
    return "\n".join("\t".join(_pasted(cell) for cell in line) for line in lines) + "\n"


def write_json(table: Table, about: Provenance, file: IO[bytes]) -> None:
    """Write an object with ``metadata`` and ``rows``; the rows are nested as in ``--json`` of the command line."""
    data = {"metadata": about.all(), "rows": table.entries}
    text = json.dumps(data, ensure_ascii=False, allow_nan=False, indent=1, default=str)
    file.write(text.encode("utf-8", "replace") + b"\n")


def write_html(table: Table, about: Provenance, file: IO[bytes]) -> None:
    """Write one page without external resources: the rows, and the metadata below them."""
    title = about.title or "CLICS desktop"
    rows = [[_html(cell) for cell in row] for row in table.rows]
    metadata = [f"<dt>{escape(name)}</dt><dd>{escape(value)}</dd>" for name, value in about.all().items()]
    body = [
        f"<h1>{escape(title)}</h1>",
        html_page.table(rows, [escape(name) for name in table.columns]),
        f"<dl>{''.join(metadata)}</dl>",
    ]
    file.write(html_page.document(title, "\n".join(body), "results").encode("utf-8", "replace"))


def _csv(cell: Cell) -> str | int | float | None:
    return guarded(cell) if isinstance(cell, str) else cell


def _pasted(cell: Cell) -> str:
    if cell is None:
        return ""
    return guarded(" ".join(cell.split())) if isinstance(cell, str) else str(cell)


def _html(cell: Cell) -> html_page.Cell:
    if cell is None:
        return html_page.Cell("")
    if isinstance(cell, bool):
        return html_page.Cell("yes" if cell else "no")
    if isinstance(cell, (int, float)):
        return html_page.Cell(f"{cell:.4f}" if isinstance(cell, float) else str(cell), "number")
    return html_page.Cell(escape(cell))
