"""Section with the description of the crystal."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtWidgets import QWidget

from clics_gui.panels.geometry.section import Section, text_label

if TYPE_CHECKING:
    from clics_gui.state.documents import Document


class DescriptionSection(Section):
    """Description by the rules of robocrystallographer, or the reason why there is none."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__("Description", parent)
        self.text = text_label()
        self.body.addWidget(self.text)

    def show_document(self, document: Document) -> None:
        """Show the description of a document."""
        geometry = document.geometry
        self.setVisible(geometry is not None)
        if geometry is None:
            self.text.clear()
            return
        description = geometry.description
        self.text.setVisible(description is not None)
        self.text.setText(description.text if description is not None else "")
        missing = geometry.undescribed.message if geometry.undescribed is not None else "No description available."
        self.set_note("" if description is not None else missing)
