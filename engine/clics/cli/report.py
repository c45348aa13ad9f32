"""``clics report``: one page about a crystal."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from clics.cli import options, output
from clics.errors import InputError
from clics.plain_text import visible
from clics.session import Session


def report(
    file: options.File,
    to: Annotated[
        Path | None, typer.Option("--output", "-o", metavar="PAGE", help="The page to write, an .html file.")
    ] = None,
    out: Annotated[Path | None, typer.Option("--out", hidden=True)] = None,
    block: Annotated[
        str | None, typer.Option("--block", help="Name of the crystal in a file that holds several.")
    ] = None,
    library: options.Library = None,
    model: options.Model = None,
    json: options.Json = False,
) -> None:
    """Write a one-page report of a crystal: symmetry, Wyckoff positions, environments, similar crystals, description.

    The page needs nothing beside itself and prints on one sheet of A4. The window (clics-gui) saves the same with the
    crystal's picture, as PDF too.

    Example:  clics report quartz.cif -o quartz.html
    """
    to = to or out
    if to is None:
        raise typer.BadParameter("Name the page to write with --output.")
    if to.suffix.lower() not in (".html", ".htm"):
        raise InputError(f"{to.name}: the page is HTML; name it {to.stem}.html.", kind="bad-format")
    with Session(model=model, library=library) as session:
        report = session.reports.crystal(file, block=block)
        session.reports.write(report, to)
    for note in report.notes:
        output.say(note)
    if json:
        output.show_json({"to": visible(str(to)), "notes": list(report.notes)})
    else:
        output.show_text(f"The report of {report.formula} is in {visible(str(to))}.")
