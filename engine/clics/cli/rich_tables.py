"""Results as tables and text for people (rich)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import chain, islice
from typing import TYPE_CHECKING

from clics.plain_text import visible
from clics.results.analysis import MODEL_PURPOSE
from clics.results.geometry_text import geometry_text
from clics.results.geometry_words import orbit_lines
from clics.results.typography import pretty_symbol, width_of, with_pretty_symbols

if TYPE_CHECKING:
    from rich.console import RenderableType
    from rich.table import Table

    from clics.results import Analysis, Described, LibraryRow, ModelRow, RankedPhrase, RankedSpaceGroup

_LIBRARY_HEADINGS = ("id", "formula", "sites", "space group", "structure type", "source")
_ROWS_FOR_WIDTHS = 200
"""Rows of a library that decide how wide the columns of its list are."""


def analysis(answer: Analysis) -> list[RenderableType]:
    """One crystal: a heading, symmetry, three ranked tables, the description."""
    from rich.padding import Padding
    from rich.text import Text

    parts: list[RenderableType] = [_heading(answer.formula or "", answer.file, answer.block)]
    if answer.symmetry is not None:
        symmetry = answer.symmetry
        others = ", ".join(f"{pretty_symbol(g.symbol)} at {g.symprec:g} Å" for g in symmetry.other_tolerances)
        line = Text.assemble("  Symmetry analysis: ", (f"{pretty_symbol(symmetry.symbol)} ({symmetry.number})", "bold"))
        line.append(f" at {symmetry.tolerance:g} Å" + (f"; {others}" if others else ""), style="dim")
        parts.append(line)
    if answer.geometry is not None:
        parts += _orbits(orbit_lines(answer.geometry))
    if answer.space_groups:
        parts.append(Text(f"  {MODEL_PURPOSE}", style="dim"))
        table = _ranked("Space group by the model", "relation to the group found")
        for rank, group in enumerate(answer.space_groups, start=1):
            number = f" ({group.number})" if group.number else ""
            table.add_row(str(rank), f"{pretty_symbol(group.symbol)}{number}", f"{group.score:.2f}", _relation(group))
        parts.append(Padding(table, (0, 0, 0, 2)))
    for title, ranked in (
        ("Coordination environments by the model", answer.environments),
        ("Connections by the model", answer.connections),
        ("Coordination shapes by the model", answer.shapes),
        ("Networks of polyhedra by the model", answer.networks),
        ("Dimensionality by the model", answer.dimensionalities),
    ):
        if ranked:
            parts.append(Padding(_phrases(title, ranked), (0, 0, 0, 2)))
    if text := answer.text_for_people:
        parts.append(Padding(Text(f"Description: {text}"), (0, 0, 0, 2)))
    parts += [Text(f"  Note: {warning}", style="yellow") for warning in answer.warnings]
    if answer.error is not None:
        parts.append(Text(f"  No prediction by the model: {answer.error.message}", style="yellow"))
    return [*parts, Text()]


def described(answer: Described, *, robocrystallographer: bool = False) -> list[RenderableType]:
    """One description under the name of its crystal: a line for each orbit, and the sentences.

    Args:
        answer: The description.
        robocrystallographer: Print the text by robocrystallographer's rules in their place.
    """
    from rich.text import Text

    heading, description = _heading(answer.formula or "", answer.file, answer.block), answer.description
    notes = [Text(f"  Note: {visible(note)}", style="yellow") for note in answer.warnings]
    if description is None:
        return [heading, *notes]
    if robocrystallographer or description.geometry is None:
        return [heading, Text(f"By the rules of robocrystallographer: {description.text}"), *notes, Text()]
    return [
        heading,
        *_orbits(orbit_lines(description.geometry)),
        Text(),
        Text(with_pretty_symbols(geometry_text(description, answer.formula or ""), [description.space_group.symbol])),
        *notes,
        Text(),
    ]


def _orbits(lines: Sequence[str]) -> list[RenderableType]:
    """A line for each orbit; what does not fit into a line is indented."""
    from rich.padding import Padding
    from rich.text import Text

    return [Padding(Text(line), (0, 0, 0, 2)) for line in lines]


def _heading(formula: str, file: str, block: str) -> RenderableType:
    from rich.rule import Rule
    from rich.text import Text

    title = Text(formula, style="bold")
    title.append(f"  {visible(file)}" + (f"  {visible(block)}" if block else ""), style="dim")
    return Rule(title, align="left", style="dim")


def _ranked(title: str, badge: str) -> Table:
    from rich import box
    from rich.table import Table

    table = Table(box=box.SIMPLE_HEAD, title=None, pad_edge=False, padding=(0, 1))
    table.add_column("", justify="right", style="dim")
    table.add_column(title, overflow="fold")
    table.add_column("score", justify="right")
    table.add_column(badge, justify="center")
    return table


def _phrases(title: str, ranked: Sequence[RankedPhrase]) -> Table:
    table = _ranked(title, "confirmed by the description")
    for rank, entry in enumerate(ranked, start=1):
        table.add_row(str(rank), _plain(entry.label), f"{entry.score:.2f}", _badge(entry.in_description))
    return table


def _plain(phrase: str) -> RenderableType:
    """Text as it is: brackets are no markup."""
    from rich.text import Text

    return Text(phrase)


def _badge(holds: bool | None) -> RenderableType:
    from rich.text import Text

    return {True: Text("✔", style="green"), False: Text("·", style="dim"), None: Text("?", style="dim")}[holds]


def _relation(group: RankedSpaceGroup) -> RenderableType:
    from rich.text import Text

    return _badge(group.agrees) if group.agrees or not group.relation else Text(group.relation, style="dim")


def library_lines(rows: Iterable[LibraryRow]) -> Iterator[str]:
    """The crystals of a library, a line each, under a line of headings.

    Lines are made as the rows come, so that a library of any size begins to be listed at once; columns are as wide as the
    first rows need. A longer value is never cut: it moves the rest of its line.

    Args:
        rows: The rows.
    """
    remaining = iter(rows)
    first = [_library_cells(row) for row in islice(remaining, _ROWS_FOR_WIDTHS)]
    columns = list(zip(_LIBRARY_HEADINGS, *first, strict=True))
    widths = [max(map(width_of, column)) for column in columns[:-1]]
    for cells in chain([_LIBRARY_HEADINGS], first, map(_library_cells, remaining)):
        padded = [
            cell.rjust(width) if name == "sites" else cell + " " * (width - width_of(cell))
            for name, cell, width in zip(_LIBRARY_HEADINGS, cells, widths, strict=False)
        ]
        yield "  ".join([*padded, cells[-1]]).rstrip()


def _library_cells(row: LibraryRow) -> tuple[str, ...]:
    group = f"{pretty_symbol(row.space_group or '')} ({row.space_group_number})" if row.space_group_number else ""
    return visible(row.id), row.formula, str(row.sites), group, row.mineral or "", visible(row.source)


def models(rows: Sequence[ModelRow]) -> list[RenderableType]:
    """The models, a row each."""
    from rich import box
    from rich.table import Table
    from rich.text import Text

    table = Table(box=box.SIMPLE_HEAD, pad_edge=False, padding=(0, 1))
    for name in ("name", "trained on", "started from", "created", "folder"):
        table.add_column(name, overflow="fold")
    for row in rows:
        folder = Text(visible(str(row.folder)), style="dim")
        table.add_row(Text(row.name), Text(row.data), Text(row.start_from), row.created[:10], folder)
    return [table]


def facts(title: str, entries: Mapping[str, object]) -> list[RenderableType]:
    """Names and values, one a line."""
    from rich.table import Table
    from rich.text import Text

    table = Table(box=None, show_header=False, pad_edge=False, padding=(0, 2, 0, 0))
    for name, value in entries.items():
        table.add_row(Text(name, style="dim"), Text(visible(str(value)), overflow="fold"))
    return [Text(visible(title), style="bold"), table]
