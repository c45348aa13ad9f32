"""``clics train``."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from clics.cli import options, output, rich_tables
from clics.results import Estimate, TrainingOptions
from clics.results.schema import plain
from clics.session import Session


def train(
    to: Annotated[
        Path,
        typer.Option(
            "--output", "-o", metavar="FOLDER", help="Training folder; the model is written to its folder model/."
        ),
    ],
    data: Annotated[
        Path | None,
        typer.Argument(
            metavar="DATA",
            help="A packed or described data set (clics dataset), a library, or files of crystals. Not with --resume.",
        ),
    ] = None,
    preset: Annotated[str, typer.Option("--preset", help="quick, standard or paper.")] = "standard",
    recipe: Annotated[
        Path | None, typer.Option("--recipe", metavar="FILE", help="Recipe file, in place of a preset.")
    ] = None,
    start_from: Annotated[
        Path | None, typer.Option("--start-from", metavar="MODEL", help="Fine-tune this model folder.")
    ] = None,
    resume: Annotated[bool, typer.Option("--resume", help="Resume the training in FOLDER.")] = False,
    probe: Annotated[
        bool, typer.Option("--probe", help="Estimate time and memory from a few steps, without training.")
    ] = False,
    device: Annotated[str, typer.Option("--device", help="auto (the fastest available), cuda, mps or cpu.")] = "auto",
    workers: options.Workers = None,
    json: options.Json = False,
) -> None:
    """Train a model, or fine-tune one with --start-from. After Ctrl+C, --resume continues.

    Examples:  clics train crystals/ -o mine --preset quick  ·  clics train -o mine --resume  ·
    clics analyse quartz.cif --model mine/model  ·  torchrun --nproc-per-node 2 -m clics.cli train packed -o mine
    """
    chosen = None
    if data is not None and not resume:
        chosen = TrainingOptions(data, name=to.name, preset=preset, recipe=recipe, start_from=start_from, device=device)
    elif not resume:
        raise typer.BadParameter("Name the DATA to train on, or --resume what was begun in FOLDER.")
    training = Session().training
    with output.progress_bar("Training") as progress, output.stop_on_ctrl_c() as cancel:
        if probe:
            estimate = training.measure(to, chosen, workers=workers, cancel=cancel)
            _show_estimate(estimate, json=json)
            return
        result = training.run(to, chosen, workers=workers, progress=progress, cancel=cancel)
    if result is None:  # of the processes of torchrun one prints
        return
    if json:
        output.show_json(plain(result))
        return
    lines: dict[str, object] = {"model": result.model, "fingerprint": result.fingerprint, "epochs": result.epochs}
    lines["minutes"] = f"{result.seconds / 60:.1f}"
    for name, value in result.after.items():
        before = result.before.get(name)
        lines[name.replace("_", " ")] = f"{value:.1f}" + (f" (before: {before:.1f})" if before is not None else "")
    output.show(*rich_tables.facts(result.message, lines))


def _show_estimate(estimate: Estimate, *, json: bool) -> None:
    if json:
        output.show_json(plain(estimate))
        return
    lines = {
        "device": estimate.device,
        "crystals to train on": f"{estimate.crystals:,}",
        "steps": f"{estimate.steps:,} of {estimate.step_seconds:.2f} s",
        "minutes, preparing": f"{estimate.prepare_seconds / 60:.1f}",
        "minutes, training": f"{(estimate.train_seconds + estimate.text_alignment_seconds) / 60:.1f}",
        "memory": f"{estimate.memory / 1e9:.1f} GB ({estimate.memory_free / 1e9:.1f} GB free)",
        "disk": f"{estimate.disk / 1e9:.1f} GB ({estimate.disk_free / 1e9:.1f} GB free)",
    }
    output.show(*rich_tables.facts("This training would take", lines))
