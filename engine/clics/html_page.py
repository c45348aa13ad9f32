"""HTML pages without external resources: one table writer and one style sheet for reports, tables and evaluations."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cache
from html import escape
from typing import Literal, TypeAlias

from clics.data import read_bytes

PageKind: TypeAlias = Literal["report", "results", "evaluation"]
"""The class of ``<body>``, under which ``data/pages.css`` has the rules of each kind of page."""


@dataclass(frozen=True, slots=True)
class Cell:
    """A cell of a table.

    Attributes:
        html: Its content, as HTML.
        kind: Its class in the style sheet, for example ``number``.
        heading: The cell is the heading of its row.
        span: Number of columns that it extends over.
    """

    html: str
    kind: str = ""
    heading: bool = False
    span: int = 1

    def __str__(self) -> str:
        """The element."""
        tag = "th" if self.heading else "td"
        kind = f" class='{self.kind}'" if self.kind else ""
        span = f" colspan='{self.span}'" if self.span > 1 else ""
        return f"<{tag}{kind}{span}>{self.html}</{tag}>"


def table(
    rows: Iterable[Iterable[str | Cell]], header: Sequence[str | Cell] = (), *, caption: str = "", kind: str = ""
) -> str:
    """A table.

    Args:
        rows: Cells; a string is the content of a cell, as HTML.
        header: Cells of the header.
        caption: Caption, as HTML; empty for none.
        kind: Class of the table in the style sheet.
    """
    names = "".join(str(Cell(c.html, c.kind, True) if isinstance(c, Cell) else Cell(c, heading=True)) for c in header)
    body = "".join(f"<tr>{''.join(str(c if isinstance(c, Cell) else Cell(c)) for c in row)}</tr>" for row in rows)
    head = f"<thead><tr>{names}</tr></thead>" if names else ""
    title = f"<caption>{caption}</caption>" if caption else ""
    return f"<table{f' class={kind!r}' if kind else ''}>{title}{head}<tbody>{body}</tbody></table>"


def document(title: str, body: str, kind: PageKind) -> str:
    """A whole page.

    Args:
        title: Its title, as plain text.
        body: The content of ``<body>``, as HTML.
        kind: The kind of page, which decides on its style.
    """
    return (
        "<!DOCTYPE html>\n<html lang='en'>\n<head>\n<meta charset='utf-8'>\n"
        "<meta name='viewport' content='width=device-width, initial-scale=1'>\n"
        f"<title>{escape(title)}</title>\n<style>{_style_sheet()}</style>\n</head>\n<body class='{kind}'>\n"
        f"{body}\n</body>\n</html>\n"
    )


@cache
def _style_sheet() -> str:
    return read_bytes("pages.css").decode()
