"""One-page report of a crystal on A4, as PDF or on any paint device."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from clics.results.report import Report, ReportCell, ReportTable
from PySide6.QtCore import QBuffer, QByteArray, QIODevice, QMarginsF
from PySide6.QtGui import QGuiApplication, QImage, QPageSize, QPainter, QPdfWriter

from clics_gui.export.blocks import BAR_WIDTH, Bar, Block, Cell, Column, Paragraph, Picture, Table
from clics_gui.export.sheet import ACCENT, INK, SOFT, Sheet, line_height
from clics_gui.style.labels import bar, pretty_formula, pretty_symbol

WIDTH, HEIGHT = 210.0, 297.0
SIDE, TOP, FOOT = 17.0, 15.0, 11.0
BETWEEN = 8.0
DPI = 1200
_SMALL = 6.8
MORE_ORBITS = 4
"""Rows that the table of coordination polyhedra keeps more than others where the page is short."""
LINES = 6
"""Lines to which long texts are cut before tables are."""


def pdf(report: Report, picture: QImage | None) -> bytes:
    """The page as bytes of a PDF file.

    May run in any thread after :func:`clics_gui.engine_thread.qt_type_preload.make_all`.
    """
    data = QByteArray()
    buffer = QBuffer(data)
    buffer.open(QIODevice.OpenModeFlag.WriteOnly)
    writer = QPdfWriter(buffer)
    writer.setResolution(DPI)
    writer.setPageSize(QPageSize(QPageSize.PageSizeId.A4))
    writer.setPageMargins(QMarginsF(0, 0, 0, 0))
    writer.setTitle(f"{report.formula} – {report.title}"[:200])
    writer.setCreator("CLICS desktop")
    painter = QPainter(writer)
    paint(painter, DPI, report, picture)
    painter.end()
    buffer.close()
    return bytes(data.data())


def paint(painter: QPainter, dpi: float, report: Report, picture: QImage | None) -> None:
    """Paint the page on a device of a given resolution; long tables and texts are shortened to fit."""
    sheet = Sheet(painter, dpi, QGuiApplication.font().family())
    wide = WIDTH - 2 * SIDE
    top = _header(sheet, report, wide)
    bottom = _footer(sheet, report, wide)
    columns, below = _columns(report, picture), _below(report)
    _fit(sheet, columns, below, (wide - BETWEEN) / 2, wide, bottom - top)
    ends = []
    for place, column in enumerate(columns):
        y = top
        for block in column:
            block.paint(sheet, SIDE + place * ((wide - BETWEEN) / 2 + BETWEEN), y, (wide - BETWEEN) / 2)
            y += block.height(sheet, (wide - BETWEEN) / 2)
        ends.append(y)
    y = max(ends)
    for block in below:
        block.paint(sheet, SIDE, y, wide)
        y += block.height(sheet, wide)


def _header(sheet: Sheet, report: Report, wide: float) -> float:
    """Paint formula, space group and source; gives the top of the columns."""
    sheet.text(SIDE, TOP, sheet.elided(pretty_formula(report.formula), wide, 24, bold=True), 24, bold=True)
    y = TOP + line_height(24)
    sheet.text(SIDE, y, sheet.elided(pretty_symbol(report.headline), wide, 12), 12)
    y += line_height(12) + 0.6
    sheet.text(SIDE, y, sheet.elided(report.source or report.title, wide, 9), 9, colour=SOFT)
    y += line_height(9) + 2.2
    sheet.rule(SIDE, y, wide, thick=0.6, colour=ACCENT)
    return y + 4.5


def _footer(sheet: Sheet, report: Report, wide: float) -> float:
    """Paint explanations, licences, model, library and date; gives its top."""
    texts = [report.explained(), report.about.licence, f"{report.origin()} · {date.today().isoformat()}"]
    lines = [line for text in texts if text for line in sheet.lines(text, wide, _SMALL, most=3)]
    top = HEIGHT - FOOT - len(lines) * line_height(_SMALL)
    sheet.rule(SIDE, top - 1.6, wide)
    for place, line in enumerate(lines):
        sheet.text(SIDE, top + place * line_height(_SMALL), line, _SMALL, colour=SOFT)
    return top - 3.0


def _columns(report: Report, picture: QImage | None) -> tuple[list[Block], list[Block]]:
    tables = report.tables()
    facts = _table(tables.facts, Column(34, soft=True), Column(right=True), least=len(tables.facts.rows))
    orbits = _table(tables.orbits, Column(), Column(13), Column(16), *[Column(11.5, right=True)] * 3)
    similar = _table(tables.similar, Column(17), Column(16), Column(), Column(8, right=True))
    ranked = [Column(), Column(BAR_WIDTH), Column(8, right=True), Column(3.5, right=True)]
    left: list[Block] = [orbits, _table(tables.environments, *ranked)]
    right: list[Block] = [_table(tables.space_groups, *ranked), _table(tables.connections, *ranked), similar]
    if picture is not None and not picture.isNull():
        left.insert(0, Picture(picture))
        right.insert(0, facts)
    else:
        left.insert(0, facts)
    return _filled(left), _filled(right)


def _filled(blocks: Sequence[Block]) -> list[Block]:
    return [block for block in blocks if not isinstance(block, Table) or block.rows]


def _below(report: Report) -> list[Block]:
    widths = (Column(15), Column(13), Column(), Column(17), Column(soft=True), Column())
    content = report.tables().geometry
    blocks: list[Block] = [_table(content, *widths, more=MORE_ORBITS)]
    blocks += [Paragraph(title, text, SOFT if title == "Remarks" else INK) for title, text in report.texts()]
    return _filled(blocks)


def _table(content: ReportTable, *columns: Column, least: int = 1, more: int = 0) -> Table:
    rows = [tuple(_cell(cell) for cell in row) for row in content.rows]
    return Table(content.title, columns, rows, content.head, least=least, more=more)


def _cell(cell: ReportCell) -> Cell:
    if cell.kind == "bar":
        return Bar(bar(cell.score))
    in_notation = {"formula": pretty_formula, "symbol": pretty_symbol}.get(cell.kind, str)
    return in_notation(cell.text)


def _fit(
    sheet: Sheet, columns: Sequence[list[Block]], below: Sequence[Block], narrow: float, wide: float, room: float
) -> None:
    """Shorten the longest blocks until the page holds all: long texts first, then tables, then the rest."""

    def heights(column: Sequence[Block]) -> float:
        return sum(block.height(sheet, narrow) for block in column)

    while max(map(heights, columns)) + sum(block.height(sheet, wide) for block in below) > room:
        tallest = max(columns, key=heights)
        paragraphs = [block for block in below if isinstance(block, Paragraph)]
        long_paragraphs = [paragraph for paragraph in paragraphs if paragraph.most > LINES]
        tables = sorted(
            (b for b in (*tallest, *below) if isinstance(b, Table)), key=lambda table: table.more - table.shown
        )
        rest: list[Block] = [*(block for block in tallest if isinstance(block, Picture)), *paragraphs]
        blocks: list[Block] = [*long_paragraphs, *tables, *rest]
        if not any(block.cut() for block in blocks):
            return
