"""The map panel: all crystals of the library on a plane, where the model puts them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

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
    from clics.results import MapScores

    from clics_gui.plots.map_plot import MapPlot
    from clics_gui.state.context import Context
    from clics_gui.state.documents import Document

HINT = "Point at a dot, or walk with the arrow keys; a click or Return opens it."


class MapPanel(QWidget):
    """Drawn when it is first seen; drawn anew when the library or the model has changed."""

    panel_id = "map"
    title = "Map"

    def __init__(self, window: Context) -> None:
        super().__init__()
        self._window = window
        self._data: MapData | None = None
        self._alike: MapScores | None = None
        self._near: MapScores | None = None
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
        self.form.phrase_asked.connect(self._ask_phrase)
        self.form.all_wanted.connect(self.show_all)
        self.legend.changed.connect(self._paint)
        window.documents.current_changed.connect(self._follow)
        window.worker.session_changed.connect(self._outdated)
        window.libraries.contents_changed.connect(self._outdated)
        window.theme.changed.connect(self._repaint)
        window.add_actions(
            [Action("map.all", "Show all of the map", self.show_all, menu="Search", group=2, shortcut="Ctrl+Shift+0",
                    tip="Bring every dot of the map into sight", icon="fit-to-page-outline",
                    enabled_when=lambda: self.plot is not None)]
        )  # fmt: skip
        self._say("The map is drawn when it is first seen.")

    def show_all(self) -> None:
        """Every dot in sight."""
        if self.plot is not None:
            self.plot.show_all()

    def save_state(self) -> dict[str, Any]:
        """What the dots are coloured by."""
        return self.form.save_state()

    def restore_state(self, state: dict[str, Any]) -> None:
        """What :meth:`save_state` gave."""
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
            self._say("Drawing the map…")
        submit = self._window.worker.submit
        submit(
            lambda session: prepare(session.maps.draw()),
            done=self._show, failed=self._fail, key="map", title="Drawing the map of the library",
        )  # fmt: skip
        submit(
            lambda session: session.queries.phrases(),
            done=self.form.phrase.complete_from, failed=lambda _: None, key="map phrases",
        )  # fmt: skip

    def _show(self, data: MapData) -> None:
        first, self._data = self._data is None, data
        self._alike = self._near = self._scored = None
        if not data.drawn.ids:
            self._say(f"No crystal of {data.drawn.library} has a vector of this model; there is nothing to draw.")
            return
        plot = self._plot()
        self._nothing.hide()
        for part in (plot, self.legend, self.pointed):
            part.show()
        plot.show_points(data.drawn.xy)
        x, y = data.drawn.explained
        plot.tell_axes(f"First axis: {x:.0%} of the variance", f"Second axis: {y:.0%}")
        self.state.setText(
            f"{len(data.drawn.ids):,} crystals of {data.drawn.library}. The two axes carry {x + y:.0%} of the variance of the "
            "model's vectors: dots far apart are different, dots together need not be alike."
        )
        self.form.offer_elements(data.elements)
        self._follow(self._window.documents.current)
        self._colour()
        if self.form.mode == PHRASE:
            self._ask_phrase(self.form.phrase.text())
        if first:
            self._window.refresh_actions()

    def _fail(self, error: ClicsError) -> None:
        self._data = None
        self._say(error.message)

    def _follow(self, document: Document | None) -> None:
        """Mark the open crystal, and find how alike it is to all others."""
        if self._data is None or self.plot is None or not self.isVisible():
            return
        crystal = document.as_read.crystal if document is not None else None
        if crystal is self._scored and crystal is not None:
            return
        self._scored, self._alike = crystal, None
        self.plot.mark(None)
        self._window.worker.cancel("map crystal")
        if crystal is not None:
            drawn = self._data.drawn
            self._window.worker.submit(
                lambda session: session.maps.locate(drawn, crystal), key="map crystal",
                done=self._mark, failed=self._cannot_mark,
            )  # fmt: skip
        elif self.form.mode == CRYSTAL:
            self.form.tell_problem("Open a crystal to colour by its likeness.")
            self._colour()

    def _mark(self, found: MapScores) -> None:
        self._alike = found
        if self.plot is not None:
            self.plot.mark(found.position)
        if self.form.mode == CRYSTAL:
            self.form.tell_problem("")
            self._colour()

    def _cannot_mark(self, error: ClicsError) -> None:
        if self.form.mode == CRYSTAL:
            self.form.tell_problem(error.message)
            self._colour()

    def _ask_phrase(self, phrase: str) -> None:
        if self._data is None or not phrase.strip():
            return
        drawn = self._data.drawn
        self._window.worker.submit(
            lambda session: session.maps.score(drawn, phrase), key="map phrase",
            done=self._near_found, failed=lambda error: self.form.tell_problem(error.message),
        )  # fmt: skip

    def _near_found(self, found: MapScores) -> None:
        self._near = found
        self.form.tell_problem("")
        self._colour()

    # ---- drawing ----------------------------------------------------------------------------------------------------

    def _plot(self) -> MapPlot:
        """Made when there is something to draw."""
        if self.plot is None:
            # a third of a second, once, and on this thread: pyqtgraph walks through all types of Qt
            from clics_gui.plots.map_plot import MapPlot

            self.plot = MapPlot(self._words)
            self.plot.pointed.connect(self._tell_pointed)
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
        scores = {CRYSTAL: self._alike, PHRASE: self._near}.get(mode)
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

    def _say(self, text: str) -> None:
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
        scores = {CRYSTAL: self._alike, PHRASE: self._near}.get(self.form.mode)
        if scores is not None:
            parts.append(f"score {scores.scores[index]:.3f}")
        return "  ·  ".join(part[:100] for part in parts if part)

    def _tell_pointed(self, index: int) -> None:
        self.pointed.setText(self._words(index) if index >= 0 else HINT)

    def _open(self, index: int) -> None:
        if self._data is not None:
            self._window.open_stored(self._data.drawn.ids[index])
