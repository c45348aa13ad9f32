"""The result of a search for people (rich): what was understood, hits with a mark for each part of the query."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from clics.plain_text import visible
from clics.results.typography import pretty_symbol

if TYPE_CHECKING:
    from rich.console import RenderableType
    from rich.text import Text

    from clics.results import Hit, SearchResult

_STYLES = {"confirmed": "green", "refuted": "red", "unknown": "dim", "not understood": "yellow"}
_VERDICTS = {"confirmed": "✓", "partly": "✓ partly", "refuted": "✗", "unknown": "?", "not understood": "guess"}
"""The whole query in one cell: a query that was not wholly understood has no tick of its own."""


def hits(result: SearchResult) -> list[RenderableType]:
    """The hits of a search: a heading, the chips of the query, a row for each hit."""
    from rich import box
    from rich.table import Table
    from rich.text import Text

    ranked = any(hit.score is not None for hit in result.hits)
    scored = ranked and not result.by_wording  # the score of a guess says nothing
    table = Table(box=box.SIMPLE_HEAD, pad_edge=False, padding=(0, 1))
    table.add_column("", justify="right", style="dim")
    table.add_column("id", no_wrap=True)  # to be copied into a command
    for name in ("formula", "space group"):
        table.add_column(name, overflow="fold")
    if scored:
        table.add_column("score", justify="right")
    columns = _columns(result)
    for text in columns:
        table.add_column(Text(text), justify="center", min_width=max(map(len, text.split()), default=1))
    with_verdict = bool(result.chips) and (len(result.chips) > 1 or result.by_wording)
    if with_verdict:
        table.add_column("query", justify="center")
    several = any(hit.library for hit in result.hits)
    if several:
        table.add_column("library", overflow="fold")
    if ranked:
        table.add_column("reasons", overflow="fold", style="dim", min_width=24)
    for rank, hit in enumerate(result.hits, start=1):
        cells: list[RenderableType] = [str(rank), Text(visible(hit.id)), hit.formula, pretty_symbol(hit.space_group)]
        cells += [f"{hit.score:.2f}" if hit.score is not None else ""] if scored else []
        cells += _marks(hit, columns)
        cells += [_VERDICTS[hit.verdict]] if with_verdict else []
        cells += [Text(visible(hit.library))] if several else []
        cells += [Text("\n".join(reason.label for reason in hit.reasons))] if ranked else []
        table.add_row(*cells)
    best = "best" if ranked else "first"
    heading = Text(visible(result.query), style="bold")
    heading.append(f"  {best} {len(result.hits)} of {result.searched} crystals in {result.library}", style="dim")
    return [heading, *understood(result), table]


def understood(result: SearchResult) -> Iterator[Text]:
    """The chips of a query in one line: what each part is understood as, and what is not understood."""
    from rich.text import Text

    if not result.chips:
        return
    line = Text("  Understood: ", style="dim")
    for place, chip in enumerate(result.chips):
        line.append(" · " if place else "", style="dim")
        line.append(visible(chip.words()), style="yellow" if chip.kind == "not understood" else "")
    yield line


def _columns(result: SearchResult) -> list[str]:
    """Headings of the parts that are understood, in the order of the chips, and of the superposition."""
    parts = result.hits[0].parts if result.hits else ()
    texts = [part.text for part in parts if part.state != "not understood"]
    return [*texts, *(["structures match"] if any(hit.superposition for hit in result.hits) else [])]


def _marks(hit: Hit, columns: list[str]) -> list[Text]:
    from rich.text import Text

    parts = [part for part in hit.parts if part.state != "not understood"]
    marks = [Text(part.state.mark, style=_STYLES[part.state]) for part in parts]
    if len(columns) > len(marks):
        made = hit.superposition
        mark = "" if made is None else "✓" if made.matches else "✗"
        marks.append(Text(mark, style="green" if mark == "✓" else "dim"))
    return marks
