"""Geometry panel: symmetry analysis, geometric analysis and the model's prediction for the current crystal."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, SignalInstance
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QHBoxLayout, QPushButton, QScrollArea, QStackedLayout, QVBoxLayout, QWidget

from clics_gui.export.offer import TableOffer
from clics_gui.export.table import ExportTable
from clics_gui.panels.geometry import description_text, export_tables
from clics_gui.panels.geometry.coordination_section import CoordinationSection
from clics_gui.panels.geometry.description_section import DescriptionSection
from clics_gui.panels.geometry.facts_section import FactsSection
from clics_gui.panels.geometry.highlight_note import HighlightNote
from clics_gui.panels.geometry.ladder_section import LadderSection
from clics_gui.panels.geometry.ladder_text import opened_text
from clics_gui.panels.geometry.model_ranking import ModelRanking
from clics_gui.panels.geometry.networks_section import NetworksSection
from clics_gui.state.actions import Action
from clics_gui.style.widgets import label

if TYPE_CHECKING:
    from clics.results import Rung

    from clics_gui.state.context import Context
    from clics_gui.state.documents import Document

NOTHING_OPEN = "Open a crystal to see its symmetry, sites, coordination environments and the model's prediction."


class GeometryPanel(QWidget):
    """Follows the current document. Symmetry and geometry come first, the model's lists once they are known."""

    def __init__(self, window: Context) -> None:
        super().__init__()
        self._window = window
        self._document: Document | None = None
        self._facts = FactsSection()
        self._ladder = LadderSection(window.theme)
        self._coordination = CoordinationSection(window.theme)
        self._networks = NetworksSection(window.theme)
        self._highlight_note = HighlightNote()
        self._ranks = ModelRanking(window.theme)
        self._words = DescriptionSection()
        self._nothing = label(NOTHING_OPEN, "muted", wrap=True)
        self._nothing.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self._nothing.setMargin(24)
        self._stack = QStackedLayout(self)
        self._stack.addWidget(self._nothing)
        self._stack.addWidget(self._scrolled())
        self._ladder.wanted.connect(self.symmetrise)
        self._coordination.chosen.connect(self.highlight_sites)
        self._networks.chosen.connect(self.highlight_sites)
        self._ranks.chosen.connect(self.highlight_by_model)
        self._ranks.wanted.connect(self._rank)
        self._highlight_note.cleared.connect(self.clear_highlight)
        self._facts.sites_chosen.connect(self._select)
        window.documents.current_changed.connect(self._follow)
        self._offer_tables()
        self._follow(window.documents.current)
        window.add_actions(self._actions())

    def highlight_sites(self, words: str, atoms: tuple[int, ...]) -> None:
        """Highlight sites that a row names; a second call clears the highlight."""
        document = self._document
        if document is None:
            return
        again = document.highlighted_phrase == words and not document.highlighted_by_model
        document.highlight(None if again else atoms, words)

    def highlight(self, phrase: str) -> None:
        """Highlight the sites of a phrase by geometric analysis; a second call clears the highlight."""
        document = self._document
        if document is None or document.geometry is None:
            return
        phrase_link = next((link for link in document.geometry.phrases if link.phrase == phrase), None)
        if phrase_link is None:
            document.highlight(None)
            self._highlight_note.show_not_found(phrase)
        elif document.highlighted_phrase == phrase and not document.highlighted_by_model:
            document.highlight(None)
        else:
            document.highlight(set(phrase_link.atoms) | set(phrase_link.partners), phrase)

    def highlight_by_model(self, phrase: str) -> None:
        """Highlight the sites that match a phrase best by the model; if it names none, those of geometry."""
        document = self._document
        if document is None:
            return
        atoms = description_text.sites_by_model(document, phrase)
        if atoms is None:
            self.highlight(phrase)
        elif document.highlighted_phrase == phrase and document.highlighted_by_model:
            document.highlight(None)
        else:
            document.highlight(atoms, phrase, by_model=True)

    def symmetrise(self, rung: Rung | None = None) -> None:
        """Open the crystal with exactly the symmetry of a rung (the chosen one by default) as a new document."""
        rung = rung or self._ladder.chosen
        if self._document is not None and rung is not None:
            self._window.symmetrise(self._document, rung, opened_text(rung))

    def clear_highlight(self) -> None:
        """Show all sites equally."""
        if self._document is not None:
            self._document.highlight(None)

    def copy(self) -> None:
        """Copy the contents of the panel as text."""
        if self._document is not None:
            QGuiApplication.clipboard().setText(description_text.copied(self._document))
            self._window.notify("Geometry copied as text.", "success")

    def _offer_tables(self) -> None:
        for view, make in (
            (self._facts.table, export_tables.wyckoff),
            (self._coordination.sites.list, export_tables.sites),
            (self._networks.networks.list, export_tables.networks),
            (self._ranks.space_groups, export_tables.space_groups),
            (self._ranks.shapes, export_tables.shapes),
            (self._ranks.networks, export_tables.ranked_networks),
            (self._ranks.environments, export_tables.environments),
            (self._ranks.connections, export_tables.connections),
        ):
            TableOffer(self._window, view, partial(self._exported, make))

    def _exported(self, make: Callable[[Document], ExportTable]) -> ExportTable | None:
        return None if self._document is None else make(self._document)

    def _scrolled(self) -> QWidget:
        inside = QWidget()
        layout = QVBoxLayout(inside)
        layout.setContentsMargins(12, 10, 12, 12)
        layout.setSpacing(10)
        for part in (self._facts, self._ladder, self._coordination, self._networks, self._words, self._ranks):
            layout.addWidget(part)
        copy = QPushButton("Copy as text")
        copy.setToolTip("Copy all of this panel as text (Ctrl+Shift+C)")
        copy.clicked.connect(self.copy)
        row = QHBoxLayout()
        row.addWidget(copy)
        row.addStretch()
        layout.addLayout(row)
        layout.addStretch()
        area = QScrollArea(widgetResizable=True)
        area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        area.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        area.setWidget(inside)
        page = QWidget()
        rows = QVBoxLayout(page)
        rows.setContentsMargins(0, 0, 0, 0)
        rows.setSpacing(0)
        rows.addWidget(area, 1)
        rows.addWidget(self._highlight_note)  # below the rows, so that a click on one does not move the others
        return page

    def _actions(self) -> list[Action]:
        opened = lambda: self._document is not None  # noqa: E731  shorter than a method, and only here
        return [
            Action(
                id="geometry.copy",
                title="Copy geometry",
                run=self.copy,
                menu="Edit",
                group=5,
                shortcut="Ctrl+Shift+C",
                tip="Copy the contents of the Geometry panel as text",
                icon="content-copy",
                enabled_when=opened,
            ),
            Action(
                id="geometry.symmetrise",
                title="Symmetrise",
                run=self.symmetrise,
                menu="Crystal",
                group=5,
                shortcut="Ctrl+Alt+S",
                tip="Open the crystal with exactly the space group that is chosen on the symmetry ladder",
                icon="auto-fix",
                enabled_when=lambda: self._ladder.chosen is not None and self._ladder.chosen.number > 1,
            ),
            Action(
                id="geometry.clear_highlight",
                title="Clear highlight",
                run=self.clear_highlight,
                menu="Crystal",
                group=5,
                shortcut="Ctrl+L",
                tip="Show all sites equally again",
                icon="eraser",
                enabled_when=opened,
            ),
        ]

    # ---- the current document ---------------------------------------------------------------------------------------

    def _follow(self, document: Document | None) -> None:
        if self._document is not None and document is not self._document:
            for signal, slot in self._listened(self._document):
                signal.disconnect(slot)
        if document is not None and document is not self._document:
            for signal, slot in self._listened(document):
                signal.connect(slot)
        self._document = document
        self._stack.setCurrentIndex(0 if document is None else 1)
        if document is not None:
            self._show_geometry()
            self._show_ladder()
            self._show_analysis()

    def _listened(self, document: Document) -> list[tuple[SignalInstance, Callable[[], None]]]:
        return [
            (document.crystal_changed, self._show_geometry),
            (document.geometry_changed, self._show_geometry),
            (document.ladder_changed, self._show_ladder),
            (document.analysis_changed, self._show_analysis),
            (document.selection_changed, self._show_coordination),
            (document.highlight_changed, self._show_highlight),
        ]

    def _show_geometry(self) -> None:
        assert self._document is not None
        self._facts.show_document(self._document)
        self._networks.show_document(self._document)
        self._words.show_document(self._document)
        self._show_coordination()

    def _show_ladder(self) -> None:
        assert self._document is not None
        self._ladder.show_document(self._document)
        self._window.refresh_actions()

    def _show_analysis(self) -> None:
        assert self._document is not None
        requested = self._window.settings.value.analysis.rank_on_open or self._document.wants_analysis
        self._ranks.show_document(self._document, requested=requested)
        self._show_highlight()

    def _rank(self) -> None:
        if self._document is not None:
            self._window.rank(self._document)
            self._show_analysis()

    def _show_coordination(self) -> None:
        assert self._document is not None
        self._coordination.show_document(self._document)
        self._show_highlight()

    def _show_highlight(self) -> None:
        assert self._document is not None
        self._highlight_note.show_document(self._document)
        for section in (self._coordination, self._networks, self._ranks):
            section.mark(self._document.highlighted_phrase)

    def _select(self, sites: object) -> None:
        if self._document is not None and isinstance(sites, tuple):
            self._document.select(sites)
