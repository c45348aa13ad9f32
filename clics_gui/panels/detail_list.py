"""Short list whose rows have a line of text and a muted line below it; used for sites and networks."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QFont, QFontMetrics, QPainter, QTextCharFormat, QTextLayout, QTextOption
from PySide6.QtWidgets import QStyleOptionViewItem, QWidget

from clics_gui.panels.ranked_list import SIDE, ItemRole, RankedItem, RankedItemDelegate, RankedList
from clics_gui.style.plain import shown

if TYPE_CHECKING:
    from clics_gui.style.theme import Theme

Index = QModelIndex | QPersistentModelIndex
DOT = 9
"""Diameter of the disc in an element's colour, in pixels."""
ABOVE, BELOW = 4, 5


@dataclass(frozen=True, slots=True)
class DetailItem(RankedItem):
    """One row.

    Attributes:
        strong: Number of characters at the begin of the text that are bold.
        detail: Muted text below.
        colour: Colour ``#rrggbb`` of a disc at the left; empty: none.
        atoms: Sites of the row, as indices into the crystal shown.
    """

    strong: int = 0
    detail: str = ""
    colour: str = ""
    atoms: tuple[int, ...] = ()

    def __post_init__(self) -> None:
        """Write out characters that cannot be seen."""
        RankedItem.__post_init__(self)
        object.__setattr__(self, "detail", shown(self.detail))

    def spoken(self) -> str:
        """All parts as text, for screen readers and the clipboard."""
        return ", ".join(part for part in (self.text, self.note, self.detail) if part)


class DetailDelegate(RankedItemDelegate):
    """Paints disc, text and note above, the detail below; both wrap."""

    def sizeHint(self, option: QStyleOptionViewItem, index: Index) -> QSize:  # noqa: N802  Qt's name
        """As tall as the wrapped texts."""
        item: DetailItem = index.data(ItemRole)
        width = self._view.viewport().width()
        first, second = self._texts(item, option.font, width)
        return QSize(120, round(first.boundingRect().height() + second.boundingRect().height()) + ABOVE + BELOW)

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        """Paint one row."""
        item: DetailItem = index.data(ItemRole)
        rect = QRectF(option.rect)
        metrics = QFontMetrics(option.font)
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        self._ground(painter, option, rect)
        first, second = self._texts(item, option.font, rect.width())
        at = QPointF(rect.left() + SIDE + _indent(item), rect.top() + ABOVE)
        if item.colour:
            self._disc(painter, item, QPointF(rect.left() + SIDE + DOT / 2, at.y() + metrics.height() / 2))
        painter.setPen(self._theme.color("text"))
        first.draw(painter, at)
        painter.setPen(self._theme.color("muted"))
        second.draw(painter, at + QPointF(0, first.boundingRect().height()))
        if item.note:
            painter.setFont(_small(option.font))
            place = QRectF(rect.left(), at.y(), rect.width() - SIDE, metrics.height())
            painter.drawText(place, Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter, item.note)
        painter.restore()

    def _disc(self, painter: QPainter, item: DetailItem, middle: QPointF) -> None:
        painter.setPen(self._theme.color("border"))
        painter.setBrush(QColor(item.colour))
        painter.drawEllipse(middle, DOT / 2, DOT / 2)

    @staticmethod
    def _texts(item: DetailItem, font: QFont, width: float) -> tuple[QTextLayout, QTextLayout]:
        room = width - 2 * SIDE - _indent(item)
        note = QFontMetrics(_small(font)).horizontalAdvance(item.note) + 10 if item.note else 0
        return wrapped(item.text, font, room - note, item.strong), wrapped(item.detail, font, room)


class DetailList(RankedList):
    """List of :class:`DetailItem` without a scroll bar. ``chosen(key)`` follows a click or Return."""

    def __init__(self, theme: Theme, name: str, parent: QWidget | None = None) -> None:
        super().__init__(theme, name, parent)
        self.setItemDelegate(DetailDelegate(theme, self))

    def atoms_of(self, key: str) -> tuple[int, ...]:
        """Sites of the row of a key; none for an unknown key."""
        return next((line.atoms for line in self.lines if line.key == key and isinstance(line, DetailItem)), ())


def wrapped(text: str, font: QFont, width: float, strong: int = 0) -> QTextLayout:
    """Text broken into lines, between words if possible.

    Args:
        text: The text; no lines for an empty one.
        font: Its font.
        width: Width of the lines in pixels.
        strong: Number of characters at the begin that are bold.
    """
    layout = QTextLayout(text.replace("\n", " "), font)
    option = QTextOption()
    option.setWrapMode(QTextOption.WrapMode.WrapAtWordBoundaryOrAnywhere)
    layout.setTextOption(option)
    if strong:
        bold = QTextLayout.FormatRange()
        bold.start, bold.length = 0, strong
        bold.format = QTextCharFormat()
        bold.format.setFontWeight(QFont.Weight.DemiBold)
        layout.setFormats([bold])
    layout.beginLayout()
    top = 0.0
    while text and (line := layout.createLine()).isValid():
        line.setLineWidth(max(width, 40.0))
        line.setPosition(QPointF(0, top))
        top += line.height()
    layout.endLayout()
    return layout


def _indent(item: DetailItem) -> int:
    return DOT + 7 if item.colour else 0


def _small(font: QFont) -> QFont:
    small = QFont(font)
    small.setPointSizeF(max(font.pointSizeF() * 0.9, 7))
    return small
