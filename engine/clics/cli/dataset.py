"""``clics dataset build|pack|info``: training data from structures."""

from __future__ import annotations

import contextlib
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Annotated, Any

import typer

from clics.cli import options, output, rich_tables
from clics.cli.main import BAD_INPUT
from clics.progress import Progress, ProgressCallback
from clics.results.schema import plain
from clics.session import Session

_LOG_EVERY_S = 30.0

app = typer.Typer(help="Data sets for training: build, pack, info.", no_args_is_help=True)

MaxSites = Annotated[
    int | None, typer.Option("--max-sites", min=1, help="Largest number of sites of a cell; larger ones are left out.")
]
Licence = Annotated[
    str | None,
    typer.Option(
        "--licence", help="Licence of the crystals: a text, or materials-project for its CC BY 4.0 and citation."
    ),
]


@app.command()
def build(
    files: options.StoredFiles,
    to: Annotated[Path, typer.Option("--output", "-o", metavar="FOLDER", help="The described data set.")],
    json: options.Json = False,
    workers: options.Workers = None,
    max_sites: MaxSites = None,
    scheduler: Annotated[
        str | None,
        typer.Option(
            "--scheduler", metavar="ADDRESS", help="Use a dask.distributed cluster, for example tcp://node1:8786."
        ),
    ] = None,
    seconds: Annotated[
        float, typer.Option("--seconds", min=0.1, help="Limit of processor time per crystal, in seconds.")
    ] = 120.0,
    mineral: Annotated[bool, typer.Option("--mineral", help="Also determine structure types (slower).")] = False,
    limit: Annotated[int | None, typer.Option("--limit", min=1, help="Stop after this number of new crystals.")] = None,
    retry_failed: Annotated[
        bool, typer.Option("--retry-failed", help="Describe crystals again that failed before.")
    ] = False,
    licence: Licence = None,
) -> int:
    """Describe crystals in parallel. An interrupted command resumes where it was.

    Examples:  clics dataset build crystals/ -o described --workers 8  ·
    clics dataset build crystals/ -o described --scheduler tcp://node1:8786
    """
    with _progress("Describing") as progress, output.stop_on_ctrl_c() as cancel:
        report = Session().datasets.build(
            files,
            to,
            workers=workers,
            scheduler=scheduler,
            limit_s=seconds,
            limit_crystals=limit,
            max_sites=max_sites,
            retry_failed=retry_failed,
            mineral=mineral,
            licence=licence,
            progress=progress,
            cancel=cancel,
        )
    for refusal in report.refusals:
        output.say(refusal.message)
    if json:
        output.show_json(plain(report))
    else:
        lines: dict[str, Any] = {
            "described": report.described,
            "there already": report.skipped,
            "too large, left out": report.left_out,
            "no crystal": report.refused,
            **{f"failed: {kind}": count for kind, count in report.failed.items()},
        }
        output.show(*rich_tables.facts(str(to), lines))
    return BAD_INPUT if report.refused else 0


@app.command()
def pack(
    to: Annotated[Path, typer.Option("--output", "-o", metavar="FOLDER", help="The packed data set.")],
    described: Annotated[
        list[Path] | None, typer.Option("--described", help="A folder that dataset build made (repeatable).")
    ] = None,
    structures: Annotated[
        list[Path] | None, typer.Option("--structures", help="Crystals that texts are joined to (repeatable).")
    ] = None,
    descriptions: Annotated[
        list[Path] | None, typer.Option("--descriptions", help="JSON lines of description texts by id (repeatable).")
    ] = None,
    label_undescribed: Annotated[
        bool, typer.Option("--label-undescribed", help="Include crystals without a text, with their space group only.")
    ] = False,
    max_sites: MaxSites = None,
    licence: Licence = None,
    workers: options.Workers = None,
    json: options.Json = False,
) -> None:
    """Pack described crystals into arrays for training; no formula occurs in two splits.

    Example:  clics dataset pack --described described -o packed
    """
    if not (described or structures):
        raise typer.BadParameter("Name what to pack: --described folders, or --structures with --descriptions.")
    with output.progress_bar("Packing") as progress, output.stop_on_ctrl_c() as cancel:
        report = Session().datasets.pack(
            to,
            structures=structures or (),
            descriptions=descriptions or (),
            described=described or (),
            label_undescribed=label_undescribed,
            max_sites=max_sites,
            licence=licence,
            workers=workers,
            progress=progress,
            cancel=cancel,
        )
    if json:
        output.show_json(plain(report))
    else:
        lines: dict[str, Any] = {f"crystals, {side}": count for side, count in report.crystals.items()}
        lines["described"] = report.described
        lines |= {f"left out: {why}": count for why, count in report.left_out.items()}
        output.show(*rich_tables.facts(str(to), lines))


@app.command()
def info(
    folder: Annotated[Path, typer.Argument(metavar="FOLDER", help="A described or a packed data set.")],
    json: options.Json = False,
) -> None:
    """Show statistics of a data set: crystals, failures, concepts beside the paper's Table S1, sources, licence.

    Example:  clics dataset info packed
    """
    info = Session().datasets.info(folder)
    if json:
        output.show_json(info.to_json())
        return
    lines: dict[str, Any] = {f"crystals, {side}": count for side, count in info.crystals.items()}
    lines["described"] = info.described
    lines |= {f"left out: {why}" if info.kind == "packed" else f"failed: {why}": n for why, n in info.errors.items()}
    lines |= {f"concepts, {kind}": f"{here} (paper: {paper})" for kind, here, paper in info.vocabulary}
    lines |= {"sources": ", ".join(info.sources), "licence": info.licence or "not said"}
    output.show(*rich_tables.facts(f"{folder} ({info.kind})", lines))


@contextlib.contextmanager
def _progress(title: str) -> Iterator[ProgressCallback]:
    """The progress bar; where nobody looks at a screen (a log, a queue's output file), a line now and then."""
    if sys.stderr.isatty():
        with output.progress_bar(title) as bar:
            yield bar
        return
    printed_at = time.monotonic()

    def now_and_then(event: Progress) -> None:
        nonlocal printed_at
        if time.monotonic() - printed_at >= _LOG_EVERY_S:
            printed_at = time.monotonic()
            output.say(f"{event.done} of {event.total or '?'}, {event.text}")

    yield now_and_then
