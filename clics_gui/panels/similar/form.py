"""The head of the Similar panel: whose neighbours, in which library, and which of them count."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QTimer, Signal
from PySide6.QtWidgets import QCheckBox, QHBoxLayout, QLineEdit, QVBoxLayout, QWidget

from clics_gui.panels.libraries.chooser import LibraryChooser
from clics_gui.style.widgets import label, tool_button

if TYPE_CHECKING:
    from clics_gui.state.context import Context

PAUSE = 450
"""Milliseconds without a keystroke after which a filter is used."""


class SimilarForm(QWidget):
    """``changed`` follows a filter that was typed and rested, and the switches; ``map_wanted`` the button of the map."""

    changed = Signal()
    map_wanted = Signal()

    def __init__(self, window: Context) -> None:
        super().__init__()
        self._window = window
        self.name = label("", "heading", wrap=True)
        self.source = label("", "muted", wrap=True)
        self.source.setToolTip(
            "The cosine of the angle between two crystals' likeness vectors, which small strains and displacements hardly move: "
            "1 means built the same, 0 and less unrelated"
        )
        self.library = LibraryChooser(window)
        chosen = label("In")
        chosen.setBuddy(self.library)
        self.map = tool_button("", "Where the crystal lies among all of the library (Ctrl+J)", self.map_wanted.emit)
        self.where = QLineEdit()
        self.where.setPlaceholderText("Filter: el:Li,O sg:225 nsites<40")
        self.where.setAccessibleName("Filter")
        self.where.setClearButtonEnabled(True)
        self.where.textEdited.connect(self._edited)
        self.where.returnPressed.connect(self._rested)
        self.same_formula = QCheckBox("Same formula too")
        self.same_formula.setChecked(True)
        self.same_formula.setToolTip("Off: only crystals of another formula than the open one (Ctrl+Shift+H)")
        self.same_formula.toggled.connect(lambda _on: self.changed.emit())
        self.superpose = QCheckBox("Superpose the nearest 50")
        self.superpose.setToolTip(
            "Lay the nearest 50 on the crystal, whatever their elements, and put those that fit first (Ctrl+Shift+K); mostly "
            "below a second, with large cells some seconds"
        )
        self.superpose.toggled.connect(lambda _on: self.changed.emit())
        self.problem = label("", "bad", wrap=True)
        self.problem.hide()
        self._rest = QTimer(self, singleShot=True, interval=PAUSE)
        self._rest.timeout.connect(self._rested)
        window.theme.changed.connect(self._paint_icon)
        self._paint_icon()
        first, second = QHBoxLayout(), QHBoxLayout()
        for row in (first, second):
            row.setSpacing(6)
        first.addWidget(chosen)
        first.addWidget(self.library, 1)
        first.addWidget(self.map)
        second.addWidget(self.where, 1)
        second.addWidget(self.same_formula)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(4)
        layout.addWidget(self.name)
        layout.addWidget(self.source)
        layout.addLayout(first)
        layout.addLayout(second)
        layout.addWidget(self.superpose)
        layout.addWidget(self.problem)

    @property
    def filter(self) -> str:
        """The filter as it is typed."""
        return self.where.text().strip()

    def tell_problem(self, text: str) -> None:
        """Say under the filter what is wrong with it."""
        self.problem.setText(text[:600])
        self.problem.setVisible(bool(text))

    def _paint_icon(self) -> None:
        self.map.setIcon(self._window.theme.icon("map-outline"))

    def _edited(self) -> None:
        self.tell_problem("")
        self._rest.start()

    def _rested(self) -> None:
        self._rest.stop()
        self.changed.emit()
