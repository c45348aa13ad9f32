"""The Similar panel: crystals of the library that are built like the one in front."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

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

NOTHING_OPEN = "Open a crystal to see which crystals of the library are built like it."


class SimilarPanel(QWidget):
    """Follows the current document; asks while it can be seen, and only where something is new."""

    panel_id = "similar"
    title = "Similar"

    def __init__(self, window: Context) -> None:
        super().__init__()
        self._window = window
        self._document: Document | None = None
        self._asked: tuple[object, ...] | None = None
        self.form = SimilarForm(window)
        self.results = ResultsView(window)
        self.embed = QPushButton("Embed the library with this model")
        self.embed.setToolTip("Ask the model about every crystal of the library, in the background")
        self.embed.clicked.connect(lambda: jobs.embed(self._window, self._window.libraries.current))
        self.embed.hide()
        layout = QVBoxLayout(self)
        layout.setContentsMargins(10, 8, 10, 8)
        layout.setSpacing(8)
        layout.addWidget(self.form)
        layout.addWidget(self.embed)
        layout.addWidget(self.results, 1)
        self.setFocusProxy(self.results.table)
        self.form.changed.connect(self._ask)
        self.form.map_wanted.connect(lambda: window.show_panel("map"))
        self.results.opened.connect(lambda crystal_id: window.open_stored(crystal_id))
        window.documents.current_changed.connect(self._follow)
        window.worker.session_changed.connect(self._ask_anew)
        window.libraries.contents_changed.connect(self._ask_anew)
        self._follow(window.documents.current)
        window.add_actions(self._actions())

    def save_state(self) -> dict[str, Any]:
        """The switches, the filter, and how hits are shown."""
        form = self.form
        return {
            "same": form.same_formula.isChecked(), "superpose": form.superpose.isChecked(), "filter": form.filter,
            "cards": self.results.as_cards,
        }  # fmt: skip

    def restore_state(self, state: dict[str, Any]) -> None:
        """What :meth:`save_state` gave."""
        self.form.same_formula.setChecked(state.get("same") is not False)
        self.form.superpose.setChecked(state.get("superpose") is True)
        self.form.where.setText(str(state.get("filter", ""))[:1000])
        self.results.set_as_cards(state.get("cards") is True)
        self._ask()

    def showEvent(self, event: QShowEvent) -> None:  # noqa: N802  Qt's name
        """Ask for what was not asked while nobody looked."""
        super().showEvent(event)
        self._ask()

    def _actions(self) -> list[Action]:
        form = self.form
        return [
            Action("similar.formula", "Similar: same formula too", form.same_formula.toggle, menu="Search", group=1,
                   shortcut="Ctrl+Shift+H", tip="Whether crystals of the open one's own formula are among the similar",
                   icon="flask-outline", checked_when=form.same_formula.isChecked),
            Action("similar.superpose", "Similar: superpose the nearest 50", form.superpose.toggle, menu="Search", group=1,
                   shortcut="Ctrl+Shift+K", tip="Lay the nearest 50 on the open crystal; those that fit come first",
                   icon="layers-outline", checked_when=form.superpose.isChecked),
            Action("similar.pictures", "Similar crystals as pictures", self._switch, menu="Search", group=1,
                   shortcut="Ctrl+Shift+I", tip="Show similar crystals as pictures or as a table",
                   icon="view-grid-outline", checked_when=lambda: self.results.as_cards),
        ]  # fmt: skip

    def _switch(self) -> None:
        self.results.set_as_cards(not self.results.as_cards)

    # ---- following --------------------------------------------------------------------------------------------------

    def _follow(self, document: Document | None) -> None:
        if document is not self._document:
            for one, change in ((self._document, "disconnect"), (document, "connect")):
                if one is not None:
                    getattr(one.geometry_changed, change)(self._ask)
            self._document = document
        self._ask()

    def _ask_anew(self, _: object) -> None:
        self._asked = None
        self._ask()

    def _ask(self) -> None:
        """Ask, unless nobody looks, it was asked already, or the description that hits are compared with is to come."""
        if not self.isVisible():
            return
        document, form = self._document, self.form
        choice = self._window.worker.choice
        model = choice.model.name if choice.model is not None else "the released model"
        form.source.setText(f"Alike by {model}: cosine of its vectors of likeness, 1 is the same")
        self._window.refresh_actions()
        if document is None:
            form.name.setText("Similar crystals")
            self._window.worker.cancel("similar")
            self._asked = None
            self.results.say(NOTHING_OPEN)
            return
        form.name.setText(f"Built like {pretty_formula(document.title)}"[:200])
        crystal = document.as_read.crystal
        superpose = form.superpose.isChecked()
        question = (crystal, choice, form.filter, form.same_formula.isChecked(), superpose)
        if self._asked is not None and all(a is b or a == b for a, b in zip(self._asked, question, strict=True)):
            return
        if self._asked is None or self._asked[0] is not crystal:
            self.results.say("")  # hits of another crystal would be taken for those of this one
        self.results.wait()
        if document.geometry is None and document.geometry_error is None:
            self._asked = None
            return
        self._asked = question
        form.tell_problem("")
        self.embed.hide()
        known = document.geometry
        query = SimilarQuery(
            crystal, top=self._window.settings.value.search.hits, where=form.filter or None, same_formula=question[3],
            superpose=superpose, description=known.description if known is not None else None,
        )  # fmt: skip
        self._window.worker.submit_job(
            lambda session, progress, cancel: session.similar(query, progress=progress, cancel=cancel),
            done=self._show, failed=self._fail, key="similar", title="Superposing crystals" if superpose else "",
        )  # fmt: skip

    def _show(self, result: SearchResult) -> None:
        name = self._document.title if self._document is not None else result.query
        self.results.show_result(result, asked=f"crystals built like {name}")

    def _fail(self, error: ClicsError) -> None:
        if error.kind == "bad-filter":
            self.form.tell_problem(error.message)
            self.results.say("The filter is not understood.")
        else:
            self.results.say(error.message)
            self.embed.setVisible(error.kind == "no-vectors")
