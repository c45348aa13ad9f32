"""Hits as a table or as cards, with a preview; shared by phrase search and similarity search."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict
from typing import TYPE_CHECKING

from clics.engine_process.operation import SESSION, call
from PySide6.QtCore import QModelIndex, QSize, QSortFilterProxyModel, Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import (
    QAbstractItemView,
    QButtonGroup,
    QHBoxLayout,
    QHeaderView,
    QPushButton,
    QStackedWidget,
    QTableView,
    QVBoxLayout,
    QWidget,
)

from clics_gui.export.offer import TableOffer
from clics_gui.export.table import ExportTable
from clics_gui.panels.results.cards import CardsView
from clics_gui.panels.results.hit_model import (  # fmt: skip
    CHECKED,
    FORMULA,
    GROUP,
    ID,
    PICTURE,
    RANK,
    REASONS,
    SCORE,
    HitRole,
    HitsModel,
    SortRole,
    shown_reasons,
)
from clics_gui.panels.results.preview import Preview
from clics_gui.panels.results.thumbnails import Pictures
from clics_gui.style.widgets import label, tool_button

if TYPE_CHECKING:
    from clics.results import GeometryFacts, Hit, Reason, SearchResult

    from clics_gui.state.context import Context

WIDTHS = {RANK: 28, PICTURE: 64, FORMULA: 70, CHECKED: 94, GROUP: 66, SCORE: 46, ID: 150, REASONS: 260}


class ResultsView(QWidget):
    """Hits of a search with a preview of the current one.

    Attributes:
        opened: Signal with the id of a hit after a double click or Return.
        previewed: Signal with the current hit, or None without one.
    """

    opened = Signal(str)
    previewed = Signal(object)

    def __init__(self, window: Context) -> None:
        super().__init__()
        self.result: SearchResult | None = None
        self.query_text = ""
        self._window = window
        self._unwanted: tuple[str, ...] = ()
        self._pictures = Pictures(window, self)
        self.model = HitsModel(window.theme, self._pictures, self)
        self._sorted = QSortFilterProxyModel(self)
        self._sorted.setSortRole(SortRole)
        self._sorted.setSourceModel(self.model)
        self.table = _table(self._sorted)
        self.cards = CardsView(window.theme)
        self.cards.setModel(self._sorted)
        self.cards.setSelectionModel(self.table.selectionModel())
        self.preview = Preview(window.theme, self._pictures)
        self.preview.hide()
        self._nothing = label("", "muted", wrap=True)
        self._nothing.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self._nothing.setMargin(20)
        self.guesses = QPushButton("Show the model's guesses")
        self.guesses.setToolTip("Crystals whose embeddings are closest to the wording; nothing of them is checked")
        self.guesses.clicked.connect(self._show_guesses)
        self.state = label("", "muted", wrap=True)
        self._stack = QStackedWidget()
        for part in (self._message_page(), self.table, self.cards):
            self._stack.addWidget(part)
        self._as_table = tool_button("☰", "Hits as a table", self._show_hits)
        self._as_cards = tool_button("▦", "Hits as pictures", self._show_hits)
        switch = QButtonGroup(self)
        for button in (self._as_table, self._as_cards):
            button.setCheckable(True)
            switch.addButton(button)
        self._as_table.setChecked(True)
        top = QHBoxLayout()
        top.addWidget(self.state, 1)
        top.addWidget(self._as_table)
        top.addWidget(self._as_cards)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(4)
        layout.addLayout(top)
        layout.addWidget(self._stack, 1)
        layout.addWidget(self.preview)
        self.table.selectionModel().currentRowChanged.connect(self._current_changed)
        for view in (self.table, self.cards):
            view.doubleClicked.connect(self._open)
            TableOffer(window, view, self.exported)
        self.preview.wanted.connect(self.opened)
        self.show_message("")

    @property
    def hits(self) -> tuple[Hit, ...]:
        """Hits in the order of the view."""
        indices = (self._sorted.index(row, 0) for row in range(self._sorted.rowCount()))
        return tuple(index.data(HitRole) for index in indices)

    @property
    def current(self) -> Hit | None:
        """Hit in the preview."""
        index = self.table.selectionModel().currentIndex()
        return index.data(HitRole) if index.isValid() else None

    @property
    def as_cards(self) -> bool:
        """True if pictures are shown instead of rows."""
        return self._as_cards.isChecked()

    def exported(self) -> ExportTable | None:
        """Hits in the order of the view, each with the rank of the search."""
        if self.result is None or not self.hits:
            return None
        ranks = {id(hit): rank for rank, hit in enumerate(self.model.hits, 1)}
        rows = [
            {"rank": ranks[id(hit)], **asdict(hit), "reasons": [_exported(reason) for reason in shown_reasons(hit)]}
            for hit in self.hits
        ]
        return ExportTable(
            f"Search results: {self.query_text}" if self.query_text else "Search results",
            rows,
            self.query_text,
            self.result.library,
            model=True,
        )

    def set_as_cards(self, cards: bool) -> None:
        """Show pictures or rows."""
        (self._as_cards if cards else self._as_table).setChecked(True)
        self._show_hits()

    def show_result(self, result: SearchResult, unwanted: Sequence[str] = (), query_text: str = "") -> None:
        """Show the hits of a search, best first.

        Args:
            result: Result of the engine.
            unwanted: Phrases of the query that hits must not match.
            query_text: The whole query in one line, for exported tables.
        """
        self.result = result
        self._unwanted = tuple(unwanted)
        self.query_text = query_text or result.query
        self.model.show(result.hits, unwanted)
        self._sorted.sort(RANK, Qt.SortOrder.AscendingOrder)
        self.table.horizontalHeader().setSortIndicator(RANK, Qt.SortOrder.AscendingOrder)
        scored = not result.by_wording and any(hit.score is not None for hit in result.hits)
        self.table.setColumnHidden(SCORE, not scored)
        self.table.setColumnHidden(CHECKED, not any(hit.parts or hit.checks for hit in result.hits))
        if not result.hits:
            self.show_message(self._no_hits(result))
        elif result.by_wording:
            self.show_message(
                f"Nothing in “{result.query[:200]}” was understood, so no crystal can be checked against it."
            )
            self.guesses.show()
        else:
            self._show_result(result, "best first" if scored else "by formula")

    @staticmethod
    def _no_hits(result: SearchResult) -> str:
        if result.suggested_filter is not None and not result.searched:
            return f"“{result.suggested_filter[:200]}” is a filter. Use it as one to list crystals."
        return f"No crystal in {result.library} matches; relax the filter or remove a condition."

    def _show_guesses(self) -> None:
        result = self.result
        if result is not None:
            self.guesses.hide()
            self.model.show(result.hits, self._unwanted)
            self._show_result(result, "guesses: nothing of the phrase was understood")

    def _show_result(self, result: SearchResult, order: str) -> None:
        text = f"{len(result.hits)} of {result.searched} crystals in {result.library}, {order}"
        if result.without_geometry:
            text += (
                f". {result.without_geometry:,} crystals have no facts of geometry: shapes and networks are unknown there "
                "until Library → Update descriptions."
            )
        self.state.setText(text)
        self._show_hits()
        self.table.setCurrentIndex(self._sorted.index(0, 0))

    def _message_page(self) -> QWidget:
        page = QWidget()
        layout = QVBoxLayout(page)
        layout.addStretch()
        layout.addWidget(self._nothing)
        layout.addWidget(self.guesses, 0, Qt.AlignmentFlag.AlignHCenter)
        layout.addStretch()
        return page

    def show_message(self, text: str) -> None:
        """Show a sentence and no hits."""
        self.model.show(())
        self.state.clear()
        self._nothing.setText(text)
        self.guesses.hide()
        self._show_hits()
        self.preview.show_hit(None)

    def wait(self) -> None:
        """Show that a search is running; earlier hits stay until it ends."""
        self.state.setText("Searching…")

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802  Qt's name
        """Return opens the current hit."""
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and self.current is not None:
            self.opened.emit(self.current.id)
        else:
            super().keyPressEvent(event)

    def _show_hits(self) -> None:
        shown = bool(self.model.hits)
        self._stack.setCurrentIndex(0 if not shown else 2 if self.as_cards else 1)
        for button in (self._as_table, self._as_cards):
            button.setEnabled(shown)
            button.setVisible(shown)

    def _current_changed(self, index: QModelIndex, _: QModelIndex) -> None:
        hit = index.data(HitRole) if index.isValid() else None
        scored = not self.table.isColumnHidden(SCORE)
        meanings = [chip.label for chip in self.result.chips] if self.result is not None else []
        self.preview.show_hit(hit, self.model.checks(hit) if hit is not None else (), meanings, scored=scored)
        if hit is not None:
            self._describe(hit.id)
        self.previewed.emit(hit)

    def _describe(self, crystal_id: str) -> None:
        """Request the coordination of the sites of a hit for the preview: the stored facts, or new ones without them."""

        def done(facts: GeometryFacts | None) -> None:
            if self.current is not None and self.current.id == crystal_id:
                self.preview.show_facts(facts)

        self._window.worker.submit(
            call(SESSION.library.geometry, crystal_id), done=done, failed=lambda _: None, key=f"preview {id(self)}"
        )

    def _open(self, index: QModelIndex) -> None:
        self.opened.emit(index.data(HitRole).id)


def _exported(reason: Reason) -> dict[str, object]:
    entry: dict[str, object] = {"kind": reason.kind, "label": reason.label}
    return entry if reason.similarity is None else {**entry, "similarity": reason.similarity}


def _table(model: QSortFilterProxyModel) -> QTableView:
    table = QTableView()
    table.setModel(model)
    table.setAccessibleName("Hits as a table")
    table.setSortingEnabled(True)
    table.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
    table.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
    table.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
    table.setShowGrid(False)
    table.setWordWrap(False)
    table.setTabKeyNavigation(False)
    table.setIconSize(QSize(52, 52))
    table.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
    table.verticalHeader().hide()
    table.verticalHeader().setDefaultSectionSize(56)
    header = table.horizontalHeader()
    header.setSectionResizeMode(QHeaderView.ResizeMode.Interactive)
    header.setStretchLastSection(True)
    header.setDefaultAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
    for column, width in WIDTHS.items():
        header.resizeSection(column, width)
    return table
