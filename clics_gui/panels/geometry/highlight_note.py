"""Note that says which sites are highlighted, with a button that clears the highlight."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QFrame, QHBoxLayout, QPushButton, QWidget

from clics_gui.panels.geometry import description_text
from clics_gui.panels.geometry.section import text_label
from clics_gui.style.labels import plain_phrase

if TYPE_CHECKING:
    from clics_gui.state.documents import Document


class HighlightNote(QFrame):
    """Hidden while no site is highlighted. Signal: ``cleared``."""

    cleared = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setProperty("kind", "info")
        self.text = text_label()
        self._clear = QPushButton("Clear")
        self._clear.setToolTip("Show all sites equally again (Ctrl+L)")
        self._clear.setAccessibleName("Clear highlight")
        self._clear.setProperty("flat", True)
        self._clear.clicked.connect(self.cleared)
        row = QHBoxLayout(self)
        row.setContentsMargins(8, 4, 4, 4)
        row.addWidget(self.text, 1)
        row.addWidget(self._clear)
        self.hide()

    def show_document(self, document: Document) -> None:
        """Show what is highlighted in a document."""
        phrase = document.highlighted_phrase
        self._clear.show()
        self.setVisible(document.highlighted is not None and bool(phrase))
        if document.highlighted is not None and phrase:
            self.text.setText(description_text.highlight_line(document))

    def show_not_found(self, phrase: str) -> None:
        """Explain that a phrase has no sites to highlight."""
        self.text.setText(f"{plain_phrase(phrase)}: not found by geometric analysis, so no sites are highlighted.")
        self._clear.hide()
        self.show()
