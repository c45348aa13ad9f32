"""Short list with scores and verdicts, as tall as its rows; used by the geometry panel and previews."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QAbstractListModel, QModelIndex, QPersistentModelIndex, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QFontMetrics, QGuiApplication, QKeyEvent, QKeySequence, QPainter, QPalette, QResizeEvent
from PySide6.QtWidgets import (
    QAbstractItemView,
    QListView,
    QSizePolicy,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QWidget,
)

from clics_gui.style.labels import bar
from clics_gui.style.plain import shown, tooltip

if TYPE_CHECKING:
    from clics_gui.style.colours import Role
    from clics_gui.style.theme import Theme

Index = QModelIndex | QPersistentModelIndex
SIDE = 8
"""Pixels at the left and right of a line."""
ItemRole = Qt.ItemDataRole.UserRole


@dataclass(frozen=True, slots=True)
class RankedItem:
    """One row of a ranked list.

    Attributes:
        text: Text of the row.
        key: Phrase of the row; empty if a click does nothing.
        tip: Full text for the tooltip.
        score: Score in [−1, 1]; None without a bar.
        verdict: Agreement with the analysis; None if there is nothing to compare.
        word: Words of the verdict.
        note: Text at the right in place of a verdict.
        loud: Emphasise a negative verdict; of many ranked space groups all but one must be wrong.
    """

    text: str
    key: str = ""
    tip: str = ""
    score: float | None = None
    verdict: bool | None = None
    word: str = ""
    note: str = ""
    loud: bool = False

    def __post_init__(self) -> None:
        """Write out characters that cannot be seen."""
        for name in ("text", "word", "note"):
            object.__setattr__(self, name, shown(getattr(self, name)))

    def spoken(self) -> str:
        """All parts as text, for screen readers and the clipboard."""
        score = "" if not shows(self.score) else f"score {self.score:.2f}"
        return ", ".join(part for part in (self.text, score, self.word, self.note) if part)


def shows(score: float | None) -> bool:
    """True if the score is a finite number."""
    return score is not None and math.isfinite(score)


class RankedListModel(QAbstractListModel):
    """Rows for the view."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.lines: tuple[RankedItem, ...] = ()

    def show(self, lines: Sequence[RankedItem]) -> None:
        """Replace all rows."""
        self.beginResetModel()
        self.lines = tuple(lines)
        self.endResetModel()

    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008, N802  Qt's signature
        """Number of lines."""
        return 0 if parent.isValid() else len(self.lines)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        """Text, tooltip, accessible text, or the row itself."""
        line = self.lines[index.row()]
        if role == Qt.ItemDataRole.DisplayRole:
            return line.text
        if role == Qt.ItemDataRole.ToolTipRole:
            score = f"\nScore {line.score:.4f} (from −1 to 1)" if shows(line.score) else ""
            return tooltip((line.tip or line.text)[:2000] + score)
        if role == Qt.ItemDataRole.AccessibleTextRole:
            return line.spoken()
        return line if role == ItemRole else None


class RankedItemDelegate(QStyledItemDelegate):
    """Paints text and verdict above, the bar of the score below."""

    def __init__(self, theme: Theme, view: QListView) -> None:
        super().__init__(view)
        self._theme = theme
        self._view = view

    def sizeHint(self, option: QStyleOptionViewItem, index: Index) -> QSize:  # noqa: N802  Qt's name
        """One or two rows of text, and room for a bar where the line has a score."""
        line: RankedItem = index.data(ItemRole)
        metrics = option.fontMetrics
        room = self._view.viewport().width() - 2 * SIDE - self._taken(line, metrics)
        rows = 1 if metrics.horizontalAdvance(line.text) <= room else 2
        return QSize(120, rows * metrics.height() + 10 + (9 if shows(line.score) else 0))

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        """Paint one row."""
        line: RankedItem = index.data(ItemRole)
        rect, font = QRectF(option.rect), option.font
        metrics = QFontMetrics(font)
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        self._ground(painter, option, rect)
        inner = rect.adjusted(SIDE, 5, -SIDE, -4)
        if line.score is not None and shows(line.score):
            self._bar(painter, line, QRectF(inner.left(), inner.bottom() - 5, inner.width(), 4), metrics)
            inner.setBottom(inner.bottom() - 9)
        painter.setFont(font)
        self._right(painter, line, QRectF(inner.left(), inner.top(), inner.width(), metrics.height()), metrics)
        painter.setPen(self._theme.color("muted" if line.verdict is False else "text"))
        room = int(inner.width() - self._taken(line, metrics))
        shown = metrics.elidedText(line.text.replace("\n", " "), Qt.TextElideMode.ElideRight, 2 * room - 40)
        fits = metrics.horizontalAdvance(line.text) <= room
        flags = Qt.AlignmentFlag.AlignTop | (Qt.TextFlag.TextSingleLine if fits else Qt.TextFlag.TextWordWrap)
        painter.drawText(QRectF(inner.left(), inner.top(), room, inner.height() + 2), flags, shown)
        painter.restore()

    @staticmethod
    def _taken(line: RankedItem, metrics: QFontMetrics) -> int:
        """Pixels at the right that are not free for the text."""
        text = line.word or line.note
        return metrics.horizontalAdvance(text) + 20 if text else 0

    def _ground(self, painter: QPainter, option: QStyleOptionViewItem, rect: QRectF) -> None:
        state = option.state
        painter.setPen(Qt.PenStyle.NoPen)
        if state & QStyle.StateFlag.State_Selected:
            painter.setBrush(self._theme.color("selection"))
        elif state & QStyle.StateFlag.State_MouseOver:
            painter.setBrush(self._theme.color("hover"))
        else:
            painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.drawRoundedRect(rect.adjusted(1, 0, -1, -1), 4, 4)
        if state & QStyle.StateFlag.State_HasFocus and state & QStyle.StateFlag.State_KeyboardFocusChange:
            painter.setPen(self._theme.color("accent"))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawRoundedRect(rect.adjusted(1.5, 0.5, -1.5, -1.5), 4, 4)

    def _right(self, painter: QPainter, line: RankedItem, rect: QRectF, metrics: QFontMetrics) -> None:
        """Paint the verdict as a badge, or the note."""
        text = line.word or line.note
        if not text:
            return
        badge = bool(line.word) and (line.verdict is not False or line.loud)
        width = metrics.horizontalAdvance(text) + 12
        place = QRectF(rect.right() - width, rect.top() - 1, width, rect.height() + 2)
        if badge:
            role: Role = "good" if line.verdict else "bad" if line.verdict is False else "info"
            ground: Role = (
                "good_surface" if line.verdict else "bad_surface" if line.verdict is False else "info_surface"
            )
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(self._theme.color(ground))
            painter.drawRoundedRect(place, 4, 4)
            painter.setPen(self._theme.color(role))
        else:
            painter.setPen(self._theme.color("muted"))
        painter.drawText(place, Qt.AlignmentFlag.AlignCenter, text)

    def _bar(self, painter: QPainter, line: RankedItem, rect: QRectF, metrics: QFontMetrics) -> None:
        assert line.score is not None
        text = f"{line.score:.2f}"
        room = metrics.horizontalAdvance("0.00") + 8
        track = QRectF(rect.left(), rect.top(), rect.width() - room, rect.height())
        part = bar(line.score)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(self._theme.color("hover"))
        painter.drawRoundedRect(track, 2, 2)
        if part > 0:
            painter.setBrush(self._theme.color("muted" if line.verdict is False else "accent"))
            painter.drawRoundedRect(
                QRectF(track.left(), track.top(), max(track.width() * part, 4), track.height()), 2, 2
            )
        painter.setPen(self._theme.color("muted"))
        small = painter.font()
        small.setPointSizeF(max(small.pointSizeF() * 0.88, 7))
        painter.setFont(small)
        painter.drawText(
            QRectF(rect.right() - room, rect.center().y() - 8, room, 14),
            Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter,
            text,
        )


class RankedList(QListView):
    """List without a scroll bar. ``chosen(key)`` follows a click or Return."""

    chosen = Signal(str)

    def __init__(self, theme: Theme, name: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._model = RankedListModel(self)
        self.setModel(self._model)
        self.setItemDelegate(RankedItemDelegate(theme, self))
        self.setAccessibleName(name)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setMouseTracking(True)
        self.setUniformItemSizes(False)
        self.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setFrameShape(QListView.Shape.NoFrame)
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)
        self.setBackgroundRole(QPalette.ColorRole.NoRole)
        self.viewport().setAutoFillBackground(False)
        self.setStyleSheet("QListView { background: transparent; }")
        self.clicked.connect(self._choose)
        self.activated.connect(self._choose)
        theme.changed.connect(self.viewport().update)

    @property
    def lines(self) -> tuple[RankedItem, ...]:
        """Rows shown."""
        return self._model.lines

    def show_items(self, lines: Sequence[RankedItem]) -> None:
        """Replace all rows; none is selected afterwards."""
        if tuple(lines) != self._model.lines:
            self._model.show(lines)
            self.updateGeometry()

    def mark(self, key: str) -> None:
        """Select the row of a key, or none."""
        for row, line in enumerate(self._model.lines):
            if key and line.key == key:
                self.setCurrentIndex(self._model.index(row))
                return
        self.clearSelection()
        self.setCurrentIndex(QModelIndex())

    def resizeEvent(self, event: QResizeEvent) -> None:  # noqa: N802  Qt's name
        """Lines break otherwise at another width."""
        super().resizeEvent(event)
        if event.size().width() != event.oldSize().width():
            self.scheduleDelayedItemsLayout()
            self.updateGeometry()

    def sizeHint(self) -> QSize:  # noqa: N802  Qt's name
        """As tall as all lines."""
        height = sum(self.sizeHintForRow(row) for row in range(self._model.rowCount()))
        return QSize(200, height + 2)

    def minimumSizeHint(self) -> QSize:  # noqa: N802  Qt's name
        """Nothing is ever cut off at the bottom."""
        return QSize(80, self.sizeHint().height())

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802  Qt's name
        """Return chooses; Ctrl+C copies the line."""
        index = self.currentIndex()
        if index.isValid() and event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Space):
            self._choose(index)
        elif index.isValid() and event.matches(QKeySequence.StandardKey.Copy):
            QGuiApplication.clipboard().setText(self._model.lines[index.row()].spoken())
        else:
            super().keyPressEvent(event)

    def _choose(self, index: Index) -> None:
        self.chosen.emit(self._model.lines[index.row()].key)
