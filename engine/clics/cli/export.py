"""``clics export``: result tables as files."""

from __future__ import annotations

import json as json_module
import sys
from pathlib import Path
from typing import Annotated, Any

import typer

from clics.cli import options, output
from clics.cli.main import BAD_INPUT
from clics.errors import InputError
from clics.session import Session


def export(
    sources: Annotated[
        list[Path],
        typer.Argument(
            metavar="SOURCE...",
            help="Crystal files, which are analysed; or one file that a command printed with --json (- for stdin).",
        ),
    ],
    to: Annotated[Path, typer.Option("--output", "-o", metavar="FILE", help="The table: .csv, .xlsx, .json, .html.")],
    format: Annotated[
        str | None, typer.Option("--format", help="csv, xlsx, json or html; by default the ending of the file.")
    ] = None,
    top: options.Top = 5,
    model: options.Model = None,
    json: options.Json = False,
) -> int:
    """Write results as a table: CSV, XLSX, JSON or HTML.

    Examples:  clics export quartz.cif rutile.cif -o answers.xlsx  ·
    clics search "corner-sharing octahedra" --json | clics export - -o hits.csv
    """
    printed = _printed(sources[0]) if len(sources) == 1 else None
    refused = 0
    results: list[Any]
    query = " ".join(output.printable(str(source)) for source in sources)
    with Session(model=model) as session:
        if printed is not None:
            results = printed
        else:
            with output.progress_bar("Analysing") as progress, output.stop_on_ctrl_c() as cancel:
                results = list(session.iter_analyses(sources, top=top, progress=progress, cancel=cancel))
            for result in results:
                if result.error is not None:
                    output.say(result.error.message)
                    refused += 1
        count = session.exports.table(results, to, format=format, query=query, sources=sources)
    if json:
        output.show_json({"rows": count, "to": output.printable(str(to))})
    else:
        output.show_text(f"{count} rows written to {output.printable(str(to))}.")
    return BAD_INPUT if refused else 0


def _printed(source: Path) -> list[dict[str, Any]] | None:
    """The entries that a command printed with ``--json``; None where the source is a crystal file."""
    if str(source) != "-" and source.suffix.lower() != ".json":
        return None
    try:
        data = json_module.loads(sys.stdin.buffer.read() if str(source) == "-" else source.read_bytes())
    except (OSError, ValueError) as error:
        if str(source) != "-":
            return None  # the reader of crystals says what is wrong with it
        raise InputError(f"What came through the pipe is no JSON ({error}).", kind="bad-json") from error
    if isinstance(data, list) and all(isinstance(entry, dict) and ("file" in entry or "id" in entry) for entry in data):
        return data
    if isinstance(data, dict) and "schema" in data and isinstance(data.get("hits"), list):
        return list(data["hits"])
    if str(source) == "-":
        raise InputError("What came through the pipe is no answer that clics printed with --json.", kind="bad-json")
    return None
