"""``clics symmetrise``: the symmetry ladder of a crystal, and the crystal as idealised on one of its rungs."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from clics.cli import options, output
from clics.plain_text import visible
from clics.session import Session

if TYPE_CHECKING:
    from rich.console import RenderableType

    from clics.results import SymmetryLadder


def symmetrise(
    file: options.FileOrNone = None,
    to: Annotated[
        Path | None,
        typer.Option(
            "--output", "-o", metavar="FILE", help="The file to write: .cif with its group, or .vasp (POSCAR)."
        ),
    ] = None,
    listed: Annotated[bool, typer.Option("--list", help="Show the ladder and write nothing (without -o too).")] = False,
    tolerance: Annotated[
        float | None,
        typer.Option(
            "--tolerance", metavar="Å", help="The largest group that is found at this tolerance (0.0001 to 0.5 Å)."
        ),
    ] = None,
    group: Annotated[
        str | None, typer.Option("--group", metavar="GROUP", help="A space group by number or symbol.")
    ] = None,
    rung: Annotated[int | None, typer.Option("--rung", metavar="N", help="A rung of the ladder by its number.")] = None,
    cell: Annotated[
        str,
        typer.Option("--cell", help="conventional, primitive, niggli, or read: the cell and atoms as they were read."),
    ] = "conventional",
    block: Annotated[
        str | None, typer.Option("--block", help="Name of the crystal in a file that holds several.")
    ] = None,
    crystal: Annotated[
        str | None, typer.Option("--id", metavar="ID", help="Id of a crystal of the library, in place of a file.")
    ] = None,
    json: options.Json = False,
    library: options.Library = None,
) -> None:
    """Make a crystal exactly symmetric in one of the space groups that it nearly has.

    The ladder lists these groups, from which tolerance each is found and how far atoms move to reach it. One is proposed
    (→), for clean and for noisy crystals alike; it is written unless another is named.

    Examples:  clics symmetrise noisy.cif  ·  clics symmetrise noisy.cif -o ideal.cif  ·
    clics symmetrise noisy.cif --group Pnma -o ideal.cif  ·  clics symmetrise noisy.cif --tolerance 0.1 -o POSCAR
    """
    if (crystal is None) == (file is None):
        raise typer.BadParameter("Name one crystal: a FILE, or --id with a crystal of the library.")
    if listed and to is not None:
        raise typer.BadParameter("--list writes nothing; leave out --output or --list.")
    with Session(library=library) as session:
        read = session.read(file, block) if file is not None else session.read(id=crystal or "")
        ladder = session.symmetry_ladder(read)
        written = None
        if to is not None or rung is not None or tolerance is not None or group is not None:
            ideal = session.symmetrise(
                read,
                rung=rung,
                tolerance=tolerance,
                group=group,
                cell=cell,  # type: ignore[arg-type]
            )
            done = ideal.provenance["symmetrised"]
            written = {"to": None if to is None else visible(str(to)), "sites": ideal.num_sites, **done}  # type: ignore[dict-item]
            if to is not None:
                session.write(ideal, to)
    if json:
        output.show_json({**ladder.to_json(), "symmetrised": written})
        return
    output.show(*_tables(ladder))
    if ladder.proposed.number == 1:
        output.show_text("Nothing to symmetrise: the crystal has no symmetry but the lattice's translations (P1).")
    if written is not None:
        place = "" if to is None else f", written to {written['to']}"
        output.show_text(
            f"{written['space_group']}: {written['sites']} sites, atoms moved by up to "
            f"{written['largest_displacement']:.4f} Å{place}."
        )


def _tables(ladder: SymmetryLadder) -> list[RenderableType]:
    """The ladder as a table, a row for each rung."""
    from rich import box
    from rich.table import Table
    from rich.text import Text

    table = Table(box=box.SIMPLE_HEAD, pad_edge=False, padding=(0, 1))
    table.add_column("", justify="right")
    table.add_column("space group", overflow="fold")
    for name in ("from Å", "atoms move, Å", "rms, Å", "cell, %", "free"):
        table.add_column(name, justify="right")
    for rung in ladder.rungs:
        table.add_row(
            f"→ {rung.index}" if rung.proposed else str(rung.index),
            Text(f"{rung.name} [{rung.number}]", style="bold" if rung.proposed else ""),
            f"{rung.begins:.4f}",
            f"{rung.largest_displacement:.4f}",
            f"{rung.rms_displacement:.4f}",
            f"{100 * rung.strain:.2f}",
            f"{rung.free_coordinates} + {rung.free_lattice}",
        )
    return [Text(f"{ladder.formula}, {ladder.sites} sites", style="bold"), table]
