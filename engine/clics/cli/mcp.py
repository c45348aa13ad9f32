"""``clics mcp``."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from clics.cli import options
from clics.errors import InputError


def mcp(
    folders: Annotated[
        list[Path] | None,
        typer.Option("--folder", "-f", metavar="FOLDER", help="A folder below which files may be read (repeatable)."),
    ] = None,
    library: options.Library = None,
    model: options.Model = None,
) -> None:
    """Serve language-model agents by the Model Context Protocol, on standard input and output. Nothing is written.

    Tools: files, analyse, describe, search, similar, check, symmetrise. Only files below the named
    folders are read; symbolic links out of them are refused.

    Example of an entry in the settings of a client:  {"command": "clics", "args": ["mcp", "--folder", "/home/me/crystals"]}
    """
    import clics
    from clics.mcp_server.folders import AllowedFolders
    from clics.mcp_server.server import serve
    from clics.mcp_server.tools import Tools

    for place in (library, model):
        if place is not None and not place.exists():
            raise InputError(f"{place}: there is no such file or folder.", kind="missing-file")
    serve(Tools(AllowedFolders(folders or []), library, model), clics.__version__)
