"""Form of the search panel: phrase, chips, filter, and the open crystal with its weight."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QCheckBox, QHBoxLayout, QLineEdit, QMenu, QPushButton, QSlider, QVBoxLayout, QWidget

from clics_gui.panels.search.chips import Chips
from clics_gui.panels.search.phrase_box import PhraseBox
from clics_gui.panels.search.query import Query
from clics_gui.panels.search.understood import Understood
from clics_gui.style.widgets import label, tool_button

DEBOUNCE = 350
"""Milliseconds without a keystroke after which a filter is checked, or a slider has stopped."""
STEPS = 20


if TYPE_CHECKING:
    from clics_gui.style.theme import Theme


class SearchForm(QWidget):
    """``submitted`` carries a query, ``filter_typed`` the filter after a pause in typing."""

    submitted = Signal(object)
    filter_typed = Signal(str)

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self._theme = theme
        self.phrase = PhraseBox()
        self.phrase.returnPressed.connect(self.submit)
        self.search_button = QPushButton("Search")
        self.search_button.setDefault(False)
        self.search_button.setToolTip("Search the library (Return)")
        self.search_button.clicked.connect(self.submit)
        self.history_button = tool_button("", "Search history")
        self.history_button.setPopupMode(self.history_button.ToolButtonPopupMode.InstantPopup)
        self.history_menu = QMenu(self.history_button)
        self.history_button.setMenu(self.history_menu)
        self.must = tool_button("+ must", "Require this phrase (Ctrl+Return)", lambda: self._chip(must=True))
        self.must_not = tool_button("− not", "Exclude this phrase (Ctrl+Shift+Return)", lambda: self._chip(must=False))
        for button in (self.must, self.must_not):
            button.setProperty("outlined", True)
        self.understood = Understood()
        self.chips = Chips()
        self.chips.changed.connect(self.submit)
        self.filter_box = QLineEdit()
        self.filter_box.setPlaceholderText("Filter: el:Li,O sg:225 nsites<40")
        self.filter_box.setAccessibleName("Filter")
        self.filter_box.setClearButtonEnabled(True)
        self.filter_box.returnPressed.connect(self.submit)
        self.filter_box.textEdited.connect(self._filter_edited)
        self.problem = label("", "bad", wrap=True)
        self.problem.hide()
        self.like = QCheckBox("Similar to the open crystal, but…")
        self.like.setToolTip("The open crystal is the query; the phrase shifts the ranking")
        self.like.toggled.connect(self._show_similar_controls)
        self.slider = QSlider(Qt.Orientation.Horizontal)
        self.slider.setRange(0, STEPS)
        self.slider.setValue(STEPS // 2)
        self.slider.setAccessibleName("Weight of the phrase against the crystal")
        self.slider.valueChanged.connect(self._weight_changed)
        self._balance = label("", "muted")
        self._filter_debounce = QTimer(self, singleShot=True, interval=DEBOUNCE)
        self._filter_debounce.timeout.connect(lambda: self.filter_typed.emit(self.filter_box.text().strip()))
        self._weight_debounce = QTimer(self, singleShot=True, interval=DEBOUNCE)
        self._weight_debounce.timeout.connect(self._submit_if_similar)
        theme.changed.connect(self._paint_icon)
        self._paint_icon()
        self._lay_out()
        self._show_weight()
        self.allow_similar(False)

    def query(self) -> Query:
        """The query of the form."""
        return Query(
            " ".join(self.phrase.text().split()), self.chips.must, self.chips.must_not, self.filter_box.text().strip(),
            self.like.isChecked(), self.slider.value() / STEPS,
        )  # fmt: skip

    def show_query(self, query: Query) -> None:
        """Fill the form with a query without submitting it."""
        self.phrase.setText(query.phrase)
        self.chips.show_all(query.must, query.must_not)
        self.filter_box.setText(query.where)
        self.slider.blockSignals(True)
        self.slider.setValue(round(query.weight * STEPS))
        self.slider.blockSignals(False)
        self._show_weight()
        self.like.setChecked(query.like and self.like.isEnabled())
        self.show_problem("")

    def allow_similar(self, allowed: bool) -> None:
        """Enable or disable searches from the open crystal."""
        self.like.setEnabled(allowed)
        if not allowed:
            self.like.setChecked(False)
        self._show_similar_controls(self.like.isChecked())

    def show_problem(self, text: str) -> None:
        """Show an error of the filter under it."""
        self.problem.setText(text[:600])
        self.problem.setVisible(bool(text))

    def submit(self) -> None:
        """Submit the query."""
        self._filter_debounce.stop()
        self._weight_debounce.stop()
        self.submitted.emit(self.query())

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802  Qt's name
        """Ctrl+Return makes a chip that must hold, Ctrl+Shift+Return one that must not."""
        control = event.modifiers() & Qt.KeyboardModifier.ControlModifier
        if control and event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self._chip(must=not event.modifiers() & Qt.KeyboardModifier.ShiftModifier)
        else:
            super().keyPressEvent(event)

    def _paint_icon(self) -> None:
        self.history_button.setIcon(self._theme.icon("history"))

    def _lay_out(self) -> None:
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(4)
        rows: tuple[tuple[QWidget, ...], ...] = (
            (self.phrase, self.history_button, self.search_button),
            (self.filter_box, self.must, self.must_not),
            (self.like, self.slider, self._balance),
        )
        layout.addLayout(_row(rows[0]))
        layout.addWidget(self.understood)
        layout.addLayout(_row(rows[1]))
        for part in (self.problem, self.chips):
            layout.addWidget(part)
        layout.addLayout(_row(rows[2], stretch=1))

    def _chip(self, *, must: bool) -> None:
        if not self.phrase.text().strip():
            self.phrase.setFocus()
            return
        self.chips.add(self.phrase.text(), must=must)
        self.phrase.clear()
        self.phrase.setFocus()
        if not self.query().empty:
            self.submit()

    def _filter_edited(self) -> None:
        self.problem.hide()
        self._filter_debounce.start()

    def _show_similar_controls(self, on: bool) -> None:
        for part in (self.slider, self._balance):
            part.setVisible(on)
        self.phrase.setPlaceholderText(
            "but with: edge-sharing octahedra" if on else "Describe a geometry: corner-sharing octahedra"
        )

    def _weight_changed(self) -> None:
        self._show_weight()
        self._weight_debounce.start()

    def _show_weight(self) -> None:
        share = round(100 * self.slider.value() / STEPS)
        self._balance.setText(f"{share} % phrase")

    def _submit_if_similar(self) -> None:
        if self.like.isChecked():
            self.submit()


def _row(widgets: tuple[QWidget, ...], stretch: int = 0) -> QHBoxLayout:
    row = QHBoxLayout()
    row.setSpacing(4)
    for place, widget in enumerate(widgets):
        row.addWidget(widget, 1 if place == stretch else 0)
    return row
