"""Tables and figures of the page of an evaluation."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from clics import html_page

Cells = Sequence[str]


def table(header: Cells, rows: Iterable[Cells]) -> str:
    """A table that scrolls where it is too wide; its cells are HTML."""
    return f"<div class='scroll'>{html_page.table(rows, header)}</div>"


def row(drawn: Sequence[str], caption: str, kind: str = "trio") -> str:
    """Plots beside each other over one caption; ``kind`` is a class of the page's style."""
    return f"<figure><div class='{kind}'>{''.join(drawn)}</div><figcaption>{caption}</figcaption></figure>"


def figure(drawn: str, caption: str) -> str:
    """One plot over its caption."""
    return f"<figure>{drawn}<figcaption>{caption}</figcaption></figure>"
