"""Section with the networks of the polyhedra and their connections."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QWidget

from clics_gui.panels.geometry.fold import Fold
from clics_gui.panels.geometry.line_list import LineList
from clics_gui.panels.geometry.section import Section
from clics_gui.panels.site_lines import connection_lines, network_lines

if TYPE_CHECKING:
    from clics_gui.state.documents import Document
    from clics_gui.style.theme import Theme


MOST = 6
"""Rows that are seen of a longer list."""


class NetworksSection(Section):
    """Networks and connections, those of anion-centred polyhedra folded. ``chosen(key, atoms)`` follows a click."""

    chosen = Signal(str, object)

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__("Networks and connections", parent)
        self.networks = LineList(theme, "Networks of polyhedra", "networks", MOST)
        self.connections = LineList(theme, "Connections of polyhedra", "connections", MOST)
        self.anions = LineList(theme, "Connections of anion-centred polyhedra", "connections", MOST)
        self.fold = Fold("Anion-centred polyhedra", self.anions)
        for part in (self.networks, self.connections, self.fold):
            self.body.addWidget(part)
        for view in (self.networks, self.connections, self.anions):
            view.chosen.connect(self.chosen)

    def show_document(self, document: Document) -> None:
        """Show the networks of a document."""
        geometry = document.geometry
        facts = geometry.description.geometry if geometry is not None and geometry.description is not None else None
        lines, anions = ((), ()) if facts is None else connection_lines(facts)
        networks = () if facts is None else network_lines(facts)
        self.setVisible(bool(networks or lines or anions))
        for view, shown in (
            (self.networks, networks),
            (self.connections, lines),
            (self.anions, anions),
        ):
            view.show_lines(shown)
            view.setVisible(bool(shown))
        self.anions.setVisible(self.fold.opened)
        self.fold.setVisible(bool(anions))
        self.fold.set_title(f"Anion-centred polyhedra ({len(anions)})")
        indexed = facts is not None and any(network.indices is not None for network in facts.networks)
        other_axes = facts is not None and facts.axes == "standard" and document.cell != "conventional"
        self.set_note("Indices refer to the conventional cell." if indexed and other_axes else "")

    def mark(self, key: str) -> None:
        """Mark the row of what is highlighted."""
        for view in (self.networks, self.connections, self.anions):
            view.mark(key)
