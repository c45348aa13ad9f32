"""Part of a panel with a title."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QVBoxLayout, QWidget

from clics_gui.style.widgets import PlainLabel, TextRole, label


class Section(QWidget):
    """A heading, a note under it (hidden while empty), and the widgets added to ``body``."""

    def __init__(self, title: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.heading = label(title, "heading")
        self.note = text_label("muted")
        self.note.hide()
        self.body = QVBoxLayout(self)
        self.body.setContentsMargins(0, 0, 0, 0)
        self.body.setSpacing(3)
        self.body.addWidget(self.heading)
        self.body.addWidget(self.note)

    def set_note(self, text: str) -> None:
        """Set the note."""
        self.note.setText(text)
        self.note.setVisible(bool(text))


def text_label(role: TextRole = "") -> PlainLabel:
    """Label of plain text that wraps, even within a word, and can be selected."""
    made = label("", role, wrap=True)
    made.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
    made.setMinimumWidth(40)
    return made
