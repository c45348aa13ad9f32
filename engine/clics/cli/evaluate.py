"""``clics evaluate``."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from clics.cli import options, output
from clics.cli.main import BAD_INPUT
from clics.session import Session


class Split(StrEnum):
    """The side of the split that is evaluated on."""

    train = "train"
    val = "val"
    test = "test"
    all = "all"


def evaluate(
    dataset: Annotated[Path, typer.Argument(metavar="DATASET", help="A packed data set (clics dataset pack).")],
    split: Annotated[
        Split, typer.Option("--split", help="Split of the data set; all: every crystal, as a test set.")
    ] = Split.val,
    limit: Annotated[
        int | None, typer.Option("--limit", min=1, help="Largest number of crystals; the first ones are taken.")
    ] = None,
    to: Annotated[
        Path | None,
        typer.Option(
            "--output",
            "-o",
            metavar="FOLDER",
            help="Folder for evaluation.json, evaluation.md and report.html; an interrupted evaluation resumes there.",
        ),
    ] = None,
    sections: Annotated[
        str | None,
        typer.Option(
            "--sections",
            metavar="LIST",
            help="Sections, separated by commas: table1, ceiling, connected, geometry, phrases, errors, relations, examples; "
            "or none.",
        ),
    ] = None,
    crystals: Annotated[
        str | None,
        typer.Option(
            "--crystals", metavar="LIST", help="Show these crystals of the data set (ids, separated by commas)."
        ),
    ] = None,
    file: Annotated[
        list[Path] | None, typer.Option("--file", help="Also show the crystals of this file (repeatable).")
    ] = None,
    supervised: Annotated[
        Path | None,
        typer.Option("--supervised", metavar="FILE", help="Result of benchmarks/supervised.py, shown as a column."),
    ] = None,
    model: options.Model = None,
    json: options.Json = False,
) -> int:
    """Compute the paper's tables for a model: each figure with its interval, guess by frequency and ceiling.

    Examples:  clics evaluate packed -o figures  ·  clics evaluate packed --split test --model my-model > figures.md  ·
    clics evaluate packed --sections none --crystals mp-19,mp-22 --file mine.cif
    """
    with output.progress_bar("Evaluating") as progress, output.stop_on_ctrl_c() as cancel:
        evaluation = Session(model=model).evaluation.run(
            dataset,
            split=split.value,
            limit=limit,
            sections=None if sections is None else [name for name in _names(sections) if name != "none"],
            crystals=_names(crystals or ""),
            files=file or (),
            supervised=supervised,
            output=to,
            progress=progress,
            cancel=cancel,
        )
    if json:
        output.show_json(evaluation.to_json())
    else:
        from clics.evaluation.render import render

        output.show_text(render(evaluation))
    for name, why in evaluation.refused.items():
        output.say(why if name in why else f"{name}: {why}")
    if to is not None:
        output.say(f"the report is {to / 'report.html'}.")
    return BAD_INPUT if evaluation.refused else 0


def _names(text: str) -> list[str]:
    return [name for part in text.split(",") if (name := part.strip())]
