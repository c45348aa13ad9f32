"""The phrases that are true by the description, and the sites that make them true."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QFrame, QHBoxLayout, QPushButton, QWidget

from clics_gui.panels.geometry import description_text
from clics_gui.panels.geometry.section import Section, text_label
from clics_gui.panels.ranked_list import Line, LinesView
from clics_gui.style.labels import counted, short_phrase

if TYPE_CHECKING:
    from clics.results import Geometry

    from clics_gui.state.documents import Document
    from clics_gui.style.theme import Theme


class Links(Section):
    """All phrases of the crystal, or those of the selected sites. ``chosen`` carries the phrase that was clicked."""

    chosen = Signal(str)
    all_lit = Signal()

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__("Local geometry", parent)
        self.list = LinesView(theme, "Phrases of the description")
        self.list.chosen.connect(self.chosen)
        self.lit = QFrame()
        self.lit.setProperty("kind", "info")
        self.lit_text = text_label()
        self._all = QPushButton("Light all")
        self._all.setToolTip("Stop fading the other sites (Ctrl+L)")
        self._all.setProperty("flat", True)
        self._all.clicked.connect(self.all_lit)
        row = QHBoxLayout(self.lit)
        row.setContentsMargins(8, 4, 4, 4)
        row.addWidget(self.lit_text, 1)
        row.addWidget(self._all)
        self.lit.hide()
        self.body.addWidget(self.list)
        self.body.addWidget(self.lit)

    def show_document(self, document: Document) -> None:
        """Show the phrases of the crystal, or of its selected sites."""
        geometry = document.geometry
        self.setVisible(geometry is not None and bool(geometry.phrases))
        if geometry is None:
            self.list.show_lines(())
            return
        selected = document.selection
        self.heading.setText(f"Local geometry of {_named(geometry, selected)}" if selected else "Local geometry")
        lines = [
            Line(short_phrase(link.phrase), link.phrase, f"{link.phrase}\nClick to light its sites.",
                 note=counted(len(link.atoms), "site"))
            for link in geometry.phrases
            if link.listed and (not selected or selected & set(link.atoms))
        ]  # fmt: skip
        self.list.show_lines(lines)
        nothing = "No phrase of the description speaks of these sites." if selected and not lines else ""
        self.say(nothing or "By the description. Click a line to light its sites, click a site to see its lines.")

    def show_lit(self, document: Document) -> None:
        """Show which phrase is lit."""
        phrase = document.lit_phrase
        self.list.mark(phrase)
        self.lit.setVisible(document.lit is not None and bool(phrase))
        self._all.show()
        if document.lit is not None and phrase:
            self.lit_text.setText(description_text.lit_line(document))

    def tell_unlinked(self, phrase: str) -> None:
        """Say that there are no sites to light."""
        self.lit_text.setText(
            f"{short_phrase(phrase)}: the description does not find this here, so there are no sites to light."
        )
        self._all.hide()
        self.lit.show()


def _named(geometry: Geometry, selected: frozenset[int]) -> str:
    """``"Ti 1"``; ``"4 sites (O1)"``: sites as a chemist calls them."""
    labels = [row.label for row in geometry.wyckoff if selected & set(row.atoms)]
    shown = ", ".join(labels[:4]) + (", …" if len(labels) > 4 else "")
    if len(selected) == 1:
        return f"site {min(selected) + 1}" + (f" ({shown})" if shown else "")
    return f"{len(selected)} sites" + (f" ({shown})" if shown else "")
