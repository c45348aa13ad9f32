"""Map panel: principal components of the embeddings of the library."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any

from clics.engine_process.operation import SESSION, call
from PySide6.QtCore import Qt
from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import QVBoxLayout, QWidget

from clics_gui.panels.similar.colouring import Colouring, MapData, by_element, by_score, prepare
from clics_gui.panels.similar.legend import Legend
from clics_gui.panels.similar.map_form import CRYSTAL, ELEMENT, GROUP, PHRASE, MapForm
from clics_gui.state.actions import Action
from clics_gui.style.labels import pretty_formula, pretty_symbol
from clics_gui.style.widgets import label

if TYPE_CHECKING:
    from clics.errors import ClicsError
    from clics.results import LibraryMap, MapScores

    from clics_gui.plots.map_plot import MapPlot
    from clics_gui.state.context import Context
    from clics_gui.state.documents import Document

HINT = "Point at a crystal or use the arrow keys; click or press Return to open it."


class MapPanel(QWidget):
    """Computed when first visible, and again when the library or the model has changed."""

    def __init__(self, window: Context) -> None:
        super().__init__()
        self._window = window
        self._data: MapData | None = None
        self._crystal_scores: MapScores | None = None
        self._phrase_scores: MapScores | None = None
        self._stale = True
        self._scored: object = None
        self.plot: MapPlot | None = None
        self.form = MapForm(window.theme)
        self.legend = Legend(window.theme)
        self.state = label("", "muted", wrap=True)
        self.pointed = label(HINT, wrap=True)
        self.pointed.setAlignment(Qt.AlignmentFlag.AlignTop)
        # of one height whatever it says: else the dots would move away from under the pointer
        self.pointed.setFixedHeight(2 * self.pointed.fontMetrics().lineSpacing() + 2)
        self._nothing = label("", "muted", wrap=True)
        self._nothing.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self._layout = QVBoxLayout(self)
        self._layout.setContentsMargins(10, 8, 10, 8)
        self._layout.setSpacing(6)
        self._layout.addWidget(self.form)
        self._layout.addWidget(self._nothing, 1)
        for part in (self.legend, self.pointed, self.state):
            self._layout.addWidget(part)
        self.form.changed.connect(self._colour)
        self.form.phrase_submitted.connect(self._score_phrase)
        self.form.all_wanted.connect(self.show_all)
        self.legend.changed.connect(self._paint)
        window.documents.current_changed.connect(self._follow)
        window.worker.session_changed.connect(self._outdated)
        window.libraries.contents_changed.connect(self._outdated)
        window.theme.changed.connect(self._repaint)
        window.add_actions(
            [
                Action(
                    id="map.all",
                    title="Show whole map",
                    run=self.show_all,
                    menu="Search",
                    group=2,
                    shortcut="Ctrl+Shift+0",
                    tip="Show all points of the map",
                    icon="fit-to-page-outline",
                    enabled_when=lambda: self.plot is not None,
                )
            ]
        )
        self._show_text("The map is computed when this panel is first shown.")

    def show_all(self) -> None:
        """Show all points."""
        if self.plot is not None:
            self.plot.show_all()

    def save_state(self) -> dict[str, Any]:
        """State with the colouring."""
        return self.form.save_state()

    def restore_state(self, state: dict[str, Any]) -> None:
        """Restore a state of :meth:`save_state`."""
        self.form.restore_state(state)

    def showEvent(self, event: QShowEvent) -> None:  # noqa: N802  Qt's name
        """Draw what was not drawn while nobody looked."""
        super().showEvent(event)
        if self._stale:
            self._draw()
        else:
            self._follow(self._window.documents.current)

    # ---- asking -----------------------------------------------------------------------------------------------------

    def _outdated(self, _: object) -> None:
        self._stale = True
        if self.isVisible():
            self._draw()

    def _draw(self) -> None:
        self._stale = False
        if self._data is None:
            self._show_text("Computing the map…")
        submit = self._window.worker.submit
        submit(
            call(SESSION.maps.draw), done=self._prepare, failed=self._fail, key="map",
            title="Computing the map of the library",
        )  # fmt: skip
        submit(
            call(SESSION.queries.phrases),
            done=self.form.phrase.complete_from, failed=lambda _: None, key="map phrases",
        )  # fmt: skip

    def _prepare(self, drawn: LibraryMap) -> None:
        self._window.worker.here.run(partial(prepare, drawn), done=self._show)

    def _show(self, data: MapData) -> None:
        first, self._data = self._data is None, data
        self._crystal_scores = self._phrase_scores = self._scored = None
        if not data.drawn.ids:
            self._show_text(f"No crystal in {data.drawn.library} has an embedding by this model.")
            return
        plot = self._plot()
        self._nothing.hide()
        for part in (plot, self.legend, self.pointed):
            part.show()
        plot.show_points(data.drawn.xy)
        x, y = data.drawn.explained
        plot.label_axes(f"PC 1 ({x:.0%} of the variance)", f"PC 2 ({y:.0%})")
        self.state.setText(
            f"{len(data.drawn.ids):,} crystals of {data.drawn.library}. Principal components 1 and 2 explain {x + y:.0%} of "
            "the variance of the embeddings: distant points differ, close points need not be similar."
        )
        self.form.offer_elements(data.elements)
        self._follow(self._window.documents.current)
        self._colour()
        if self.form.mode == PHRASE:
            self._score_phrase(self.form.phrase.text())
        if first:
            self._window.refresh_actions()

    def _fail(self, error: ClicsError) -> None:
        self._data = None
        self._show_text(error.message)

    def _follow(self, document: Document | None) -> None:
        """Mark the current crystal and request its similarity to all others."""
        if self._data is None or self.plot is None or not self.isVisible():
            return
        crystal = document.as_read.crystal if document is not None else None
        if crystal is self._scored and crystal is not None:
            return
        self._scored, self._crystal_scores = crystal, None
        self.plot.mark(None)
        self._window.worker.cancel("map crystal")
        if crystal is not None:
            self._window.worker.submit(
                call(SESSION.maps.locate, self._data.drawn.without_texts(), crystal), key="map crystal",
                done=self._mark, failed=self._cannot_mark,
            )  # fmt: skip
        elif self.form.mode == CRYSTAL:
            self.form.show_problem("Open a crystal to colour by similarity to it.")
            self._colour()

    def _mark(self, scores: MapScores) -> None:
        self._crystal_scores = scores
        if self.plot is not None:
            self.plot.mark(scores.position)
        if self.form.mode == CRYSTAL:
            self.form.show_problem("")
            self._colour()

    def _cannot_mark(self, error: ClicsError) -> None:
        if self.form.mode == CRYSTAL:
            self.form.show_problem(error.message)
            self._colour()

    def _score_phrase(self, phrase: str) -> None:
        if self._data is None or not phrase.strip():
            return
        self._window.worker.submit(
            call(SESSION.maps.score, self._data.drawn.without_texts(), phrase), key="map phrase",
            done=self._show_phrase_scores, failed=lambda error: self.form.show_problem(error.message),
        )  # fmt: skip

    def _show_phrase_scores(self, scores: MapScores) -> None:
        self._phrase_scores = scores
        self.form.show_problem("")
        self._colour()

    # ---- drawing ----------------------------------------------------------------------------------------------------

    def _plot(self) -> MapPlot:
        """The plot, made when there is something to draw."""
        if self.plot is None:
            # a third of a second, once, and on this thread: pyqtgraph walks through all types of Qt
            from clics_gui.plots.map_plot import MapPlot

            self.plot = MapPlot(self._words)
            self.plot.pointed.connect(self._show_pointed)
            self.plot.chosen.connect(self._open)
            self._layout.insertWidget(self._layout.indexOf(self._nothing), self.plot, 1)
            self.setFocusProxy(self.plot)
            self._use_colours()
        return self.plot

    def _colouring(self) -> Colouring | None:
        data, mode = self._data, self.form.mode
        if data is None:
            return None
        if mode == GROUP:
            return data.by_group
        if mode == ELEMENT and self.form.element:
            return by_element(data.drawn, self.form.element)
        scores = {CRYSTAL: self._crystal_scores, PHRASE: self._phrase_scores}.get(mode)
        if scores is not None:
            return by_score(scores.scores)
        return data.by_system

    def _colour(self) -> None:
        colouring = self._colouring()
        if colouring is not None:
            self.legend.show_colouring(colouring)
            self._paint()

    def _paint(self) -> None:
        colouring = self._colouring()
        if colouring is not None and self.plot is not None:
            shown = self.legend.shown(colouring)
            self.plot.show_groups(colouring.groups, self.legend.colours(colouring), shown)

    def _repaint(self) -> None:
        self._use_colours()
        self._colour()

    def _use_colours(self) -> None:
        if self.plot is not None:
            theme = self._window.theme
            self.plot.use_colours(
                theme.color("surface"), theme.color("muted"), theme.color("border"), theme.color("text")
            )

    def _show_text(self, text: str) -> None:
        if self.plot is not None:
            self.plot.hide()
        self._nothing.setText(text)
        self._nothing.show()
        self.state.clear()
        for part in (self.legend, self.pointed):
            part.hide()

    def _words(self, index: int) -> str:
        if self._data is None:
            return ""
        drawn = self._data.drawn
        parts = [pretty_formula(drawn.formulas[index]), pretty_symbol(drawn.space_groups[index]), drawn.ids[index]]
        scores = {CRYSTAL: self._crystal_scores, PHRASE: self._phrase_scores}.get(self.form.mode)
        if scores is not None:
            parts.append(f"score {scores.scores[index]:.3f}")
        return "  ·  ".join(part[:100] for part in parts if part)

    def _show_pointed(self, index: int) -> None:
        self.pointed.setText(self._words(index) if index >= 0 else HINT)

    def _open(self, index: int) -> None:
        if self._data is not None:
            self._window.open_stored(self._data.drawn.ids[index])
