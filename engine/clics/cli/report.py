"""``clics report``: one page about a crystal."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from clics.cli import options, output
from clics.errors import InputError
from clics.session import Session


def report(
    file: Annotated[Path, typer.Argument(metavar="FILE", help="A crystal file of any kind that can be read.")],
    out: Annotated[Path, typer.Option("--out", "-o", metavar="PAGE", help="The page to write, an .html file.")],
    block: Annotated[str | None, typer.Option("--block", help="Which crystal of a file that holds several.")] = None,
    library: options.Library = None,
    model: options.Model = None,
    json: options.Json = False,
) -> None:
    """One page about a crystal: symmetry, Wyckoff positions, environments with badges, similar crystals, in words.

    The page needs nothing beside itself and prints on one sheet of A4. The window (clics-gui) saves the same with the
    crystal's picture, as PDF too.

    Example:  clics report quartz.cif --out quartz.html
    """
    if out.suffix.lower() not in (".html", ".htm"):
        raise InputError(f"{out.name}: the page is HTML; name it {out.stem}.html.", kind="bad-format")
    with Session(model=model, library=library) as session:
        crystal = session.read_one(file, block)
        found = session.report(crystal)
        session.write_report(found, out)
    for note in found.notes:
        output.say(note)
    if json:
        output.show_json({"to": output.printable(str(out)), "notes": list(found.notes)})
    else:
        output.show_text(f"The report of {found.formula} is in {output.printable(str(out))}.")
