"""Dialog that shows a text and copies it."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtGui import QFontDatabase, QGuiApplication
from PySide6.QtWidgets import QDialog, QPlainTextEdit, QVBoxLayout, QWidget

from clics_gui.style.plain import window_title
from clics_gui.style.widgets import buttons_of, label


class TextDialog(QDialog):
    """``heading`` in proportional type above ``text`` in fixed type; deleted when it is closed."""

    def __init__(self, title: str, heading: str, text: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWindowTitle(window_title(title))
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.resize(720, 420)
        heading_label = label(heading, wrap=True)
        body = QPlainTextEdit(text)
        body.setReadOnly(True)
        body.setFont(QFontDatabase.systemFont(QFontDatabase.SystemFont.FixedFont))
        body.setLineWrapMode(QPlainTextEdit.LineWrapMode.NoWrap)
        everything = f"{heading}\n\n{text}".strip()
        buttons = buttons_of(self, ("Copy", lambda: QGuiApplication.clipboard().setText(everything)))
        layout = QVBoxLayout(self)
        layout.setSpacing(12)
        if heading:
            layout.addWidget(heading_label)
        layout.addWidget(body)
        layout.addWidget(buttons)
