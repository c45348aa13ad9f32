"""Similar panel: crystals of the library that are structurally similar to the current one."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from clics.engine_process.operation import SESSION, call
from clics.results import SimilarQuery
from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import QPushButton, QVBoxLayout, QWidget

from clics_gui.panels.libraries import jobs
from clics_gui.panels.results.hits_view import ResultsView
from clics_gui.panels.similar.form import SimilarForm
from clics_gui.state.actions import Action
from clics_gui.style.labels import pretty_formula

if TYPE_CHECKING:
    from clics.errors import ClicsError
    from clics.results import SearchResult

    from clics_gui.state.context import Context
    from clics_gui.state.documents import Document

NOTHING_OPEN = "Open a crystal to see similar structures in the library."


class SimilarPanel(QWidget):
    """Follows the current document; searches while visible, and only if something has changed."""

    def __init__(self, window: Context) -> None:
        super().__init__()
        self._window = window
        self._document: Document | None = None
        self._last_search: tuple[object, ...] | None = None
        self.form = SimilarForm(window)
        self.results = ResultsView(window)
        self.embed = QPushButton("Update embeddings of the library")
        self.embed.setToolTip(
            "Compute embeddings of the current model for the crystals of the library, in the background"
        )
        self.embed.clicked.connect(lambda: jobs.embed(self._window, self._window.libraries.current))
        self.embed.hide()
        layout = QVBoxLayout(self)
        layout.setContentsMargins(10, 8, 10, 8)
        layout.setSpacing(8)
        layout.addWidget(self.form)
        layout.addWidget(self.embed)
        layout.addWidget(self.results, 1)
        self.setFocusProxy(self.results.table)
        self.form.changed.connect(self._search)
        self.form.map_wanted.connect(lambda: window.show_panel("map"))
        self.results.opened.connect(lambda crystal_id: window.open_stored(crystal_id))
        window.documents.current_changed.connect(self._follow)
        window.worker.session_changed.connect(self._search_again)
        window.libraries.contents_changed.connect(self._search_again)
        self._follow(window.documents.current)
        window.add_actions(self._actions())

    def save_state(self) -> dict[str, Any]:
        """State with options, filter and kind of view."""
        form = self.form
        return {
            "same": form.same_formula.isChecked(), "superpose": form.superpose.isChecked(), "filter": form.filter,
            "cards": self.results.as_cards,
        }  # fmt: skip

    def restore_state(self, state: dict[str, Any]) -> None:
        """Restore a state of :meth:`save_state`."""
        self.form.same_formula.setChecked(state.get("same") is not False)
        self.form.superpose.setChecked(state.get("superpose") is True)
        self.form.filter_box.setText(str(state.get("filter", ""))[:1000])
        self.results.set_as_cards(state.get("cards") is True)
        self._search()

    def showEvent(self, event: QShowEvent) -> None:  # noqa: N802  Qt's name
        """Ask for what was not asked while nobody looked."""
        super().showEvent(event)
        self._search()

    def _actions(self) -> list[Action]:
        form = self.form
        return [
            Action(
                id="similar.formula",
                title="Similar: include same formula",
                run=form.same_formula.toggle,
                menu="Search",
                group=1,
                shortcut="Ctrl+Shift+H",
                tip="Include crystals with the formula of the open one",
                icon="flask-outline",
                checked_when=form.same_formula.isChecked,
            ),
            Action(
                id="similar.superpose",
                title="Similar: match the top 50 atom by atom",
                run=form.superpose.toggle,
                menu="Search",
                group=1,
                shortcut="Ctrl+Shift+K",
                tip="Superimpose the top 50 on the open crystal and list matches first",
                icon="layers-outline",
                checked_when=form.superpose.isChecked,
            ),
            Action(
                id="similar.pictures",
                title="Similar structures as pictures",
                run=self._switch,
                menu="Search",
                group=1,
                shortcut="Ctrl+Shift+I",
                tip="Show similar structures as pictures or as a table",
                icon="view-grid-outline",
                checked_when=lambda: self.results.as_cards,
            ),
        ]

    def _switch(self) -> None:
        self.results.set_as_cards(not self.results.as_cards)

    # ---- following --------------------------------------------------------------------------------------------------

    def _follow(self, document: Document | None) -> None:
        if document is not self._document:
            for one, change in ((self._document, "disconnect"), (document, "connect")):
                if one is not None:
                    getattr(one.geometry_changed, change)(self._search)
            self._document = document
        self._search()

    def _search_again(self, _: object) -> None:
        self._last_search = None
        self._search()

    def _search(self) -> None:
        """Search, unless hidden, already done, or without the geometry that hits are compared with."""
        if not self.isVisible():
            return
        document, form = self._document, self.form
        choice = self._window.worker.choice
        model = choice.model.name if choice.model is not None else "the released model"
        form.source.setText(f"Cosine similarity of structure embeddings ({model}); 1 = same structure type")
        self._window.refresh_actions()
        if document is None:
            form.name.setText("Similar structures")
            self._window.worker.cancel("similar")
            self._last_search = None
            self.results.show_message(NOTHING_OPEN)
            return
        name, separator, formula = document.title.rpartition(" · ")  # subscripts in the formula, not in the file's name
        form.name.setText(f"Structures similar to {name}{separator}{pretty_formula(formula)}"[:200])
        crystal = document.as_read.crystal
        superpose = form.superpose.isChecked()
        search = (crystal, choice, form.filter, form.same_formula.isChecked(), superpose, document.bond_rules)
        if self._last_search is not None and all(
            a is b or a == b for a, b in zip(self._last_search, search, strict=True)
        ):
            return
        if self._last_search is None or self._last_search[0] is not crystal:
            self.results.show_message("")  # hits of another crystal would be taken for those of this one
        self.results.wait()
        if document.geometry_outdated or (document.geometry is None and document.geometry_error is None):
            self._last_search = None
            return
        self._last_search = search
        form.show_problem("")
        self.embed.hide()
        known = document.geometry
        query = SimilarQuery(
            crystal, top=self._window.settings.value.search.hits, where=form.filter or None, same_formula=search[3],
            superpose=superpose, description=known.description if known is not None else None,
        )  # fmt: skip
        self._window.worker.submit(
            call(SESSION.similar, query),
            done=self._show, failed=self._fail, key="similar", title="Matching structures" if superpose else "",
        )  # fmt: skip

    def _show(self, result: SearchResult) -> None:
        name = self._document.title if self._document is not None else result.query
        self.results.show_result(result, query_text=f"similar to {name}")

    def _fail(self, error: ClicsError) -> None:
        if error.kind == "bad-filter":
            self.form.show_problem(error.message)
            self.results.show_message("The filter is not valid.")
        else:
            self.results.show_message(error.message)
            self.embed.setVisible(error.kind == "no-vectors")
