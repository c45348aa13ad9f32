"""The geometry panel: what symmetry analysis, the description and the model say of the current crystal."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, SignalInstance
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QHBoxLayout, QLabel, QPushButton, QScrollArea, QStackedLayout, QVBoxLayout, QWidget

from clics_gui.export.offer import TableOffer
from clics_gui.export.table import ExportTable
from clics_gui.panels.geometry import description_text, export_tables
from clics_gui.panels.geometry.description_section import Words
from clics_gui.panels.geometry.facts_section import Facts
from clics_gui.panels.geometry.model_ranking import Ranks
from clics_gui.panels.geometry.phrase_links import Links
from clics_gui.state.actions import Action

if TYPE_CHECKING:
    from clics_gui.state.context import Context
    from clics_gui.state.documents import Document

NOTHING_OPEN = "Open a crystal to see its geometry: its symmetry, its sites, and what the model makes of it."


class GeometryPanel(QWidget):
    """Follows the current document. Symmetry and description come first, the model's lists when they are there."""

    panel_id = "geometry"
    title = "Geometry"

    def __init__(self, window: Context) -> None:
        super().__init__()
        self._window = window
        self._document: Document | None = None
        self._facts = Facts()
        self._links = Links(window.theme)
        self._ranks = Ranks(window.theme)
        self._words = Words()
        self._nothing = QLabel(NOTHING_OPEN, wordWrap=True, alignment=Qt.AlignmentFlag.AlignCenter)
        self._nothing.setProperty("role", "muted")
        self._nothing.setMargin(24)
        self._stack = QStackedLayout(self)
        self._stack.addWidget(self._nothing)
        self._stack.addWidget(self._scrolled())
        self._links.chosen.connect(self.light)
        self._ranks.chosen.connect(self.light_by_model)
        self._ranks.wanted.connect(self._rank)
        self._links.all_lit.connect(self.light_all)
        self._facts.sites_chosen.connect(self._select)
        window.documents.current_changed.connect(self._follow)
        self._offer_tables()
        self._follow(window.documents.current)
        window.add_actions(self._actions())

    def light(self, phrase: str) -> None:
        """Light the sites that make a phrase true; the same phrase again, or one that no site has, lights everything."""
        document = self._document
        if document is None or document.geometry is None:
            return
        found = next((link for link in document.geometry.phrases if link.phrase == phrase), None)
        if found is None:
            document.light(None)
            self._links.tell_unlinked(phrase)
        elif document.lit_phrase == phrase and not document.lit_by_model:
            document.light(None)
        else:
            document.light(set(found.atoms) | set(found.partners), phrase)

    def light_by_model(self, phrase: str) -> None:
        """Light the sites that the model takes a phrase to speak of; where it knows none, those of the description."""
        document = self._document
        if document is None:
            return
        atoms = description_text.sites_by_model(document, phrase)
        if atoms is None:
            self.light(phrase)
        elif document.lit_phrase == phrase and document.lit_by_model:
            document.light(None)
        else:
            document.light(atoms, phrase, by_model=True)

    def light_all(self) -> None:
        """Nothing is faded any more."""
        if self._document is not None:
            self._document.light(None)

    def copy(self) -> None:
        """All of the panel as text, to the clipboard."""
        if self._document is not None:
            QGuiApplication.clipboard().setText(description_text.copied(self._document))
            self._window.notify("The geometry was copied as text.", "success")

    def _offer_tables(self) -> None:
        for view, make in (
            (self._facts.table, export_tables.wyckoff),
            (self._links.list, export_tables.phrases),
            (self._ranks.space_groups, export_tables.space_groups),
            (self._ranks.environments, export_tables.environments),
            (self._ranks.connections, export_tables.connections),
        ):
            TableOffer(self._window, view, partial(self._exported, make))

    def _exported(self, make: Callable[[Document], ExportTable]) -> ExportTable | None:
        return None if self._document is None else make(self._document)

    def _scrolled(self) -> QScrollArea:
        inside = QWidget()
        layout = QVBoxLayout(inside)
        layout.setContentsMargins(12, 10, 12, 12)
        layout.setSpacing(10)
        for part in (self._facts, self._links, self._ranks, self._words):
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
        return area

    def _actions(self) -> list[Action]:
        opened = lambda: self._document is not None  # noqa: E731  shorter than a method, and only here
        return [
            Action("geometry.copy", "Copy geometry", self.copy, menu="Edit", group=5, shortcut="Ctrl+Shift+C",
                   tip="Copy what is said of the crystal as text", icon="content-copy", enabled_when=opened),
            Action("geometry.light_all", "Light all sites", self.light_all, menu="Crystal", group=5,
                   shortcut="Ctrl+L", tip="Stop fading sites that a phrase does not speak of", icon="lightbulb-outline",
                   enabled_when=opened),
        ]  # fmt: skip

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
            self._show_analysis()

    def _listened(self, document: Document) -> list[tuple[SignalInstance, Callable[[], None]]]:
        return [
            (document.crystal_changed, self._show_geometry),
            (document.geometry_changed, self._show_geometry),
            (document.analysis_changed, self._show_analysis),
            (document.selection_changed, self._show_links),
            (document.lit_changed, self._show_lit),
        ]

    def _show_geometry(self) -> None:
        assert self._document is not None
        self._facts.show_document(self._document)
        self._words.show_document(self._document)
        self._show_links()

    def _show_analysis(self) -> None:
        assert self._document is not None
        asked = self._window.settings.value.analysis.rank_on_open or self._document.wants_analysis
        self._ranks.show_document(self._document, asked=asked)
        self._show_lit()

    def _rank(self) -> None:
        if self._document is not None:
            self._window.rank(self._document)
            self._show_analysis()

    def _show_links(self) -> None:
        assert self._document is not None
        self._links.show_document(self._document)
        self._show_lit()

    def _show_lit(self) -> None:
        assert self._document is not None
        self._links.show_lit(self._document)
        self._ranks.mark(self._document.lit_phrase)

    def _select(self, sites: object) -> None:
        if self._document is not None and isinstance(sites, tuple):
            self._document.select(sites)
