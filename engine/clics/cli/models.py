"""``clics models``: list, info, rename, remove."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from clics.cli import options, output, rich_tables
from clics.errors import InputError
from clics.results.schema import plain
from clics.session import Session

if TYPE_CHECKING:
    from clics.results import ModelRow

Model = Annotated[str, typer.Argument(metavar="MODEL", help="Name or folder of a model (clics models list).")]

app = typer.Typer(help="Models: the released one and your own.", no_args_is_help=True)


@app.command("list")
def list_(json: options.Json = False) -> None:
    """List the models that can be used.

    Example:  clics models list
    """
    rows = Session().models.list()
    if json:
        output.show_json({"models": plain(rows)})
    else:
        output.show(*rich_tables.models(rows))


@app.command()
def info(model: Model, json: options.Json = False) -> None:
    """Show training data, starting model, figures and licence of a model.

    Example:  clics models info "Released model"
    """
    row = Session().models.info(model)
    if json:
        output.show_json(plain(row))
        return
    lines: dict[str, Any] = {
        "folder": row.folder,
        "fingerprint": row.fingerprint,
        "created": row.created,
        "trained on": row.data,
        "started from": row.start_from,
        "preset": row.preset,
        "licence of the data": row.licence or "not stated",
        "size": f"{row.size / 1e6:.1f} MB",
        **{name.replace("_", " "): f"{value:.1f} %" for name, value in row.figures.items()},
    }
    output.show(*rich_tables.facts(row.name, lines))


@app.command()
def rename(
    model: Model,
    name: Annotated[str, typer.Argument(metavar="NAME", help="The new name.")],
    json: options.Json = False,
) -> None:
    """Rename a model of your own; its folder keeps its name.

    Example:  clics models rename "My model" "Perovskites, two epochs"
    """
    models = Session().models
    models.rename(_home(models.info(model)), name)
    if json:
        output.show_json({"name": name})
    else:
        output.show_text(f"The model is named {name}.")


@app.command()
def remove(
    model: Model,
    yes: Annotated[bool, typer.Option("--yes", help="Do not ask.")] = False,
    json: options.Json = False,
) -> None:
    """Delete a model of your own and its training folder permanently.

    Example:  clics models remove "My model"
    """
    models = Session().models
    row = models.info(model)
    home = _home(row)
    if not yes:
        typer.confirm(f"Remove {row.name} with {home}?", abort=True, err=True)
    models.remove(home)
    if json:
        output.show_json({"removed": str(home)})
    else:
        output.show_text(f"{row.name} is removed.")


def _home(row: ModelRow) -> Path:
    if row.home is None:
        raise InputError(f"{row.name} ships with the program; it is neither renamed nor removed.", kind="shipped")
    return row.home
