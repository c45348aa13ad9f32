"""Arguments and options that several commands share, so that they are spelled and explained alike."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from clics.readers.registry import titles


def _source(name: str) -> Path:
    """The path of a source; one that cannot be read is refused like its content, so that others are answered."""
    if not name:
        raise typer.BadParameter("an empty name is no file or folder.")
    return Path(name)


Files = Annotated[
    list[Path],
    typer.Argument(
        parser=_source,
        metavar="FILE",
        help=f"{titles()}.",
        show_default=False,
    ),
]
FilesOrNone = Annotated[
    list[Path] | None,
    typer.Argument(parser=_source, metavar="FILE", help=f"{titles()}.", show_default=False),
]
Ids = Annotated[
    list[str] | None,
    typer.Option(
        "--id", metavar="ID", help="Id of a crystal of the library, beside or in place of files (repeatable)."
    ),
]
File = Annotated[Path, typer.Argument(metavar="FILE", help="A crystal file.")]
Json = Annotated[bool, typer.Option("--json", help="Print JSON on stdout (documented in docs/reference/json.md).")]
Model = Annotated[
    Path | None, typer.Option("--model", metavar="FOLDER", help="Model folder; by default the released model.")
]
Library = Annotated[
    Path | None,
    typer.Option("--library", metavar="FILE", help="Library file; by default your own, or the starter library."),
]
Top = Annotated[int, typer.Option("--top", "-n", min=1, max=10_000, help="Number of entries to show.")]
Where = Annotated[
    str | None,
    typer.Option("--where", metavar="FILTER", help="Filter, for example 'elements:Li,O sg:225 nsites<40'."),
]
Workers = Annotated[int | None, typer.Option("--workers", min=1, help="Number of worker processes.")]
To = Annotated[Path, typer.Argument(metavar="OUTPUT", help="The file or folder to write.")]
Symmetrise = Annotated[
    bool,
    typer.Option("--symmetrise", help="Take the crystal as idealised on the proposed rung of its symmetry ladder."),
]
Tolerance = Annotated[
    float | None,
    typer.Option("--tolerance", metavar="Å", help="As idealised at this tolerance (0.0001 to 0.5 Å) instead."),
]
