"""The upper half of the search panel: phrase, chips, filter, and the open crystal with its slider."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QCheckBox, QHBoxLayout, QLineEdit, QMenu, QPushButton, QSlider, QVBoxLayout, QWidget

from clics_gui.panels.search.chips import Chips
from clics_gui.panels.search.phrase_box import PhraseBox
from clics_gui.panels.search.query import Query
from clics_gui.style.widgets import label, tool_button

PAUSE = 350
"""Milliseconds without a keystroke after which a filter is checked, or a slider is taken to rest."""
STEPS = 20


if TYPE_CHECKING:
    from clics_gui.style.theme import Theme


class SearchForm(QWidget):
    """``asked`` carries the query when the user wants it answered; ``filter_typed`` the filter after a pause in typing."""

    asked = Signal(object)
    filter_typed = Signal(str)

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self._theme = theme
        self.phrase = PhraseBox()
        self.phrase.returnPressed.connect(self.ask)
        self.go = QPushButton("Search")
        self.go.setDefault(False)
        self.go.setToolTip("Search the library (Return)")
        self.go.clicked.connect(self.ask)
        self.past = tool_button("", "Earlier searches")
        self.past.setPopupMode(self.past.ToolButtonPopupMode.InstantPopup)
        self.past_menu = QMenu(self.past)
        self.past.setMenu(self.past_menu)
        self.must = tool_button("+ must", "What is typed must hold (Ctrl+Return)", lambda: self._chip(must=True))
        self.must_not = tool_button(
            "− not", "What is typed must not hold (Ctrl+Shift+Return)", lambda: self._chip(must=False)
        )
        for button in (self.must, self.must_not):
            button.setProperty("outlined", True)
        self.chips = Chips()
        self.chips.changed.connect(self.ask)
        self.where = QLineEdit()
        self.where.setPlaceholderText("Filter: el:Li,O sg:225 nsites<40")
        self.where.setAccessibleName("Filter")
        self.where.setClearButtonEnabled(True)
        self.where.returnPressed.connect(self.ask)
        self.where.textEdited.connect(self._filter_edited)
        self.problem = label("", "bad", wrap=True)
        self.problem.hide()
        self.like = QCheckBox("Like the open crystal, but…")
        self.like.setToolTip("The open crystal is the query; the phrase pulls the search away from it")
        self.like.toggled.connect(self._liked)
        self.slider = QSlider(Qt.Orientation.Horizontal)
        self.slider.setRange(0, STEPS)
        self.slider.setValue(STEPS // 2)
        self.slider.setAccessibleName("From the crystal to the phrase")
        self.slider.valueChanged.connect(self._slid)
        self._balance = label("", "muted")
        self._pause = QTimer(self, singleShot=True, interval=PAUSE)
        self._pause.timeout.connect(lambda: self.filter_typed.emit(self.where.text().strip()))
        self._rest = QTimer(self, singleShot=True, interval=PAUSE)
        self._rest.timeout.connect(self._ask_if_liked)
        theme.changed.connect(self._paint_icon)
        self._paint_icon()
        self._lay_out()
        self._slid_to_words()
        self.allow_like(False)

    def query(self) -> Query:
        """What the form says now."""
        return Query(
            " ".join(self.phrase.text().split()), self.chips.must, self.chips.must_not, self.where.text().strip(),
            self.like.isChecked(), self.slider.value() / STEPS,
        )  # fmt: skip

    def show_query(self, query: Query) -> None:
        """Put a query into the form; nothing is asked."""
        self.phrase.setText(query.phrase)
        self.chips.show_all(query.must, query.must_not)
        self.where.setText(query.where)
        self.slider.blockSignals(True)
        self.slider.setValue(round(query.weight * STEPS))
        self.slider.blockSignals(False)
        self._slid_to_words()
        self.like.setChecked(query.like and self.like.isEnabled())
        self.tell_problem("")

    def allow_like(self, allowed: bool) -> None:
        """Whether there is an open crystal to search from."""
        self.like.setEnabled(allowed)
        if not allowed:
            self.like.setChecked(False)
        self._liked(self.like.isChecked())

    def tell_problem(self, text: str) -> None:
        """Say under the filter what is wrong with it."""
        self.problem.setText(text[:600])
        self.problem.setVisible(bool(text))

    def ask(self) -> None:
        """Have the query answered."""
        self._pause.stop()
        self._rest.stop()
        self.asked.emit(self.query())

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802  Qt's name
        """Ctrl+Return makes a chip that must hold, Ctrl+Shift+Return one that must not."""
        control = event.modifiers() & Qt.KeyboardModifier.ControlModifier
        if control and event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self._chip(must=not event.modifiers() & Qt.KeyboardModifier.ShiftModifier)
        else:
            super().keyPressEvent(event)

    def _paint_icon(self) -> None:
        self.past.setIcon(self._theme.icon("history"))

    def _lay_out(self) -> None:
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(4)
        rows: tuple[tuple[QWidget, ...], ...] = (
            (self.phrase, self.past, self.go),
            (self.where, self.must, self.must_not),
            (self.like, self.slider, self._balance),
        )
        for row in rows[:2]:
            layout.addLayout(_row(row))
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
            self.ask()

    def _filter_edited(self) -> None:
        self.problem.hide()
        self._pause.start()

    def _liked(self, on: bool) -> None:
        for part in (self.slider, self._balance):
            part.setVisible(on)
        self.phrase.setPlaceholderText(
            "but with: edge-sharing octahedra" if on else "Describe a geometry: corner-sharing octahedra"
        )

    def _slid(self) -> None:
        self._slid_to_words()
        self._rest.start()

    def _slid_to_words(self) -> None:
        share = round(100 * self.slider.value() / STEPS)
        self._balance.setText(f"{share} % phrase")

    def _ask_if_liked(self) -> None:
        if self.like.isChecked():
            self.ask()


def _row(widgets: tuple[QWidget, ...], stretch: int = 0) -> QHBoxLayout:
    row = QHBoxLayout()
    row.setSpacing(4)
    for place, widget in enumerate(widgets):
        row.addWidget(widget, 1 if place == stretch else 0)
    return row
