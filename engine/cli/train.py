"""``clics train``."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from engine.cli import options, output, views
from engine.session import Engine


def train(
    dataset: Annotated[Path, typer.Argument(metavar="DATASET", help="A packed data set (clics dataset pack).")],
    to: Annotated[
        Path, typer.Option("--output", "-o", metavar="FOLDER", help="Working folder; the model lands in its model/.")
    ],
    preset: Annotated[str, typer.Option("--preset", help="quick, standard or paper.")] = "standard",
    recipe: Annotated[
        Path | None, typer.Option("--recipe", metavar="FILE", help="A recipe file in place of a preset.")
    ] = None,
    start_from: Annotated[
        Path | None, typer.Option("--start-from", metavar="MODEL", help="Fine-tune this model folder.")
    ] = None,
    resume: Annotated[bool, typer.Option("--resume", help="Go on with an interrupted training in FOLDER.")] = False,
    device: Annotated[str, typer.Option("--device", help="auto (the best there is), cuda, mps or cpu.")] = "auto",
    workers: options.Workers = None,
    json: options.Json = False,
) -> None:
    """Train a model, or fine-tune one with --start-from. Ctrl+C keeps what was learnt; --resume goes on.

    Examples:  clics train packed -o mine --preset quick  ·  clics train packed -o mine --resume  ·
    clics analyse quartz.cif --model mine/model  ·  torchrun --nproc-per-node 2 -m engine.cli train packed -o mine
    """
    from engine.training.recipe import Recipe
    from engine.training.share import is_first

    chosen = Recipe.load(recipe) if recipe is not None else Recipe.preset(preset)
    with output.progress_bar("Training") as progress, output.stop_on_ctrl_c() as cancel:
        result = Engine().train(
            chosen,
            dataset,
            to,
            start_from=start_from,
            resume=resume,
            device=device,
            workers=workers or 1,
            progress=progress,
            cancel=cancel,
        )
    if not is_first():  # of the processes of torchrun one speaks
        return
    if json:
        output.show_json(output.plain(result))
        return
    lines: dict[str, object] = {"model": result.model, "fingerprint": result.fingerprint, "epochs": result.epochs}
    lines["minutes"] = f"{result.seconds / 60:.1f}"
    for name, value in result.after.items():
        before = result.before.get(name)
        lines[name.replace("_", " ")] = f"{value:.1f}" + (f" (before: {before:.1f})" if before is not None else "")
    output.show(*views.facts(result.message, lines))
