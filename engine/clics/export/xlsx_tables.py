"""Tables as an Excel workbook: one sheet with the rows, one with the metadata."""

from __future__ import annotations

from typing import IO, Any

from clics.errors import InputError
from clics.results.provenance import Provenance
from clics.results.table import Cell, Table

MAX_ROWS = 1_048_575
"""Rows that a sheet of Excel can hold, without the header."""
MAX_TEXT = 32_767
"""Characters that a cell of Excel can hold."""
_CUT = " […]"


def write_xlsx(table: Table, about: Provenance, file: IO[bytes]) -> None:
    """Write the sheets ``results`` and ``metadata``.

    Text never becomes a formula, and is cut to the length that a cell can hold.

    Args:
        table: The table.
        about: The metadata.
        file: An open binary file.

    Raises:
        InputError: A sheet cannot hold that many rows (kind ``too-many-rows``).
    """
    from openpyxl import Workbook
    from openpyxl.styles import Font

    if len(table.rows) > MAX_ROWS:
        raise InputError(
            f"An Excel sheet holds {MAX_ROWS} rows, the table has {len(table.rows)}; export CSV.", kind="too-many-rows"
        )
    book = Workbook(write_only=True)
    results = book.create_sheet("results")
    results.freeze_panes = "A2"
    header = [_cell(results, name) for name in table.columns]
    for cell in header:
        cell.font = Font(bold=True)
    results.append(header)
    for row in table.rows:
        results.append([_cell(results, value) for value in row])
    metadata = book.create_sheet("metadata")
    for name, value in about.all().items():
        metadata.append([_cell(metadata, name), _cell(metadata, value)])
    book.save(file)


def _cell(sheet: Any, value: Cell) -> Any:
    from openpyxl.cell import WriteOnlyCell
    from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE

    if not isinstance(value, str):
        return WriteOnlyCell(sheet, value)
    text = ILLEGAL_CHARACTERS_RE.sub("\ufffd", value.encode("utf-8", "replace").decode())
    if len(text) > MAX_TEXT:
        text = text[: MAX_TEXT - len(_CUT)] + _CUT
    cell = WriteOnlyCell(sheet, text)
    cell.data_type = "s"  # else "=1+1" would be stored as a formula
    cell.quotePrefix = text[:1] in ("=", "+", "-", "@")  # it stays text when somebody edits it
    return cell
