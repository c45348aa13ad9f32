"""Tables as CSV, JSON and HTML."""

from __future__ import annotations

import csv
import io
import json
from html import escape
from typing import IO

from clics.results.provenance import Provenance
from clics.results.table import Cell, Table

_STYLE = """
body { font-family: system-ui, sans-serif; margin: 2rem; color: #1b1f24; background: #fff; }
table { border-collapse: collapse; }
caption { text-align: left; font-weight: 600; padding-bottom: 0.5rem; }
th, td { border-bottom: 1px solid #d0d7de; padding: 0.3rem 0.7rem; text-align: left; vertical-align: top; }
td { max-width: 40rem; overflow-wrap: anywhere; }
td.number { text-align: right; font-variant-numeric: tabular-nums; }
dl { display: grid; grid-template-columns: max-content auto; gap: 0.2rem 1rem; color: #57606a; }
dd { margin: 0; }
"""


def guarded(text: str) -> str:
    """Text that no spreadsheet takes for a formula.

    An apostrophe goes before ``=``, ``+``, ``-``, ``@`` and control characters, as OWASP advises against CSV injection.
    Numbers are no text and stay as they are.
    """
    return f"'{text}" if text[:1] in ("=", "+", "-", "@", "\t", "\r", "\n") else text


def write_csv(table: Table, about: Provenance, file: IO[bytes]) -> None:
    """UTF-8, a header, one line a row; library, model and query are columns at the end, so that any reader reads it."""
    extra = {name: value for name, value in about.columns().items() if name not in table.columns}
    text = io.TextIOWrapper(file, encoding="utf-8", errors="replace", newline="", write_through=True)
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow([guarded(name) for name in (*table.columns, *extra)] or ["empty"])
    for row in table.rows:
        writer.writerow([_csv(cell) for cell in (*row, *extra.values())])
    text.detach()


def write_lines(table: Table) -> str:
    """Rows as lines with a tab between cells; tabs and line ends within a cell become blanks."""
    lines = [table.columns, *table.rows]
    return "\n".join("\t".join(_pasted(cell) for cell in line) for line in lines) + "\n"


def write_json(table: Table, about: Provenance, file: IO[bytes]) -> None:
    """An object with ``metadata`` and ``rows``; rows are nested as the command line prints them."""
    data = {"metadata": about.all(), "rows": table.entries}
    text = json.dumps(data, ensure_ascii=False, allow_nan=False, indent=1, default=str)
    file.write(text.encode("utf-8", "replace") + b"\n")


def write_html(table: Table, about: Provenance, file: IO[bytes]) -> None:
    """One page without anything from outside it."""
    title = escape(about.title or "CLICS desktop")
    parts = [
        "<!DOCTYPE html>\n<html lang='en'>\n<head>\n<meta charset='utf-8'>",
        f"<title>{title}</title>\n<style>{_STYLE}</style>\n</head>\n<body>\n<table>\n<caption>{title}</caption>",
        f"<thead><tr>{''.join(f'<th>{escape(name)}</th>' for name in table.columns)}</tr></thead>\n<tbody>",
        *(f"<tr>{''.join(_html(cell) for cell in row)}</tr>" for row in table.rows),
        "</tbody>\n</table>\n<dl>",
        *(f"<dt>{escape(name)}</dt><dd>{escape(value)}</dd>" for name, value in about.all().items()),
        "</dl>\n</body>\n</html>\n",
    ]
    file.write("\n".join(parts).encode("utf-8", "replace"))


def _csv(cell: Cell) -> str | int | float | None:
    return guarded(cell) if isinstance(cell, str) else cell


def _pasted(cell: Cell) -> str:
    if cell is None:
        return ""
    return guarded(" ".join(cell.split())) if isinstance(cell, str) else str(cell)


def _html(cell: Cell) -> str:
    if cell is None:
        return "<td></td>"
    if isinstance(cell, bool):
        return f"<td>{'yes' if cell else 'no'}</td>"
    if isinstance(cell, float):
        return f"<td class='number'>{cell:.4f}</td>"
    if isinstance(cell, int):
        return f"<td class='number'>{cell}</td>"
    return f"<td>{escape(cell)}</td>"
