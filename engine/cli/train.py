"""``clics train``."""

from __future__ import annotations

import dataclasses
from pathlib import Path
from typing import Annotated

import typer

from engine.cli import options, output, views
from engine.session import Engine


def train(
    dataset: Annotated[Path, typer.Argument(metavar="DATASET", help="A packed data set (clics dataset pack).")],
    to: Annotated[Path, typer.Option("--output", "-o", metavar="FOLDER", help="Where the model goes.")],
    preset: Annotated[str, typer.Option("--preset", help="quick, standard or paper.")] = "standard",
    recipe: Annotated[
        Path | None, typer.Option("--recipe", metavar="FILE", help="A recipe file in place of a preset.")
    ] = None,
    start_from: Annotated[
        Path | None, typer.Option("--start-from", metavar="MODEL", help="Fine-tune this model folder.")
    ] = None,
    resume: Annotated[bool, typer.Option("--resume", help="Go on with an interrupted training in FOLDER.")] = False,
    device: Annotated[
        str | None, typer.Option("--device", help="cpu, cuda or mps; by default the best there is.")
    ] = None,
    json: options.Json = False,
) -> None:
    """Train a model, or fine-tune one with --start-from. Ctrl+C keeps what was learnt; --resume goes on.

    Examples:  clics train packed -o my-model --preset quick  ·  clics train packed -o my-model --resume
    """
    from engine.training.recipe import Recipe

    chosen = Recipe.load(recipe) if recipe is not None else Recipe.preset(preset)
    if device is not None:
        chosen = dataclasses.replace(chosen, device=device)
    with output.progress_bar("Training") as progress, output.stop_on_ctrl_c() as cancel:
        result = Engine().train(
            chosen, dataset, to, start_from=start_from, resume=resume, progress=progress, cancel=cancel
        )
    found = output.plain(result)
    if json:
        output.show_json(found)
    else:
        output.show(*views.facts(f"Trained: {to}", found))
