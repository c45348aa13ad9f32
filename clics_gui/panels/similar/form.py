"""Form of the Similar panel: library, filter and options."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QTimer, Signal
from PySide6.QtWidgets import QCheckBox, QHBoxLayout, QLineEdit, QVBoxLayout, QWidget

from clics_gui.panels.libraries.chooser import LibraryChooser
from clics_gui.style.widgets import label, tool_button

if TYPE_CHECKING:
    from clics_gui.state.context import Context

DEBOUNCE = 450
"""Milliseconds without a keystroke after which a filter is used."""


class SimilarForm(QWidget):
    """``changed`` follows the filter after a pause and the options, ``map_wanted`` the button of the map."""

    changed = Signal()
    map_wanted = Signal()

    def __init__(self, window: Context) -> None:
        super().__init__()
        self._window = window
        self.name = label("", "heading", wrap=True)
        self.source = label("", "muted", wrap=True)
        self.source.setToolTip(
            "Cosine similarity of the structure embeddings of two crystals, little affected by small strains and displacements: "
            "1 = same structure type, 0 and below = unrelated"
        )
        self.library = LibraryChooser(window)
        chosen = label("In")
        chosen.setBuddy(self.library)
        self.map = tool_button("", "Show the crystal on the map of the library (Ctrl+J)", self.map_wanted.emit)
        self.filter_box = QLineEdit()
        self.filter_box.setPlaceholderText("Filter: el:Li,O sg:225 nsites<40")
        self.filter_box.setAccessibleName("Filter")
        self.filter_box.setClearButtonEnabled(True)
        self.filter_box.textEdited.connect(self._edited)
        self.filter_box.returnPressed.connect(self._input_ended)
        self.same_formula = QCheckBox("Include same formula")
        self.same_formula.setChecked(True)
        self.same_formula.setToolTip("Off: only crystals with another formula than the open one (Ctrl+Shift+H)")
        self.same_formula.toggled.connect(lambda _on: self.changed.emit())
        self.superpose = QCheckBox("Match the top 50 atom by atom")
        self.superpose.setToolTip(
            "Superimpose the 50 most similar crystals on the open one, ignoring elements (as StructureMatcher of pymatgen does), "
            "and list matches first (Ctrl+Shift+K). Large cells take some seconds"
        )
        self.superpose.toggled.connect(lambda _on: self.changed.emit())
        self.problem = label("", "bad", wrap=True)
        self.problem.hide()
        self._debounce = QTimer(self, singleShot=True, interval=DEBOUNCE)
        self._debounce.timeout.connect(self._input_ended)
        window.theme.changed.connect(self._paint_icon)
        self._paint_icon()
        first, second = QHBoxLayout(), QHBoxLayout()
        for row in (first, second):
            row.setSpacing(6)
        first.addWidget(chosen)
        first.addWidget(self.library, 1)
        first.addWidget(self.map)
        second.addWidget(self.filter_box, 1)
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
        """Text of the filter."""
        return self.filter_box.text().strip()

    def show_problem(self, text: str) -> None:
        """Show an error of the filter under it."""
        self.problem.setText(text[:600])
        self.problem.setVisible(bool(text))

    def _paint_icon(self) -> None:
        self.map.setIcon(self._window.theme.icon("map-outline"))

    def _edited(self) -> None:
        self.show_problem("")
        self._debounce.start()

    def _input_ended(self) -> None:
        self._debounce.stop()
        self.changed.emit()
