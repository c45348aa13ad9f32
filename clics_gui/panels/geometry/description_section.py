"""Section with the description of the crystal in sentences."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtWidgets import QWidget

from clics_gui.panels.geometry import description_text
from clics_gui.panels.geometry.fold import Fold
from clics_gui.panels.geometry.folded_text import FoldedText
from clics_gui.panels.geometry.section import Section

if TYPE_CHECKING:
    from clics_gui.state.documents import Document


class DescriptionSection(Section):
    """Sentences made from the facts of geometry, robocrystallographer's own folded; or why there are none."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__("Description", parent)
        self.text = FoldedText()
        self.other_text = FoldedText()
        self.fold = Fold("In robocrystallographer's words", self.other_text)
        self.fold.button.setToolTip(
            "The language that the model is trained on. It has no words for many shapes, for example prisms and antiprisms."
        )
        self.body.addWidget(self.text)
        self.body.addWidget(self.fold)

    def show_document(self, document: Document) -> None:
        """Show the description of a document."""
        geometry = document.geometry
        self.setVisible(geometry is not None)
        if geometry is None:
            self._show("", "")
            return
        description = geometry.description
        self._show(description_text.sentences(geometry), description.text if description is not None else "")
        missing = geometry.undescribed.message if geometry.undescribed is not None else "No description available."
        self.set_note("" if description is not None else missing)

    def _show(self, summary: str, other: str) -> None:
        self.text.set_text(summary)
        self.text.setVisible(bool(summary))
        self.other_text.set_text(other)
        self.fold.setVisible(bool(self.other_text.text))
