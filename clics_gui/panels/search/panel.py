"""Search panel: a phrase in, crystals out."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any

from clics.engine_process.operation import SESSION, call, together
from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import QVBoxLayout, QWidget

from clics_gui.panels.results.hits_view import ResultsView
from clics_gui.panels.search.form import SearchForm
from clics_gui.panels.search.query import Query
from clics_gui.state.actions import Action
from clics_gui.style.plain import caption, tooltip

if TYPE_CHECKING:
    from clics.errors import ClicsError
    from clics.results import SearchResult

    from clics_gui.state.context import Context
    from clics_gui.state.documents import Document

INVITATION = (
    "Describe the crystals to find, for example\n“corner-sharing octahedra”, “tetrahedral metal in a cubic "
    "structure”\nor “Fd-3m, edge-sharing octahedra”.\n\nKnown terms are completed as you type, and every hit is "
    "checked against its computed geometry."
)


class SearchPanel(QWidget):
    """Searches the active library; the current hit is previewed and opens on a double click."""

    def __init__(self, window: Context) -> None:
        super().__init__()
        self._window = window
        self._history: list[Query] = []
        self._phrases_requested = False
        self._query_phrase = ""
        self._searched = Query()
        self.form = SearchForm(window.theme)
        self.results = ResultsView(window)
        self.results.show_message(INVITATION)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(10, 8, 10, 8)
        layout.setSpacing(8)
        layout.addWidget(self.form)
        layout.addWidget(self.results, 1)
        self.setFocusProxy(self.form.phrase)
        self.form.submitted.connect(self.search)
        self.form.filter_typed.connect(self._check_filter)
        self.form.understood.filter_wanted.connect(self._use_filter)
        self.form.history_menu.aboutToShow.connect(self._fill_history)
        self.results.opened.connect(self._open)
        window.documents.current_changed.connect(self._follow)
        window.worker.session_changed.connect(self._session_changed)
        self._follow(window.documents.current)
        window.add_actions(self._actions())

    @property
    def history(self) -> tuple[Query, ...]:
        """Earlier queries, the latest first."""
        return tuple(self._history)

    def search(self, query: Query) -> None:
        """Run a query; an unfinished earlier search is cancelled."""
        if query.empty:
            self.form.understood.show_chips(())
            self.results.show_message(INVITATION)
            return
        document = self._window.documents.current
        if query.like and document is None:
            query = query.without_like()
            if query.empty:
                return
        self.form.show_problem("")
        self.results.wait()
        crystal = document.crystal if query.like and document is not None else None
        geometry = document.geometry if query.like and document is not None else None
        description = geometry.description if geometry is not None else None
        top = self._window.settings.value.search.hits
        self._window.worker.submit(
            query.operation(top, crystal, description),
            done=partial(self._show, query), failed=self._show_error, key="search",
        )  # fmt: skip

    def save_state(self) -> dict[str, Any]:
        """State with the history and the kind of view."""
        return {"history": [query.to_json() for query in self._history], "cards": self.results.as_cards}

    def restore_state(self, state: dict[str, Any]) -> None:
        """Restore a state of :meth:`save_state`."""
        stored = state.get("history", ())
        phrases = [Query.from_json(one) for one in stored] if isinstance(stored, list) else []
        self._history = [query for query in phrases if query is not None and not query.empty]
        self._cut_history()
        self.results.set_as_cards(state.get("cards") is True)

    def showEvent(self, event: QShowEvent) -> None:  # noqa: N802  Qt's name
        """The vocabulary is read when the panel is first seen."""
        super().showEvent(event)
        if not self._phrases_requested:
            self._phrases_requested = True
            self._request_phrases()

    def _actions(self) -> list[Action]:
        return [
            Action(
                id="search.pictures",
                title="Hits as pictures",
                run=self._switch,
                menu="Search",
                shortcut="Ctrl+Shift+F",
                tip="Show hits as pictures or as a table",
                icon="view-grid-outline",
                checked_when=lambda: self.results.as_cards,
            ),
        ]

    def _switch(self) -> None:
        self.results.set_as_cards(not self.results.as_cards)

    def _request_phrases(self) -> None:
        def done(all_and_bare: tuple[tuple[str, ...], tuple[str, ...]]) -> None:
            """Most frequent first; bare polyhedra are left out, connections name them all."""
            phrases, bare = all_and_bare
            self.form.phrase.complete_from(tuple(phrase for phrase in phrases if phrase not in set(bare)))

        def explained(text: str) -> None:
            self.form.filter_box.setToolTip(tooltip(text))

        quiet = lambda _: None  # noqa: E731  without a vocabulary there is no completion; a search says what is wrong
        phrases = together(call(SESSION.queries.phrases), call(SESSION.queries.phrases, "polyhedra"))
        self._window.worker.submit(phrases, done=done, failed=quiet, key="search phrases")
        self._window.worker.submit(call(SESSION.queries.filter_help), done=explained, failed=quiet)

    def _check_filter(self, where: str) -> None:
        def fine(_: None) -> None:
            self.form.show_problem("")

        def wrong(error: ClicsError) -> None:
            self.form.show_problem(error.message)

        self._window.worker.submit(
            call(SESSION.queries.check_filter, where), done=fine, failed=wrong, key="search filter"
        )

    def _show(self, query: Query, result: SearchResult) -> None:
        self._query_phrase = ", ".join(text for text in (query.phrase, *query.must) if text)
        self._history = [query, *(earlier for earlier in self._history if earlier != query)]
        self._cut_history()
        self._searched = query
        self.form.understood.show_chips(result.chips)
        self.results.show_result(result, query.must_not, query.title())

    def _use_filter(self) -> None:
        """Take the conditions out of the phrase, and search with them as the filter."""
        result = self.results.result
        if result is not None and result.suggested_filter is not None:
            self.form.show_query(self._searched.with_filter(result.chips, result.suggested_filter))
            self.form.submit()

    def _cut_history(self) -> None:
        del self._history[self._window.settings.value.search.history :]

    def _show_error(self, error: ClicsError) -> None:
        self.form.understood.show_chips(())
        if error.kind == "bad-filter":
            self.form.show_problem(error.message)
            self.results.show_message("The filter is not valid.")
        else:
            self.results.show_message(error.message)

    def _fill_history(self) -> None:
        menu = self.form.history_menu
        menu.clear()
        if not self._history:
            menu.addAction("No searches yet").setEnabled(False)
        for query in self._history[:20]:
            title = query.title()
            action = menu.addAction(caption(title if len(title) < 80 else f"{title[:79]}…"))
            action.triggered.connect(partial(self._repeat, query))
        if self._history:
            menu.addSeparator()
            menu.addAction("Clear history", self._history.clear)

    def _repeat(self, query: Query, _checked: bool = False) -> None:
        self.form.show_query(query)
        self.search(self.form.query())

    def _open(self, crystal_id: str) -> None:
        self._window.open_stored(crystal_id, phrase=self._query_phrase)

    def _follow(self, document: Document | None) -> None:
        self.form.allow_similar(document is not None)

    def _session_changed(self, _: object) -> None:
        """Repeat the search: hits of another library or model are outdated."""
        if self._phrases_requested:
            self._request_phrases()
        query = self.form.query()
        if self.results.result is not None and not query.empty:
            self.search(query)
