"""Section with the coordination of every crystallographic orbit."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QWidget

from clics_gui.panels.geometry import description_text
from clics_gui.panels.geometry.fold import Fold
from clics_gui.panels.geometry.line_list import LineList
from clics_gui.panels.geometry.section import Section
from clics_gui.panels.site_lines import Line, site_lines

if TYPE_CHECKING:
    from clics_gui.state.documents import Document
    from clics_gui.style.theme import Theme

HEADING = "Coordination"
EXPLAINED = "Click a row to highlight its sites, or a site to see its row."


class CoordinationSection(Section):
    """Rows of the whole crystal or of the selected sites, anions folded. ``chosen(key, atoms)`` follows a click."""

    chosen = Signal(str, object)

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(HEADING, parent)
        self.sites = LineList(theme, "Coordination of the sites", "orbits")
        self.anions = LineList(theme, "Coordination of the anions", "anion orbits")
        self.fold = Fold("Anions", self.anions)
        for part in (self.sites, self.fold):
            self.body.addWidget(part)
        for view in (self.sites, self.anions):
            view.chosen.connect(self.chosen)

    def show_document(self, document: Document) -> None:
        """Show the rows of the crystal, or of its selected sites."""
        geometry = document.geometry
        facts = geometry.description.geometry if geometry is not None and geometry.description is not None else None
        self.setVisible(facts is not None and bool(facts.sites))
        if geometry is None or facts is None:
            self._show((), ())
            return
        selected = document.selection
        lines, anions = site_lines(facts)
        if selected:
            self.heading.setText(f"{HEADING} of {description_text.site_names(geometry, selected)}")
            lines, anions = tuple(line for line in (*lines, *anions) if selected & set(line.atoms)), ()
        else:
            self.heading.setText(HEADING)
        self._show(lines, anions)
        self.set_note(EXPLAINED + (" Bonds as corrected by you." if facts.corrected else ""))

    def mark(self, key: str) -> None:
        """Mark the row of what is highlighted."""
        for view in (self.sites, self.anions):
            view.mark(key)

    def _show(self, lines: Iterable[Line], anions: Iterable[Line]) -> None:
        self.sites.show_lines(tuple(lines))
        self.anions.show_lines(tuple(anions))
        self.fold.setVisible(bool(self.anions.lines))
        self.fold.set_title(f"Anions ({len(self.anions.lines)})")
