"""Blocks of a page; each knows its height and how to become shorter."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Protocol

from PySide6.QtGui import QImage

from clics_gui.export.sheet import ACCENT, INK, SOFT, Sheet, line_height

BODY = 8.5
"""Points of running text."""
HEADING = 8.5
GAP = 3.6
"""Millimetres under a block."""
PAD = 0.55
BAR_WIDTH = 15.0
MOST_ROWS = 40
"""Rows that a column of a page could ever hold."""


@dataclass(frozen=True, slots=True)
class Bar:
    """Cell with a bar filled to ``part``, 0 to 1."""

    part: float


@dataclass(frozen=True, slots=True)
class Column:
    """Column of a table.

    Attributes:
        width: Width in mm; 0 for the rest of the row.
        right: Align to the right.
        soft: Use the muted colour.
    """

    width: float = 0.0
    right: bool = False
    soft: bool = False


Cell = str | Bar


class Block(Protocol):
    """Part of a page."""

    def height(self, sheet: Sheet, width: float) -> float:
        """Height in mm for a width in mm, with the gap below."""

    def cut(self) -> bool:
        """Become a little shorter.

        Returns:
            False if it cannot.
        """

    def paint(self, sheet: Sheet, x: float, y: float, width: float) -> None:
        """Paint at ``x``, ``y`` in mm."""


@dataclass(slots=True)
class Picture:
    """Image, at most ``most`` mm high."""

    image: QImage
    most: float = 66.0

    def height(self, sheet: Sheet, width: float) -> float:
        """Height by the aspect ratio."""
        return min(self.most, width * self.image.height() / self.image.width()) + GAP

    def cut(self) -> bool:
        """Become smaller."""
        self.most -= 4
        return self.most > 36

    def paint(self, sheet: Sheet, x: float, y: float, width: float) -> None:
        """Paint the image."""
        sheet.image(x, y, width, self.height(sheet, width) - GAP, self.image)


@dataclass(slots=True)
class Table:
    """Rows under a heading; rows without space become "… n more". It keeps ``more`` rows more than other tables."""

    title: str
    columns: tuple[Column, ...]
    rows: Sequence[tuple[Cell, ...]]
    head: tuple[str, ...] = ()
    least: int = 3
    more: int = 0
    shown: int = field(init=False)
    _heights: dict[float, list[float]] = field(init=False, default_factory=dict)

    def __post_init__(self) -> None:
        self.shown = min(len(self.rows), MOST_ROWS)

    def height(self, sheet: Sheet, width: float) -> float:
        """Height of the rows shown."""
        if width not in self._heights:
            self._heights[width] = [self._row_height(sheet, row, width) for row in self.rows[: self.shown]]
        lines = sum(self._heights[width][: self.shown])
        extra = line_height(BODY) + 2 * PAD
        return line_height(HEADING) + 1 + lines + extra * (bool(self.head) + (self.shown < len(self.rows))) + GAP

    def cut(self) -> bool:
        """Omit the last row."""
        if self.shown <= self.least:
            return False
        self.shown -= 2 if self.shown == len(self.rows) else 1  # the line "… n more" takes the room of a row
        return True

    def paint(self, sheet: Sheet, x: float, y: float, width: float) -> None:
        """Paint heading and rows."""
        sheet.text(x, y, self.title, HEADING, colour=ACCENT, bold=True)
        y += line_height(HEADING) + 1
        one = line_height(BODY) + 2 * PAD
        if self.head:
            for column, name, left, wide in self._places(self.head, width):
                sheet.text(
                    x + (left + wide if column.right else left),
                    y + PAD,
                    str(name),
                    BODY,
                    colour=SOFT,
                    right=column.right,
                )
            y += one
            sheet.rule(x, y, width)
        for row in self.rows[: self.shown]:
            self._paint_row(sheet, x, y, row, width)
            y += self._row_height(sheet, row, width)
            sheet.rule(x, y, width)
        if self.shown < len(self.rows):
            sheet.text(x, y + PAD, f"… {len(self.rows) - self.shown} more", BODY, colour=SOFT)

    def _paint_row(self, sheet: Sheet, x: float, y: float, row: tuple[Cell, ...], width: float) -> None:
        for column, cell, left, wide in self._places(row, width):
            if isinstance(cell, Bar):
                sheet.bar(x + left, y + PAD + line_height(BODY) / 2 - 0.8, wide, 1.6, cell.part)
                continue
            colour = SOFT if column.soft or cell in ("✗", "–") else ACCENT if cell == "✓" else INK
            texts = [sheet.elided(cell, wide, BODY)] if column.width else sheet.lines(cell, wide, BODY, most=2)
            for place, text in enumerate(texts):
                left_or_right = x + (left + wide if column.right else left)
                sheet.text(
                    left_or_right, y + PAD + place * line_height(BODY), text, BODY, colour=colour, right=column.right
                )

    def _row_height(self, sheet: Sheet, row: tuple[Cell, ...], width: float) -> float:
        most = 1
        for column, cell, _, wide in self._places(row, width):
            if not column.width and isinstance(cell, str):
                most = max(most, len(sheet.lines(cell, wide, BODY, most=2)))
        return most * line_height(BODY) + 2 * PAD

    def _places(self, cells: Sequence[Cell], width: float) -> list[tuple[Column, Cell, float, float]]:
        """Column, cell, left edge and width of each; a gap of 2 mm between them."""
        fixed = sum(column.width for column in self.columns) + 2.0 * (len(self.columns) - 1)
        free = sum(not column.width for column in self.columns)
        pieces, left = [], 0.0
        for column, cell in zip(self.columns, cells, strict=True):
            wide = column.width or (width - fixed) / free
            pieces.append((column, cell, left, wide))
            left += wide + 2.0
        return pieces


@dataclass(slots=True)
class Paragraph:
    """Text under a heading, of at most ``most`` lines."""

    title: str
    text: str
    colour: str = INK
    most: int = 14
    least: int = 3
    _set: dict[int, list[str]] = field(init=False, default_factory=dict)

    def height(self, sheet: Sheet, width: float) -> float:
        """Height of the lines."""
        return line_height(HEADING) + 1 + len(self._lines(sheet, width)) * line_height(BODY) + GAP

    def cut(self) -> bool:
        """Omit the last line."""
        if self.most <= self.least:
            return False
        self.most -= 1
        return True

    def paint(self, sheet: Sheet, x: float, y: float, width: float) -> None:
        """Paint heading and lines."""
        sheet.text(x, y, self.title, HEADING, colour=ACCENT, bold=True)
        y += line_height(HEADING) + 1
        for line in self._lines(sheet, width):
            sheet.text(x, y, line, BODY, colour=self.colour)
            y += line_height(BODY)

    def _lines(self, sheet: Sheet, width: float) -> list[str]:
        if self.most not in self._set:
            self._set[self.most] = sheet.lines(self.text, width, BODY, most=self.most)
        return self._set[self.most]
