"""Arguments and options that several commands share, so that they are spelled and explained alike."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from clics.readers.registry import titles

Files = Annotated[
    list[Path],
    typer.Argument(
        metavar="FILE...",
        help=f"{titles()}.",
        show_default=False,
    ),
]
File = Annotated[Path, typer.Argument(metavar="FILE", help="A crystal file of any kind that can be read.")]
Json = Annotated[bool, typer.Option("--json", help="Print JSON on stdout (documented in docs/reference/json.md).")]
Model = Annotated[
    Path | None, typer.Option("--model", metavar="FOLDER", help="A model folder in place of the one that ships.")
]
Library = Annotated[
    Path | None,
    typer.Option("--library", metavar="FILE", help="A library in place of your own (or of the starter library)."),
]
Top = Annotated[int, typer.Option("--top", "-n", min=1, max=10_000, help="How many to show.")]
Where = Annotated[
    str | None,
    typer.Option("--where", metavar="FILTER", help="For example 'elements:Li,O sg:225 nsites<40'."),
]
Workers = Annotated[int | None, typer.Option("--workers", min=1, help="Processes that work at once.")]
To = Annotated[Path, typer.Argument(metavar="OUTPUT", help="The file or folder to write.")]
