"""Welcome page: hints, recent files and example crystals while nothing is open."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from clics.session import Session
from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QPushButton, QVBoxLayout, QWidget

from clics_gui.style.plain import caption, tooltip
from clics_gui.style.widgets import label

if TYPE_CHECKING:
    from clics_gui.style.theme import Theme

MOST = 8


class Welcome(QWidget):
    """``open_requested`` requests the file dialog, ``path_requested(path)`` one file."""

    open_requested = Signal()
    path_requested = Signal(object)

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        title = label("Open a crystal", "title")
        hint = label(f"Drop files anywhere in this window: {Session.file_formats()}.", "muted")
        hint.setWordWrap(True)
        button = QPushButton("Open files…")
        button.setProperty("primary", True)
        button.setToolTip("Choose files to open (Ctrl+O)")
        button.clicked.connect(self.open_requested)
        row = QHBoxLayout()
        row.addWidget(button)
        row.addStretch()
        self._lists = QHBoxLayout()
        self._lists.setSpacing(48)
        inner = QVBoxLayout()
        inner.setSpacing(12)
        for widget in (title, hint):
            inner.addWidget(widget)
        inner.addLayout(row)
        inner.addSpacing(16)
        inner.addLayout(self._lists)
        middle = QHBoxLayout()
        middle.addStretch(1)
        middle.addLayout(inner)
        middle.addStretch(1)
        layout = QVBoxLayout(self)
        layout.addStretch(1)
        layout.addLayout(middle)
        layout.addStretch(2)

    def show_files(self, recent: Sequence[Path], examples: Sequence[Path]) -> None:
        """Fill the two lists."""
        while (item := self._lists.takeAt(0)) is not None:
            if (widget := item.widget()) is not None:
                widget.hide()
                widget.deleteLater()
        for heading, paths in (("Recent", recent), ("Examples", examples)):
            if paths:
                self._lists.addWidget(self._list(heading, paths), 0, Qt.AlignmentFlag.AlignTop)
        self._lists.addStretch()

    def _list(self, heading: str, paths: Sequence[Path]) -> QWidget:
        column = QWidget()
        layout = QVBoxLayout(column)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(0)
        layout.addWidget(label(heading, "heading"))
        layout.addSpacing(4)
        for path in paths[:MOST]:
            entry = QPushButton(caption(path.name))
            entry.setToolTip(tooltip(str(path)))
            entry.setCursor(Qt.CursorShape.PointingHandCursor)
            entry.setProperty("link", True)
            entry.clicked.connect(lambda _checked=False, path=path: self.path_requested.emit(path))
            layout.addWidget(entry, 0, Qt.AlignmentFlag.AlignLeft)
        return column
