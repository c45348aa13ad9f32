"""Small widgets that all parts of the window share."""

from __future__ import annotations

from collections.abc import Callable
from typing import Literal

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QIcon
from PySide6.QtWidgets import QDialog, QDialogButtonBox, QLabel, QMessageBox, QToolButton, QWidget

from clics_gui.style.plain import shown, tooltip, window_title

NARROWEST = 60
"""Pixels of a label whose text wraps."""
TextRole = Literal["", "muted", "title", "heading", "good", "bad", "neutral"]


class PlainLabel(QLabel):
    """A label whose text is shown as it is written, characters that cannot be seen included."""

    def __init__(self, text: str = "") -> None:
        super().__init__()
        self.setTextFormat(Qt.TextFormat.PlainText)
        self.setText(text)

    def setText(self, text: str) -> None:  # noqa: N802  Qt's name
        """Set the text."""
        super().setText(shown(text))

    def minimumSizeHint(self) -> QSize:  # noqa: N802  Qt's name
        """Text that wraps never widens a panel, not even a name without blanks."""
        hint = super().minimumSizeHint()
        return QSize(min(hint.width(), NARROWEST), hint.height()) if self.wordWrap() else hint


def label(text: str = "", role: TextRole = "", *, wrap: bool = False) -> PlainLabel:
    """A label of plain text (texts of files are never interpreted as rich text), styled by its role."""
    made = PlainLabel(text)
    made.setWordWrap(wrap)
    if role:
        made.setProperty("role", role)
    return made


def tool_button(text: str, tip: str, run: Callable[[], object] | None = None) -> QToolButton:
    """A flat button; the tip is also the text for screen readers."""
    made = QToolButton()
    made.setText(text)
    made.setToolTip(tooltip(tip))
    made.setAccessibleName(tip)
    if run is not None:
        made.clicked.connect(lambda _checked=False: run())
    return made


def message_box(
    icon: QMessageBox.Icon, title: str, text: str, more: str = "", parent: QWidget | None = None
) -> QMessageBox:
    """A box with a message and a muted line, none of which is interpreted as rich text; the caller adds buttons.

    Args:
        icon: Of the box.
        title: Of its window.
        text: The message.
        more: Smaller text below it.
        parent: The window that it belongs to.
    """
    box = QMessageBox(icon, window_title(title), "", parent=parent)
    box.setTextFormat(Qt.TextFormat.PlainText)
    box.setText(shown(text))
    if more:
        box.setInformativeText(" ")  # makes the label, whose format has no switch of its own
        for part in box.findChildren(QLabel):
            part.setTextFormat(Qt.TextFormat.PlainText)
        box.setInformativeText(shown(more))
    return box


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
