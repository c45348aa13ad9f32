"""``clics check``: what files say about their crystals, held against what is read."""

from __future__ import annotations

from typing import TYPE_CHECKING

from clics.cli import options, output
from clics.cli.main import BAD_INPUT, CONTRADICTIONS
from clics.plain_text import visible
from clics.results.check import BlockCheck
from clics.results.schema import plain
from clics.session import Session

if TYPE_CHECKING:
    from collections.abc import Iterator

    from rich.console import RenderableType


def check(files: options.Files, json: options.Json = False) -> int:
    """Hold crystals against everything that their files say: formula, Z, density, multiplicities, space group.

    Exit code 0: nothing contradicts. 3: something does. 2: a file or block was refused.

    Examples:  clics check quartz.cif  ·  clics check downloads/ --json
    """
    refused = contradicted = answered = 0
    with (
        Session() as session,
        output.progress_bar("Checking", answers_flow=True) as progress,
        output.stop_on_ctrl_c() as cancel,
    ):

        def answers() -> Iterator[BlockCheck]:
            nonlocal refused, contradicted, answered
            for block in session.iter_checks(files, progress=progress, cancel=cancel):
                answered += 1
                refused += block.refused
                contradicted += bool(block.contradictions)
                if block.refused:
                    output.say(block.message)
                yield block

        if json:
            output.show_json_list(plain(block.to_json()) for block in answers())
        else:
            for block in answers():
                if not block.refused:
                    output.show(*_shown(block))
    if not answered:
        output.say("there is no crystal in the folders and archives that were named.")
    return BAD_INPUT if refused or not answered else CONTRADICTIONS if contradicted else 0


def _shown(block: BlockCheck) -> Iterator[RenderableType]:
    """The crystal, a table of what the file states, and the notes."""
    from rich import box
    from rich.table import Table
    from rich.text import Text

    name = visible(" ".join(filter(None, (block.file, block.block))))
    yield Text(f"{block.formula}  {name}", style="bold")
    group = f"{block.space_group} ({block.number}) at 0.01 Å" if block.number else "no space group found"
    near = f", shortest distance {block.shortest_pair} {block.shortest:.3f} Å" if block.shortest_pair else ""
    yield Text(f"  read: {block.sites} sites, {group}, {block.volume:.2f} Å³, {block.density:.3f} g/cm³{near}")
    if block.statements:
        table = Table(box=box.SIMPLE_HEAD, pad_edge=False, padding=(0, 1))
        table.add_column("", width=1)
        for title in ("", "the file says", "read"):
            table.add_column(title, overflow="fold")
        for each in block.statements:
            style = "" if each.agrees else "bold red"
            table.add_row("✔" if each.agrees else "✘", each.what, visible(each.stated), each.found, style=style)
        yield table
    else:
        yield Text("  The file says nothing beside cell and atoms.")
    if block.kept:
        yield Text(f"  Kept: {visible(', '.join(block.kept))}.")
    for note in block.notes:
        yield Text(f"  Note: {visible(note)}", style="yellow")
