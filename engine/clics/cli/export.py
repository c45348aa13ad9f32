"""``clics export``: result tables as files."""

from __future__ import annotations

import json as json_module
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from clics.cli import options, output
from clics.cli.main import BAD_INPUT
from clics.crystals.file_names import is_crystal_name
from clics.plain_text import visible
from clics.session import Session

if TYPE_CHECKING:
    from clics.sources.standard_input import StandardInput


def export(
    sources: Annotated[
        list[Path],
        typer.Argument(
            parser=options.source,
            metavar="SOURCE...",
            help="Crystal files, which are analysed, or one that is written; or one file that a command printed with "
            "--json (- for standard input).",
        ),
    ],
    to: Annotated[
        Path,
        typer.Option(
            "--output", "-o", metavar="FILE", help="The table: .csv, .xlsx, .json, .html; or the crystal: .cif, .vasp."
        ),
    ],
    format: Annotated[
        str | None, typer.Option("--format", help="csv, xlsx, json or html; by default the ending of the file.")
    ] = None,
    top: options.Top = 5,
    model: options.Model = None,
    symmetry: Annotated[
        str, typer.Option("--symmetry", help="Of a CIF: file (setting of the file), symmetrised, or p1 (all atoms).")
    ] = "file",
    tolerance: Annotated[
        float | None, typer.Option("--tolerance", metavar="Å", help="Symmetrise at this tolerance (0.0001 to 0.5 Å).")
    ] = None,
    block: Annotated[
        str | None, typer.Option("--block", help="Name of the crystal in a file that holds several.")
    ] = None,
    json: options.Json = False,
) -> int:
    """Write results as a table: CSV, XLSX, JSON or HTML; or one crystal as CIF or POSCAR.

    A CIF has the space group, operations, labels, occupancies and displacement parameters of the crystal, and its hand.

    Examples:  clics export quartz.cif rutile.cif -o answers.xlsx  ·
    clics search "corner-sharing octahedra" --json | clics export - -o hits.csv  ·
    clics export quartz.vasp -o quartz.cif --tolerance 0.01
    """
    if format is None and is_crystal_name(to):
        return _crystal(sources, to, symmetry, tolerance, block, json)
    printed = _printed(sources[0]) if len(sources) == 1 else None
    files = [source for source in sources if isinstance(source, Path)]
    refused = 0
    results: list[Any]
    query = " ".join(visible(str(source)) for source in sources)
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
        count = session.exports.table(results, to, format=format, query=query, sources=files)
    if json:
        output.show_json({"rows": count, "to": visible(str(to))})
    else:
        output.show_text(f"{count} rows written to {visible(str(to))}.")
    return BAD_INPUT if refused else 0


def _crystal(
    sources: list[Path], to: Path, symmetry: str, tolerance: float | None, block: str | None, json: bool
) -> int:
    """Write one crystal."""
    if len(sources) > 1:
        raise typer.BadParameter("A CIF or POSCAR holds one crystal; name one SOURCE.")
    with Session() as session:
        crystal = session.read(sources[0], block)
        session.write(crystal, to, symmetry=symmetry, symprec=tolerance)  # type: ignore[arg-type]  # checked there
    for note in crystal.notes:
        output.say(note)
    if json:
        output.show_json({"formula": crystal.formula, "to": visible(str(to))})
    else:
        output.show_text(f"{crystal.formula} written to {visible(str(to))}.")
    return 0


def _printed(source: Path | StandardInput) -> list[dict[str, Any]] | None:
    """The entries that a command printed with ``--json``; None where the source is of crystals."""
    if isinstance(source, Path) and source.suffix.lower() != ".json":
        return None
    try:
        data = json_module.loads(source.read_bytes())
    except (OSError, ValueError):
        return None  # a file of crystals; its reader says what is wrong with it
    if isinstance(data, list) and all(isinstance(entry, dict) and ("file" in entry or "id" in entry) for entry in data):
        return data
    if isinstance(data, dict) and "schema" in data and isinstance(data.get("hits"), list):
        return list(data["hits"])
    return None
