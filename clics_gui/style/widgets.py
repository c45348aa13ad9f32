"""Small widgets that every part of the window makes the same way."""

from __future__ import annotations

from collections.abc import Callable
from typing import Literal

from PySide6.QtCore import Qt
from PySide6.QtGui import QIcon
from PySide6.QtWidgets import QDialog, QDialogButtonBox, QLabel, QToolButton

TextRole = Literal["", "muted", "title", "heading", "good", "bad", "neutral"]


def label(text: str, role: TextRole = "", *, wrap: bool = False) -> QLabel:
    """A label of plain text (never rich: texts come from files), styled by its role."""
    made = QLabel(text)
    made.setTextFormat(Qt.TextFormat.PlainText)
    made.setWordWrap(wrap)
    if role:
        made.setProperty("role", role)
    return made


def tool_button(text: str, tip: str, run: Callable[[], object] | None = None) -> QToolButton:
    """A flat button with a sign on it; the tip is also what a screen reader says."""
    made = QToolButton()
    made.setText(text)
    made.setToolTip(tip)
    made.setAccessibleName(tip)
    if run is not None:
        made.clicked.connect(lambda _checked=False: run())
    return made


def buttons_of(dialog: QDialog, *others: tuple[str, Callable[[], object]]) -> QDialogButtonBox:
    """Close, which Enter and Escape press, and other buttons to its left."""
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
