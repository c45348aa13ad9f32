"""``clics evaluate``."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from engine.cli import options, output
from engine.session import Engine


class Split(StrEnum):
    """The side of the split that is evaluated on."""

    train = "train"
    val = "val"
    test = "test"


def evaluate(
    dataset: Annotated[Path, typer.Argument(metavar="DATASET", help="A packed data set (clics dataset pack).")],
    split: Annotated[Split, typer.Option("--split", help="Which side of the data set.")] = Split.val,
    limit: Annotated[int | None, typer.Option("--limit", min=1, help="Only the first so many crystals.")] = None,
    model: options.Model = None,
    json: options.Json = False,
) -> None:
    """The paper's tables for a model: each figure with its interval, the guess by frequency and the labels' ceiling.

    Example:  clics evaluate packed --split val --model my-model > figures.md
    """
    with output.progress_bar("Evaluating") as progress, output.stop_on_ctrl_c() as cancel:
        found = Engine(model=model).evaluate(dataset, split=split.value, limit=limit, progress=progress, cancel=cancel)
    if json:
        output.show_json(found.to_json())
    else:
        from engine.evaluation.render import render

        output.show_text(render(found))
