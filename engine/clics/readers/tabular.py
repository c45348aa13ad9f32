"""One crystal a line: JSON lines, and CSV with a column ``cif``. Both are streamed; a bad line is one bad step."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterator
from functools import partial
from io import BufferedReader

from clics.errors import CrystalError
from clics.readers.cif import cif_steps
from clics.readers.decode_text import decode, looks_binary, truncated
from clics.readers.json_structures import find_structures, load, read_structure
from clics.readers.record import Record, Step

MAX_LINE = 64 * 2**20  # bytes; a structure of 100,000 sites takes about 15 MiB
MAX_BLANK_LINES = 100_000
_OTHER_ENTRY = re.compile(rb'"type"\s*:\s*"(?:info|references|links|files)"')
_ID_COLUMNS = ("id", "material_id", "mp_id", "entry_id", "name")


def is_csv(_head: bytes, text: str) -> bool:
    """True for a table whose first line names a column ``cif``."""
    return "cif" in [cell.strip(' "').lower() for cell in text.partition("\n")[0].split(",")]


def is_json_lines(_head: bytes, text: str) -> bool:
    """True where a second JSON object begins on a line of its own behind the first."""
    first, _, rest = text.strip().partition("\n")
    return first[:1] in ("{", "[") and first.rstrip().endswith("}") and rest.lstrip()[:1] == "{"


def jsonl_steps(stream: BufferedReader, *, where: str) -> Iterator[Step]:
    """One step a line that is not blank; it may hold whatever ``find_structures`` of the JSON reader knows."""
    _refuse_binary(stream, where)
    number, blank = 0, 0
    optimade = False
    while line := stream.readline(MAX_LINE + 1):
        number += 1
        optimade = optimade or b'"x-optimade"' in line[:200]
        if not line.strip():
            blank = _count_blank(blank, where)
        elif optimade and (b'"x-optimade"' in line[:200] or _OTHER_ENTRY.search(line[:20000])):
            continue  # the head of OPTIMADE's JSON lines, descriptions of its properties, references
        else:
            whole = line.endswith(b"\n")
            yield Step(f"line {number}", partial(_read_line, line, whole=whole, where=f"{where} line {number}"))
        if len(line) > MAX_LINE:
            return
    if number == blank:
        raise CrystalError(f"{where}: the file is empty.", kind="empty")


def _read_line(line: bytes, *, whole: bool, where: str) -> Record:
    if len(line) > MAX_LINE:
        raise CrystalError(f"{where}: the line is longer than {MAX_LINE >> 20} MiB.", kind="file-too-large")
    text, notes = decode(line, where=where, strict=True)
    try:
        structures = list(find_structures(load(text, where=where)))
    except CrystalError as error:
        # A line that breaks off in the middle of the file is damaged; only at its end the file itself is cut.
        if error.kind == "truncated" and whole:
            raise CrystalError(f"{where}: no valid JSON.", kind="bad-json") from error
        raise
    if len(structures) != 1:
        raise CrystalError(f"{where}: {len(structures)} structures in this line instead of one.", kind="no-crystals")
    record = read_structure(structures[0][1], name=structures[0][0], alone=False, where=where)
    record.warnings += notes
    return record


def csv_steps(stream: BufferedReader, *, where: str) -> Iterator[Step]:
    """One step a row; the column ``cif`` holds the text of a CIF with one crystal, ``id`` or ``material_id`` its name.

    Raises CrystalError (``empty``, ``binary``, ``bad-csv``, ``encoding``) where the table as a whole is of no use.
    """
    _refuse_binary(stream, where)
    csv.field_size_limit(MAX_LINE)
    text = io.TextIOWrapper(stream, encoding="utf-8-sig", newline="")
    rows = csv.reader(text, strict=True)
    header = _next(rows, where)
    if header is None:
        raise CrystalError(f"{where}: the file is empty.", kind="empty")
    names = [cell.strip().lower() for cell in header]
    if "cif" not in names:
        raise CrystalError(f"{where}: the table has no column 'cif' (it has {', '.join(names)[:100]}).", kind="bad-csv")
    id_column = next((names.index(name) for name in _ID_COLUMNS if name in names), None)
    number, blank = 0, 0
    while True:
        number += 1
        here = f"{where} row {number}"
        try:
            row = _next(rows, here)
        except CrystalError as error:
            yield Step(f"row {number}", partial(_raise, error))
            return  # after a broken quote, rows cannot be told apart
        if row is None:
            return
        if not row:
            blank = _count_blank(blank, where)
        else:
            read = partial(_read_row, row, names.index("cif"), id_column, len(names), where=here)
            yield Step(f"row {number}", read)


def _next(rows: Iterator[list[str]], where: str) -> list[str] | None:
    try:
        return next(rows, None)
    except csv.Error as error:
        if "unexpected end" in str(error):
            raise truncated(where, "within a quoted cell") from error
        raise CrystalError(f"{where}: no valid CSV ({error}).", kind="bad-csv") from error
    except UnicodeDecodeError as error:
        raise CrystalError(f"{where}: the table is not in UTF-8; save it as UTF-8.", kind="encoding") from error


def _refuse_binary(stream: BufferedReader, where: str) -> None:
    if looks_binary(stream.peek(65536)):
        raise CrystalError(f"{where}: this is binary data, not text.", kind="binary")


def _count_blank(count: int, where: str) -> int:
    """One more blank line; so many that they would take minutes to skip are no table."""
    if count >= MAX_BLANK_LINES:
        raise CrystalError(f"{where}: there are more than {MAX_BLANK_LINES} blank lines.", kind="not-a-crystal")
    return count + 1


def _raise(error: CrystalError) -> Record:
    raise error


def _read_row(row: list[str], cif_column: int, id_column: int | None, width: int, *, where: str) -> Record:
    if len(row) != width:
        raise CrystalError(f"{where}: {len(row)} cells in a table of {width} columns.", kind="bad-csv")
    if not row[cif_column].strip():
        raise CrystalError(f"{where}: the cell 'cif' is empty.", kind="empty")
    text = row[cif_column].replace("\r\n", "\n").replace("\r", "\n")
    if "\n" not in text.strip():
        text = text.replace("\\n", "\n")  # some exports escape line ends
    steps = list(cif_steps(text + "\n", where=where))
    if len(steps) != 1:
        raise CrystalError(f"{where}: the CIF has {len(steps)} blocks with atoms; give each its own row.",
                           kind="several-blocks")  # fmt: skip
    record = steps[0].parse()
    record.alone = False
    record.name = row[id_column].strip()[:200] if id_column is not None else ""
    return record
