"""A report as one HTML page without external resources, which prints on one sheet of A4."""

from __future__ import annotations

import re
from base64 import b64encode
from html import escape

from clics.concepts.labels import bar
from clics.html_page import Cell, document, table
from clics.results.provenance import now
from clics.results.report import Report, ReportCell, ReportTable

MOST_ORBITS = 8
"""Rows of the table of Wyckoff positions; further ones are counted."""
_MOST_CHARACTERS = {"Description": 900, "Remarks": 500}
"""Length of the paragraphs that a page holds beside the rest."""
_MOST_IN_CELL = 120
_MOST_OF_SOURCE = 160


def page(report: Report, picture: bytes = b"") -> str:
    """The page of a report.

    Args:
        report: The report.
        picture: A picture of the crystal as PNG; empty for none.
    """
    tables = report.tables()
    drawing = _picture(picture, report.formula)
    left, right = [_section(tables.orbits), _section(tables.environments)], [_section(tables.space_groups)]
    if picture:
        left, right = [drawing, *left], [_section(tables.facts), *right]
    else:  # the columns would be of unequal height
        left = [_section(tables.facts), *left]
    right += [_section(tables.connections), _section(tables.similar)]
    body = [
        f"<main>\n<header>\n<h1>{formula(report.formula)}</h1>",
        f"<p class='lead'>{symbol(report.headline)}</p>",
        f"<p>{escape(cut(report.source or report.title, _MOST_OF_SOURCE))}</p>\n</header>",
        f"<div class='columns'>\n<div>{''.join(left)}</div>\n<div>{''.join(right)}</div>\n</div>",
        _section(tables.geometry),
        *(_paragraph(title, text) for title, text in report.texts()),
        f"<footer>\n<p>{escape(report.explained())}</p>",
        f"<p>{escape(report.about.licence)}</p>" if report.about.licence else "",
        f"<p>{escape(report.origin())} · {now()[:10]}</p>\n</footer>\n</main>",
    ]
    return document(f"{report.formula} – {report.title}", "\n".join(body), "report")


def formula(text: str) -> str:
    """A chemical formula as HTML with subscripts: ``SrTiO3`` → ``SrTiO<sub>3</sub>``."""
    return re.sub(r"(?<=[A-Za-z)\]])(\d+(?:\.\d+)?)", r"<sub>\1</sub>", escape(text))


def symbol(text: str) -> str:
    """A Hermann–Mauguin symbol as HTML, with lowered screw axes (``4_2``) and bars over rotoinversions (``-4``)."""
    lowered = re.sub(r"_(\d)", r"<sub>\1</sub>", escape(text))
    return re.sub(r"-(\d)", r"<span class='overline'>\1</span>", lowered)


def cut(text: str, most: int) -> str:
    """Text of at most ``most`` characters; a longer one ends with a whole word and an ellipsis."""
    if len(text) <= most:
        return text
    kept = text[: most - 1]
    return f"{kept.rpartition(' ')[0] or kept} …"


def _picture(picture: bytes, name: str) -> str:
    if not picture:
        return ""
    return (
        f"<img alt='The crystal structure of {escape(name)}' src='data:image/png;base64,{b64encode(picture).decode()}'>"
    )


def _paragraph(title: str, text: str) -> str:
    kind = " class='note'" if title == "Remarks" else ""
    return f"<section><h2>{title}</h2><p{kind}>{escape(cut(text, _MOST_CHARACTERS[title]))}</p></section>"


def _section(content: ReportTable) -> str:
    if not content.rows:
        return ""
    shown = content.rows[:MOST_ORBITS] if content.head else content.rows
    rows = [[_cell(cell) for cell in row] for row in shown]
    if len(shown) < len(content.rows):
        rows.append([Cell(f"… {len(content.rows) - len(shown)} more", "more", span=len(content.head))])
    header = [
        Cell(name, "number" if cell.kind == "number" else "")
        for name, cell in zip(content.head, content.rows[0], strict=False)
    ]
    kinds = {cell.kind for cell in content.rows[0]}
    kind = "ranked" if "bar" in kinds else "facts" if "name" in kinds else ""
    return f"<section><h2>{content.title}</h2>{table(rows, header, kind=kind)}</section>"


def _cell(cell: ReportCell) -> Cell:
    if cell.kind == "bar":
        return Cell(f"<i><b style='width:{bar(cell.score):.0%}'></b></i>", "bar")
    if cell.kind == "verdict":
        return Cell(cell.text, "verdict yes" if cell.true else "verdict")
    if cell.kind in ("number", "name"):
        return Cell(escape(cell.text), cell.kind, heading=cell.kind == "name")
    in_notation = {"formula": formula, "symbol": symbol}.get(cell.kind, escape)
    return Cell(in_notation(cut(cell.text, _MOST_IN_CELL)))
