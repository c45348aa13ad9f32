"""Section with the environments and connections of geometric analysis and their sites."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QFrame, QHBoxLayout, QPushButton, QWidget

from clics_gui.panels.geometry import description_text
from clics_gui.panels.geometry.section import Section, text_label
from clics_gui.panels.ranked_list import RankedItem, RankedList
from clics_gui.style.labels import counted, short_phrase

if TYPE_CHECKING:
    from clics_gui.state.documents import Document
    from clics_gui.style.theme import Theme

HEADING = "Coordination environments"


class PhraseLinks(Section):
    """Rows of the whole crystal or of the selected sites. ``chosen`` carries the phrase of a clicked row."""

    chosen = Signal(str)
    highlight_cleared = Signal()

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(HEADING, parent)
        self.list = RankedList(theme, "Coordination environments and connections")
        self.list.chosen.connect(self.chosen)
        self.highlight_note = QFrame()
        self.highlight_note.setProperty("kind", "info")
        self.highlight_text = text_label()
        self._all = QPushButton("Clear highlight")
        self._all.setToolTip("Show all sites equally again (Ctrl+L)")
        self._all.setProperty("flat", True)
        self._all.clicked.connect(self.highlight_cleared)
        row = QHBoxLayout(self.highlight_note)
        row.setContentsMargins(8, 4, 4, 4)
        row.addWidget(self.highlight_text, 1)
        row.addWidget(self._all)
        self.highlight_note.hide()
        self.body.addWidget(self.list)
        self.body.addWidget(self.highlight_note)

    def show_document(self, document: Document) -> None:
        """Show the rows of the crystal, or of its selected sites."""
        geometry = document.geometry
        self.setVisible(geometry is not None and bool(geometry.phrases))
        if geometry is None:
            self.list.show_items(())
            return
        selected = document.selection
        self.heading.setText(f"{HEADING} of {description_text.site_names(geometry, selected)}" if selected else HEADING)
        lines = [
            RankedItem(short_phrase(link.phrase), link.phrase, f"{link.phrase}\nClick to highlight its sites.",
                 note=counted(len(link.atoms), "site"))
            for link in geometry.phrases
            if link.listed and (not selected or selected & set(link.atoms))
        ]  # fmt: skip
        self.list.show_items(lines)
        nothing = "Geometric analysis lists nothing for these sites." if selected and not lines else ""
        self.set_note(
            nothing or "From geometric analysis. Click a row to highlight its sites, or a site to see its rows."
        )

    def show_highlight(self, document: Document) -> None:
        """Show which phrase is highlighted."""
        phrase = document.highlighted_phrase
        self.list.mark(phrase)
        self.highlight_note.setVisible(document.highlighted is not None and bool(phrase))
        self._all.show()
        if document.highlighted is not None and phrase:
            self.highlight_text.setText(description_text.highlight_line(document))

    def show_not_found(self, phrase: str) -> None:
        """Explain that a phrase has no sites to highlight."""
        self.highlight_text.setText(
            f"{short_phrase(phrase)}: not found by geometric analysis, so no sites are highlighted."
        )
        self._all.hide()
        self.highlight_note.show()
