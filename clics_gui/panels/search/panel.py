"""The search panel: a phrase in, crystals out."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any

from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import QVBoxLayout, QWidget

from clics_gui.panels.results.hits_view import ResultsView
from clics_gui.panels.search.form import SearchForm
from clics_gui.panels.search.query import Query
from clics_gui.state.actions import Action

if TYPE_CHECKING:
    from clics.errors import ClicsError
    from clics.results import SearchResult
    from clics.session import Session

    from clics_gui.state.context import Context
    from clics_gui.state.documents import Document

INVITATION = (
    "Type what the crystals should look like, for example\n“corner-sharing octahedra”, “tetrahedral metal in a cubic "
    "structure”\nor “Fd-3m, edge-sharing octahedra”.\n\nWords of the vocabulary are completed, and checked against the "
    "stored facts."
)


class SearchPanel(QWidget):
    """Searches the library in use; a hit is previewed as it becomes current, and opens on a double click."""

    panel_id = "search"
    title = "Search"

    def __init__(self, window: Context) -> None:
        super().__init__()
        self._window = window
        self._history: list[Query] = []
        self._asked_for_phrases = False
        self._found_by = ""
        self.form = SearchForm(window.theme)
        self.results = ResultsView(window)
        self.results.say(INVITATION)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(10, 8, 10, 8)
        layout.setSpacing(8)
        layout.addWidget(self.form)
        layout.addWidget(self.results, 1)
        self.setFocusProxy(self.form.phrase)
        self.form.asked.connect(self.search)
        self.form.filter_typed.connect(self._check_filter)
        self.form.past_menu.aboutToShow.connect(self._fill_history)
        self.results.opened.connect(self._open)
        window.documents.current_changed.connect(self._follow)
        window.worker.session_changed.connect(self._session_changed)
        self._follow(window.documents.current)
        window.add_actions(self._actions())

    @property
    def history(self) -> tuple[Query, ...]:
        """Earlier searches, the latest first."""
        return tuple(self._history)

    def search(self, query: Query) -> None:
        """Ask the engine; an earlier search that is not answered yet is given up."""
        if query.empty:
            self.results.say(INVITATION)
            return
        document = self._window.documents.current
        if query.like and document is None:
            query = query.without_like()
            if query.empty:
                return
        self.form.tell_problem("")
        self.results.wait()
        crystal = document.crystal if query.like and document is not None else None
        geometry = document.geometry if query.like and document is not None else None
        description = geometry.description if geometry is not None else None
        top = self._window.settings.value.search.hits
        self._window.worker.submit(
            lambda session: query.search(session, top, crystal, description),
            done=partial(self._show, query), failed=self._fail, key="search",
        )  # fmt: skip

    def save_state(self) -> dict[str, Any]:
        """The history, and how hits are shown."""
        return {"history": [query.to_json() for query in self._history], "cards": self.results.as_cards}

    def restore_state(self, state: dict[str, Any]) -> None:
        """What :meth:`save_state` gave."""
        stored = state.get("history", ())
        found = [Query.from_json(one) for one in stored] if isinstance(stored, list) else []
        self._history = [query for query in found if query is not None and not query.empty]
        self._cut_history()
        self.results.set_as_cards(state.get("cards") is True)

    def showEvent(self, event: QShowEvent) -> None:  # noqa: N802  Qt's name
        """The vocabulary is read when the panel is first seen."""
        super().showEvent(event)
        if not self._asked_for_phrases:
            self._asked_for_phrases = True
            self._ask_for_phrases()

    def _actions(self) -> list[Action]:
        return [
            Action("search.pictures", "Hits as pictures", self._switch, menu="Search", shortcut="Ctrl+Shift+F",
                   tip="Show hits as pictures or as a table", icon="view-grid-outline",
                   checked_when=lambda: self.results.as_cards),
        ]  # fmt: skip

    def _switch(self) -> None:
        self.results.set_as_cards(not self.results.as_cards)

    def _ask_for_phrases(self) -> None:
        def done(found: tuple[str, ...]) -> None:
            self.form.phrase.complete_from(found)

        def explained(text: str) -> None:
            self.form.where.setToolTip(text)

        quiet = lambda _: None  # noqa: E731  without a vocabulary there is no completion; a search says what is wrong
        self._window.worker.submit(_completions, done=done, failed=quiet, key="search phrases")
        self._window.worker.submit(lambda session: session.queries.filter_help(), done=explained, failed=quiet)

    def _check_filter(self, where: str) -> None:
        def fine(_: None) -> None:
            self.form.tell_problem("")

        def wrong(error: ClicsError) -> None:
            self.form.tell_problem(error.message)

        self._window.worker.submit(
            lambda session: session.queries.check_filter(where), done=fine, failed=wrong, key="search filter"
        )

    def _show(self, query: Query, result: SearchResult) -> None:
        self._found_by = ", ".join(text for text in (query.phrase, *query.must) if text)
        self._history = [query, *(earlier for earlier in self._history if earlier != query)]
        self._cut_history()
        self.results.show_result(result, query.must_not, query.title())

    def _cut_history(self) -> None:
        del self._history[self._window.settings.value.search.history :]

    def _fail(self, error: ClicsError) -> None:
        if error.kind == "bad-filter":
            self.form.tell_problem(error.message)
            self.results.say("The filter is not understood.")
        else:
            self.results.say(error.message)

    def _fill_history(self) -> None:
        menu = self.form.past_menu
        menu.clear()
        if not self._history:
            menu.addAction("No searches yet").setEnabled(False)
        for query in self._history[:20]:
            title = query.title().replace("&", "&&")
            action = menu.addAction(title if len(title) < 80 else f"{title[:79]}…")
            action.triggered.connect(partial(self._again, query))
        if self._history:
            menu.addSeparator()
            menu.addAction("Forget all", self._history.clear)

    def _again(self, query: Query, _checked: bool = False) -> None:
        self.form.show_query(query)
        self.search(self.form.query())

    def _open(self, crystal_id: str) -> None:
        self._window.open_stored(crystal_id, phrase=self._found_by)

    def _follow(self, document: Document | None) -> None:
        self.form.allow_like(document is not None)

    def _session_changed(self, _: object) -> None:
        """Hits of another library or model say nothing any more."""
        if self._asked_for_phrases:
            self._ask_for_phrases()
        query = self.form.query()
        if self.results.result is not None and not query.empty:
            self.search(query)


def _completions(session: Session) -> tuple[str, ...]:
    """Phrases to complete from, most frequent first; bare polyhedra are left out, connections name them all."""
    bare = set(session.queries.phrases("polyhedra"))
    return tuple(phrase for phrase in session.queries.phrases() if phrase not in bare)
