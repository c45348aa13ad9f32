"""Small widgets that all parts of the window share."""

from __future__ import annotations

from collections.abc import Callable
from typing import Literal

from PySide6.QtCore import Qt
from PySide6.QtGui import QIcon
from PySide6.QtWidgets import QDialog, QDialogButtonBox, QLabel, QToolButton

TextRole = Literal["", "muted", "title", "heading", "good", "bad", "neutral"]


def label(text: str, role: TextRole = "", *, wrap: bool = False) -> QLabel:
    """A label of plain text (texts of files are never interpreted as rich text), styled by its role."""
    made = QLabel(text)
    made.setTextFormat(Qt.TextFormat.PlainText)
    made.setWordWrap(wrap)
    if role:
        made.setProperty("role", role)
    return made


def tool_button(text: str, tip: str, run: Callable[[], object] | None = None) -> QToolButton:
    """A flat button; the tip is also the text for screen readers."""
    made = QToolButton()
    made.setText(text)
    made.setToolTip(tip)
    made.setAccessibleName(tip)
    if run is not None:
        made.clicked.connect(lambda _checked=False: run())
    return made


def buttons_of(dialog: QDialog, *others: tuple[str, Callable[[], object]]) -> QDialogButtonBox:
    """Button box with Close, bound to Enter and Escape, and further buttons to its left."""
    box = QDialogButtonBox(QDialogButtonBox.StandardButton.Close)
    for text, run in others:
        other = box.addButton(text, QDialogButtonBox.ButtonRole.ResetRole)
        other.setAutoDefault(False)
        other.clicked.connect(lambda _checked=False, run=run: run())
    close = box.button(QDialogButtonBox.StandardButton.Close)
    close.setIcon(QIcon())
    close.setDefault(True)
    box.rejected.connect(dialog.reject)
    return box
