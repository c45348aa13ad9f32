"""``clics dataset build|pack|info``: training data from structures."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any

import typer

from engine.cli import options, output, views
from engine.cli.run import BAD_INPUT
from engine.session import Engine

app = typer.Typer(help="Training data from structures: build, pack, info.", no_args_is_help=True)

MaxSites = Annotated[int | None, typer.Option("--max-sites", min=1, help="Leave larger cells out.")]
Licence = Annotated[
    str | None,
    typer.Option(
        "--licence", help="Licence of the crystals: a text, or materials-project for its CC BY 4.0 and citation."
    ),
]


@app.command()
def build(
    files: options.Files,
    to: Annotated[Path, typer.Option("--output", "-o", metavar="FOLDER", help="The described data set.")],
    json: options.Json = False,
    workers: options.Workers = None,
    max_sites: MaxSites = None,
    limit: Annotated[int | None, typer.Option("--limit", min=1, help="Stop after so many new crystals.")] = None,
    retry_failed: Annotated[bool, typer.Option("--retry-failed", help="Try again what failed before.")] = False,
    licence: Licence = None,
) -> int:
    """Describe crystals, in parallel. Interrupted at any moment, the same command goes on where it was.

    Example:  clics dataset build crystals/ -o described --workers 8
    """
    with output.progress_bar("Describing") as progress, output.stop_on_ctrl_c() as cancel:
        report = Engine().dataset_build(
            files,
            to,
            workers=workers,
            max_sites=max_sites,
            limit=limit,
            retry_failed=retry_failed,
            licence=licence,
            progress=progress,
            cancel=cancel,
        )
    for refusal in report.refusals:
        output.say(refusal.message)
    if json:
        output.show_json(output.plain(report))
    else:
        lines: dict[str, Any] = {
            "described": report.described,
            "there already": report.skipped,
            "too large, left out": report.left_out,
            "no crystal": report.refused,
            **{f"failed: {kind}": count for kind, count in report.failed.items()},
        }
        output.show(*views.facts(str(to), lines))
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
        bool, typer.Option("--label-undescribed", help="Take crystals without a text in with their space group alone.")
    ] = False,
    max_sites: MaxSites = None,
    licence: Licence = None,
    workers: options.Workers = None,
    json: options.Json = False,
) -> None:
    """Pack described crystals into the flat arrays that training reads; no formula is on two sides of the split.

    Example:  clics dataset pack --described described -o packed
    """
    if not (described or structures):
        raise typer.BadParameter("Name what to pack: --described folders, or --structures with --descriptions.")
    with output.progress_bar("Packing") as progress, output.stop_on_ctrl_c() as cancel:
        report = Engine().dataset_pack(
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
        output.show_json(output.plain(report))
    else:
        lines: dict[str, Any] = {f"crystals, {side}": count for side, count in report.crystals.items()}
        lines["described"] = report.described
        lines |= {f"left out: {why}": count for why, count in report.left_out.items()}
        output.show(*views.facts(str(to), lines))


@app.command()
def info(
    folder: Annotated[Path, typer.Argument(metavar="FOLDER", help="A packed data set.")],
    json: options.Json = False,
) -> None:
    """What a packed data set holds: crystals by split, concepts by kind, sources, licence.

    Example:  clics dataset info packed
    """
    found = Engine().dataset_info(folder)
    if json:
        output.show_json(output.plain(found))
        return
    manifest = found["manifest"]
    lines: dict[str, Any] = {f"crystals, {side}": count for side, count in manifest["crystals"].items()}
    lines |= {f"concepts, {kind}": count for kind, count in found["concepts"].items()}
    lines |= {"licence": manifest.get("licence") or "not said"}
    output.show(*views.facts(str(folder), lines))
