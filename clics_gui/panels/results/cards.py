"""Hits as cards: a picture with two lines of text."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QFont, QFontMetrics, QPainter, QPen
from PySide6.QtWidgets import QListView, QStyle, QStyledItemDelegate, QStyleOptionViewItem

from clics_gui.panels.results.hit_model import CHECKED, COLOURS, RANK, HitRole, PixmapRole, score_text
from clics_gui.style.labels import pretty_formula, pretty_symbol
from clics_gui.style.plain import shown

if TYPE_CHECKING:
    from clics.results import Hit

    from clics_gui.style.theme import Theme

WIDTH, HEIGHT, IMAGE = 148, 182, 120


class CardDelegate(QStyledItemDelegate):
    """Paints one hit."""

    def __init__(self, theme: Theme, parent: QListView) -> None:
        super().__init__(parent)
        self._theme = theme

    def sizeHint(self, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex) -> QSize:  # noqa: N802
        """All cards are alike, and share the width among them."""
        view = self.parent()
        room = view.viewport().width() - 2 if isinstance(view, QListView) else WIDTH
        return QSize(max(WIDTH, room // max(1, room // WIDTH)), HEIGHT)

    def paint(
        self, painter: QPainter, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex
    ) -> None:
        """Paint background, picture (the formula until it is there) and text."""
        hit: Hit = index.data(HitRole)
        chosen = bool(option.state & QStyle.StateFlag.State_Selected)
        theme, card = self._theme, QRectF(option.rect).adjusted(4, 4, -4, -4)
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
        painter.setPen(QPen(theme.color("accent" if chosen else "border"), 2 if chosen else 1))
        painter.setBrush(theme.color("selection" if chosen else "surface"))
        painter.drawRoundedRect(card, 8, 8)
        place = QRectF(card.center().x() - IMAGE / 2, card.top() + 6, IMAGE, IMAGE)
        pixmap = index.data(PixmapRole)
        bold = QFont(option.font)
        bold.setBold(True)
        painter.setPen(theme.color("text"))
        if pixmap is not None and not pixmap.isNull():
            painter.drawPixmap(place, pixmap, QRectF(pixmap.rect()))
        else:
            large = QFont(bold)
            large.setPointSizeF(bold.pointSizeF() * 1.4)
            painter.setFont(large)
            painter.setPen(theme.color("muted"))
            painter.drawText(place, Qt.AlignmentFlag.AlignCenter, _cut(large, pretty_formula(hit.formula or ""), IMAGE))
        text = card.adjusted(10, IMAGE + 10, -10, -6)
        self._texts(painter, option.font, bold, hit, text, _text_of(index, CHECKED)[:1])
        painter.setPen(theme.color("muted"))
        painter.drawText(card.topLeft() + QPointF(10, QFontMetrics(option.font).height() + 4), _text_of(index, RANK))
        painter.restore()

    def _texts(self, painter: QPainter, font: QFont, bold: QFont, hit: Hit, text: QRectF, sign: str) -> None:
        theme, line = self._theme, QFontMetrics(font).height() + 2
        first = QRectF(text.left(), text.top(), text.width(), line)
        second = first.translated(0, line)
        score = score_text(hit.score)
        painter.setFont(bold)
        painter.setPen(theme.color("text"))
        painter.drawText(
            first, Qt.AlignmentFlag.AlignLeft, _cut(bold, pretty_formula(hit.formula or ""), text.width() - 44)
        )
        painter.setFont(font)
        painter.setPen(theme.color("muted"))
        painter.drawText(first, Qt.AlignmentFlag.AlignRight, score)
        painter.drawText(
            second, Qt.AlignmentFlag.AlignLeft, _cut(font, pretty_symbol(hit.space_group or ""), text.width() - 24)
        )
        if sign:
            painter.setFont(bold)
            painter.setPen(theme.color(COLOURS.get(sign, "muted")))
            painter.drawText(second, Qt.AlignmentFlag.AlignRight, sign)


class CardsView(QListView):
    """Cards that flow from left to right."""

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self.setAccessibleName("Hits as pictures")
        self.setViewMode(QListView.ViewMode.IconMode)
        self.setResizeMode(QListView.ResizeMode.Adjust)
        self.setMovement(QListView.Movement.Static)
        self.setUniformItemSizes(True)
        self.setLayoutMode(QListView.LayoutMode.Batched)
        self.setWordWrap(False)
        self.setItemDelegate(CardDelegate(theme, self))
        self.setVerticalScrollMode(QListView.ScrollMode.ScrollPerPixel)
        theme.changed.connect(self.viewport().update)


def _cut(font: QFont, text: str, width: float) -> str:
    return QFontMetrics(font).elidedText(shown(text), Qt.TextElideMode.ElideRight, int(width))


def _text_of(index: QModelIndex | QPersistentModelIndex, column: int) -> str:
    return str(index.model().index(index.row(), column).data())
