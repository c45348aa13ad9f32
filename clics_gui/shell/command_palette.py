"""Command palette: commands found by typing part of their names."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QEvent, QObject, Qt
from PySide6.QtGui import QKeyEvent, QKeySequence
from PySide6.QtWidgets import QFrame, QLineEdit, QTreeWidget, QTreeWidgetItem, QVBoxLayout, QWidget

from clics_gui.shell.action_registry import ActionRegistry
from clics_gui.state.actions import Action
from clics_gui.style.plain import tooltip

WIDTH, HEIGHT = 560, 380


def ranked(actions: Sequence[Action], typed: str) -> list[Action]:
    """Actions whose title or menu contains the typed letters in order, best match first.

    A title that starts with the text comes first, then a word that does, then any substring, then scattered letters.
    """
    typed = typed.casefold().strip()
    scored = [
        (score, place, action) for place, action in enumerate(actions) if (score := _score(action, typed)) is not None
    ]
    return [action for _, _, action in sorted(scored, key=lambda entry: entry[:2])]


def _score(action: Action, typed: str) -> int | None:
    text = f"{action.title} {action.menu.replace('/', ' ')}".casefold()
    if not typed:
        return 0
    if text.startswith(typed):
        return 0
    if f" {typed}" in text:
        return 1
    if typed in text:
        return 2
    words = typed.split()
    if len(words) > 1 and all(word in text for word in words):
        return 3
    letters = iter(text)
    return 4 if all(letter in letters for letter in typed if letter != " ") else None


class CommandPalette(QFrame):
    """Box over the window; it hides when a command runs or the keyboard focus leaves it."""

    def __init__(self, registry: ActionRegistry, window: QWidget) -> None:
        super().__init__(window)
        self._registry = registry
        self._window = window
        self.setProperty("role", "card")
        self.setObjectName("palette")
        self._line = QLineEdit(self)
        self._line.setPlaceholderText("Type a command")
        self._line.setAccessibleName("Command")
        self._line.setClearButtonEnabled(True)
        self._list = QTreeWidget(self)
        self._list.setColumnCount(3)
        self._list.setHeaderHidden(True)
        self._list.setRootIsDecorated(False)
        self._list.setUniformRowHeights(True)
        self._list.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(8, 8, 8, 8)
        layout.addWidget(self._line)
        layout.addWidget(self._list)
        self._line.textChanged.connect(self._fill)
        self._line.installEventFilter(self)
        self._list.itemClicked.connect(lambda item, _column: self._run(item))
        self.hide()

    def open(self) -> None:
        """Show the empty palette at the top of the window."""
        parent = self._window
        width = min(WIDTH, parent.width() - 40)
        self.setGeometry((parent.width() - width) // 2, 64, width, min(HEIGHT, parent.height() - 120))
        self._line.clear()
        self._fill("")
        self.show()
        self.raise_()
        self._line.setFocus()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:  # noqa: N802  Qt's name
        """Pass arrows and Enter to the list while the keyboard focus stays in the line."""
        if event.type() == QEvent.Type.FocusOut:
            self.hide()
        elif isinstance(event, QKeyEvent) and event.type() == QEvent.Type.KeyPress:
            return self._key(event.key())
        return super().eventFilter(watched, event)

    def _key(self, key: int) -> bool:
        rows = self._list.topLevelItemCount()
        current = self._list.currentItem()
        if key == Qt.Key.Key_Escape:
            self._leave()
        elif key in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            if current is not None:
                self._run(current)
        elif key in (Qt.Key.Key_Down, Qt.Key.Key_Up) and rows:
            step = 1 if key == Qt.Key.Key_Down else -1
            place = self._list.indexOfTopLevelItem(current) if current is not None else -1
            self._choose((place + step) % rows)
        else:
            return False
        return True

    def _fill(self, typed: str) -> None:
        self._list.clear()
        enabled = [action for action in self._registry if self._registry.enabled(action)]
        for action in ranked(enabled, typed):
            keys = QKeySequence.fromString(action.shortcut).toString(QKeySequence.SequenceFormat.NativeText)
            item = QTreeWidgetItem([action.title, action.menu.replace("/", " ▸ "), keys])
            item.setData(0, Qt.ItemDataRole.UserRole, action.id)
            item.setToolTip(0, tooltip(action.tip))
            item.setForeground(1, self.palette().placeholderText())
            item.setForeground(2, self.palette().placeholderText())
            item.setTextAlignment(2, Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
            self._list.addTopLevelItem(item)
        room = self.width() - 36
        for column, part in enumerate((0.55, 0.25, 0.2)):
            self._list.setColumnWidth(column, int(part * room))
        self._choose(0)

    def _choose(self, row: int) -> None:
        item = self._list.topLevelItem(row)
        if item is not None:
            self._list.setCurrentItem(item)

    def _run(self, item: QTreeWidgetItem) -> None:
        self._leave()
        self._registry.trigger(str(item.data(0, Qt.ItemDataRole.UserRole)))

    def _leave(self) -> None:
        self.hide()
        self._window.setFocus()
