"""A text of which the first lines are seen until it is unfolded."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QPushButton, QVBoxLayout, QWidget

from clics_gui.panels.geometry.section import text_label

NO_LIMIT = 16_777_215
"""Qt's largest height of a widget."""
LINES = 8
"""Lines that are seen of a longer text."""


class FoldedText(QWidget):
    """A wrapping text, and a button that shows the rest of a long one."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.label = text_label()
        self.label.setAlignment(Qt.AlignmentFlag.AlignTop | Qt.AlignmentFlag.AlignLeft)
        self.button = QPushButton("Show all")
        self.button.setProperty("link", True)
        self.button.clicked.connect(self._toggle)
        self._unfolded = False
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(0)
        layout.addWidget(self.label)
        layout.addWidget(self.button, 0, Qt.AlignmentFlag.AlignLeft)
        self._cut()

    @property
    def text(self) -> str:
        """The whole text."""
        return self.label.text()

    def set_text(self, text: str) -> None:
        """Set the text; it is folded again."""
        if text != self.label.text():
            self._unfolded = False
            self.label.setText(text)
        self._cut()

    def resizeEvent(self, event: QResizeEvent) -> None:  # noqa: N802  Qt's name
        """Lines break otherwise at another width."""
        super().resizeEvent(event)
        self._cut()

    def _toggle(self) -> None:
        self._unfolded = not self._unfolded
        self._cut()

    def _cut(self) -> None:
        most = LINES * self.label.fontMetrics().lineSpacing()
        whole = self.label.heightForWidth(max(self.width(), 40))
        long = whole > most + self.label.fontMetrics().lineSpacing()  # one line alone is not worth a button
        self.label.setMaximumHeight(most if long and not self._unfolded else NO_LIMIT)
        self.button.setText("Show less" if self._unfolded else "Show all")
        self.button.setVisible(long)
