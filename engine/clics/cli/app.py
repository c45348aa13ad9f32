"""The commands of ``clics``, put together."""

from __future__ import annotations

from typing import Annotated

import typer

from clics import __version__
from clics.cli import analyse, check, dataset, evaluate, export, library, mcp, models, report, search, symmetrise, train

app = typer.Typer(
    name="clics",
    help="Describes the geometry of crystals in words and finds crystals by geometry. Works offline.",
    epilog="Examples:  clics analyse quartz.cif  ·  clics search 'corner-sharing octahedra' --where elements:Ti,O  ·  "
    "clics similar quartz.cif  ·  clics analyse folder/ --json > answers.json",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    rich_markup_mode="rich",
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 120},
)


def _show_version(wanted: bool) -> None:
    if wanted:
        typer.echo(f"clics {__version__}")
        raise typer.Exit


@app.callback()
def everywhere(
    version: Annotated[
        bool, typer.Option("--version", help="Print the version.", callback=_show_version, is_eager=True)
    ] = False,
    debug: Annotated[
        bool, typer.Option("--debug", help="Show the traceback of a failure (may stand anywhere in the line).")
    ] = False,
) -> None:
    """Options of every command; ``--debug`` is taken from the line before typer sees it (:mod:`clics.cli.main`)."""


app.command("analyse")(analyse.analyse)
app.command("describe")(analyse.describe)
app.command("check")(check.check)
app.command("search")(search.search)
app.command("similar")(search.similar)
app.command("symmetrise")(symmetrise.symmetrise)
app.add_typer(library.app, name="library")
app.add_typer(models.app, name="models")
app.add_typer(dataset.app, name="dataset")
app.command("train")(train.train)
app.command("evaluate")(evaluate.evaluate)
app.command("export")(export.export)
app.command("report")(report.report)
app.command("mcp")(mcp.mcp)
