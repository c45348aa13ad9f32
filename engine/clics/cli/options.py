"""Arguments and options that several commands share, so that they are spelled and explained alike."""

from __future__ import annotations

import glob
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from clics.readers.registry import titles

if TYPE_CHECKING:
    from clics.sources.standard_input import StandardInput


def source(name: str) -> Path | StandardInput:
    """The path of a source; one that cannot be read is refused like its content, so that others are answered."""
    if not name:
        raise typer.BadParameter("an empty name is no file or folder.")
    if name != "-":
        return Path(name)
    from clics.sources.standard_input import StandardInput

    return StandardInput()


def _stored(name: str) -> Path:
    """The path of a source of work that can be resumed."""
    if name == "-":
        raise typer.BadParameter("a data set can be resumed, so it is made from files, not from standard input (-).")
    return Path(name)


def _own_models(incomplete: str) -> list[str]:
    """Completions of ``--model``: the user's own models, then folders that hold a model, below the current one too."""
    from clics.paths import own_models

    folders = [
        *sorted(own_models().glob("*/model")),
        *_beginning_with(incomplete, "*"),
        *_beginning_with(incomplete, "*/model"),
    ]
    return [str(path) for path in folders if str(path).startswith(incomplete) and (path / "config.json").is_file()]


def _libraries(incomplete: str) -> list[str]:
    """Completions of ``--library``: the user's own libraries, then those that the word begins."""
    from clics.paths import data_folder

    found = [
        *sorted(data_folder().glob("*.clics")),
        *_beginning_with(incomplete, "*.clics"),
        *_beginning_with(incomplete, "*/"),
    ]
    return [str(path) for path in found if str(path).startswith(incomplete)]


def _beginning_with(incomplete: str, ending: str) -> list[Path]:
    return sorted(map(Path, glob.glob(glob.escape(incomplete) + ending)))


_FILES = typer.Argument(parser=source, metavar="FILE", help=f"{titles()}; - for standard input.", show_default=False)
Files = Annotated[list[Path], _FILES]
StoredFiles = Annotated[
    list[Path], typer.Argument(parser=_stored, metavar="FILE", help=f"{titles()}.", show_default=False)
]
FilesOrNone = Annotated[list[Path] | None, _FILES]
Ids = Annotated[
    list[str] | None,
    typer.Option(
        "--id", metavar="ID", help="Id of a crystal of the library, beside or in place of files (repeatable)."
    ),
]
_FILE = typer.Argument(parser=source, metavar="FILE", help="A crystal file; - for standard input.", show_default=False)
File = Annotated[Path, _FILE]
FileOrNone = Annotated[Path | None, _FILE]
Json = Annotated[bool, typer.Option("--json", help="Print JSON on stdout (documented in docs/reference/json.md).")]
JsonLines = Annotated[
    bool, typer.Option("--jsonl", help="Print one JSON object a line, as they come (the entries of --json).")
]
Model = Annotated[
    Path | None,
    typer.Option(
        "--model",
        metavar="FOLDER",
        help="Model folder; by default the released model.",
        autocompletion=_own_models,
    ),
]
Libraries = Annotated[
    list[Path] | None,
    typer.Option(
        "--library",
        metavar="FILE",
        help="Library file; by default your own, or the starter library. Repeated, all are searched.",
        autocompletion=_libraries,
    ),
]
Library = Annotated[
    Path | None,
    typer.Option(
        "--library",
        metavar="FILE",
        help="Library file; by default your own, or the starter library.",
        autocompletion=_libraries,
    ),
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
