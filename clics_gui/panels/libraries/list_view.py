"""List of known libraries: name, contents, state, location."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

from clics.errors import ClicsError
from PySide6.QtCore import QAbstractListModel, QModelIndex, QPersistentModelIndex, QRect, QSize, Qt, Signal
from PySide6.QtGui import QFont, QFontMetrics, QKeyEvent, QPainter
from PySide6.QtWidgets import QFrame, QListView, QStyle, QStyledItemDelegate, QStyleOptionViewItem, QWidget

from clics_gui.panels.libraries import labels
from clics_gui.style.plain import shown, tooltip

if TYPE_CHECKING:
    from clics.results import LibraryState

    from clics_gui.state.libraries import Libraries
    from clics_gui.style.theme import Theme

Index = QModelIndex | QPersistentModelIndex
PathRole = Qt.ItemDataRole.UserRole
SIDE, GAP = 12, 2


class LibrariesModel(QAbstractListModel):
    """One row for each known library; ``states`` holds the state of each, or its error."""

    def __init__(self, libraries: Libraries, parent: QWidget) -> None:
        super().__init__(parent)
        self._libraries = libraries
        self.paths: tuple[Path | None, ...] = ()
        self.states: dict[Path | None, LibraryState | ClicsError] = {}

    def refill(self) -> None:
        """Take over the list of libraries."""
        if self.paths != self._libraries.known:
            self.beginResetModel()
            self.paths = self._libraries.known
            self.endResetModel()
        self.dataChanged.emit(self.index(0), self.index(len(self.paths) - 1))

    def take(self, path: Path | None, state: LibraryState | ClicsError) -> None:
        """Set the state of a library, or its error."""
        self.states[path] = state
        if path in self.paths:
            place = self.index(self.paths.index(path))
            self.dataChanged.emit(place, place)

    def state(self, path: Path | None) -> LibraryState | None:
        """State of a library; None if it is unknown."""
        state = self.states.get(path)
        return None if isinstance(state, ClicsError) else state

    def error(self, path: Path | None) -> ClicsError | None:
        """Reason why a library cannot be used; None if there is none."""
        state = self.states.get(path)
        return state if isinstance(state, ClicsError) else None

    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008, N802  Qt's signature
        """Number of libraries."""
        return 0 if parent.isValid() else len(self.paths)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        """Name, accessible text, tooltip, or path."""
        path = self.paths[index.row()]
        if role == PathRole:
            return path
        if role == Qt.ItemDataRole.DisplayRole:
            return shown(self._libraries.name(path))
        if role == Qt.ItemDataRole.AccessibleTextRole:
            return ", ".join(part for part in (self._libraries.name(path), *self.lines(path)[:3]) if part)
        if role == Qt.ItemDataRole.ToolTipRole:
            error = self.error(path)
            return tooltip(error.message[:2000] if error is not None else labels.location_line(path, self.state(path)))
        return None

    def lines(self, path: Path | None) -> tuple[str, str, str, bool]:
        """Contents, state and location of a library, and True if it is in order."""
        state, error = self.state(path), self.error(path)
        where = labels.location_line(path, state)
        if error is not None:
            return "", f"✗ {labels.error_line(error)}", where, False
        if state is None:
            return "…", "", where, True
        ready, fine = labels.readiness(state)
        return labels.crystals_line(state), f"{'✓' if fine else '⚠'} {ready}", where, fine

    def is_current(self, path: Path | None) -> bool:
        """True for the active library."""
        return path == self._libraries.current


class LibrariesView(QListView):
    """``used(path)`` follows a double click and Return, ``dropped(path)`` the Delete key."""

    used = Signal(object)
    dropped = Signal(object)

    def __init__(self, model: LibrariesModel, theme: Theme) -> None:
        super().__init__()
        self._theme = theme
        self.setModel(model)
        self.setItemDelegate(_Rows(model, theme, self))
        self.setAccessibleName("Known libraries")
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setVerticalScrollMode(QListView.ScrollMode.ScrollPerPixel)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.doubleClicked.connect(lambda index: self.used.emit(index.data(PathRole)))
        theme.changed.connect(self.viewport().update)

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802  Qt's name
        """Return searches the one that is selected, Delete takes it off the list."""
        index = self.currentIndex()
        if index.isValid() and event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self.used.emit(index.data(PathRole))
        elif index.isValid() and event.key() == Qt.Key.Key_Delete:
            self.dropped.emit(index.data(PathRole))
        else:
            super().keyPressEvent(event)


class _Rows(QStyledItemDelegate):
    """Three lines: name and "active"; contents and state; location."""

    def __init__(self, model: LibrariesModel, theme: Theme, parent: QWidget) -> None:
        super().__init__(parent)
        self._model = model
        self._theme = theme

    def sizeHint(self, option: QStyleOptionViewItem, index: Index) -> QSize:  # noqa: N802  Qt's name
        """Three lines and a little air."""
        return QSize(120, 3 * (option.fontMetrics.height() + GAP) + 14)

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        """Paint a row."""
        path = index.data(PathRole)
        inside, state, where, fine = self._model.lines(path)
        painter.save()
        chosen = bool(option.state & QStyle.StateFlag.State_Selected)
        if chosen:
            painter.fillRect(option.rect, self._theme.color("selection"))
        if self._model.is_current(path):
            painter.fillRect(option.rect.x(), option.rect.y(), 3, option.rect.height(), self._theme.color("accent"))
        area = option.rect.adjusted(SIDE, 7, -SIDE, -7)
        step = option.fontMetrics.height() + GAP
        first, second, third = (QRect(area.x(), area.y() + row * step, area.width(), step) for row in range(3))
        bold = QFont(option.font)
        bold.setWeight(QFont.Weight.DemiBold)
        tag = "active" if self._model.is_current(path) else ""
        self._line(painter, first, index.data(), tag, bold, option.font, "text", "accent")
        self._line(painter, second, inside, state, option.font, option.font, "text", "muted" if fine else "bad")
        middle = Qt.TextElideMode.ElideMiddle
        self._line(painter, third, where, "", option.font, option.font, "muted", "muted", middle)
        painter.setPen(self._theme.color("border"))
        painter.drawLine(option.rect.bottomLeft(), option.rect.bottomRight())
        painter.restore()

    def _line(
        self, painter: QPainter, area: QRect, left: str, right: str, font: QFont, right_font: QFont,
        role: Any, right_role: Any, elide: Qt.TextElideMode = Qt.TextElideMode.ElideRight,
    ) -> None:  # fmt: skip
        width = QFontMetrics(right_font).horizontalAdvance(right)
        painter.setFont(right_font)
        painter.setPen(self._theme.color(right_role))
        painter.drawText(area, Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter, right)
        room = area.adjusted(0, 0, -(width + 10 if right else 0), 0)
        painter.setFont(font)
        painter.setPen(self._theme.color(role))
        text = QFontMetrics(font).elidedText(left, elide, room.width())
        painter.drawText(room, Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter, text)
