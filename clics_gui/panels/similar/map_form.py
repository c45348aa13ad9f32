"""Form of the map: colouring of the points."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QComboBox, QHBoxLayout, QVBoxLayout, QWidget

from clics_gui.panels.search.phrase_box import PhraseBox
from clics_gui.style.plain import shown
from clics_gui.style.widgets import label, tool_button

if TYPE_CHECKING:
    from clics_gui.style.theme import Theme

SYSTEM, GROUP, ELEMENT, CRYSTAL, PHRASE = "system", "group", "element", "crystal", "phrase"
MODES = {
    SYSTEM: "Crystal system",
    GROUP: "Space group",
    ELEMENT: "Element",
    CRYSTAL: "Similarity to the open crystal",
    PHRASE: "Similarity to a phrase",
}


class MapForm(QWidget):
    """``changed`` follows the choice, ``phrase_asked`` a phrase and Return, ``all_wanted`` its button."""

    changed = Signal()
    phrase_submitted = Signal(str)
    all_wanted = Signal()

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self._theme = theme
        self._modes, self._elements = QComboBox(), QComboBox()
        self._modes.setAccessibleName("Colour by")
        for box in (self._modes, self._elements):  # a narrow panel cuts names, it does not widen the window
            box.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
            box.setMinimumContentsLength(6)
        self._modes.setToolTip("Property shown by the colours of the points")
        for mode, name in MODES.items():
            self._modes.addItem(name, mode)
        self._elements.setAccessibleName("Element")
        self._elements.setToolTip("Colour crystals that contain this element")
        self.phrase = PhraseBox()
        self.phrase.setPlaceholderText("corner-sharing octahedra")
        self.all = tool_button("", "Show the whole map (Home)", self.all_wanted.emit)
        self.problem = label("", "neutral", wrap=True)
        self.problem.hide()
        words = label("Colour by")
        words.setBuddy(self._modes)
        row = QHBoxLayout()
        row.setSpacing(6)
        row.addWidget(words)
        for part, stretch in ((self._modes, 1), (self._elements, 0), (self.all, 0)):
            row.addWidget(part, stretch)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(4)
        layout.addLayout(row)
        layout.addWidget(self.phrase)
        layout.addWidget(self.problem)
        self._modes.currentIndexChanged.connect(self._turned)
        self._elements.activated.connect(lambda _place: self.changed.emit())
        self.phrase.returnPressed.connect(lambda: self.phrase_submitted.emit(self.phrase.text()))
        theme.changed.connect(self._paint_icon)
        self._paint_icon()
        self._turned()

    @property
    def mode(self) -> str:
        """Key of :data:`MODES`."""
        return str(self._modes.currentData())

    @property
    def element(self) -> str:
        """Chosen element; empty without one."""
        return str(self._elements.currentData() or "")

    def choose(self, mode: str) -> None:
        """Choose a colouring."""
        self._modes.setCurrentIndex(max(0, self._modes.findData(mode)))

    def offer_elements(self, elements: Sequence[tuple[str, int]]) -> None:
        """Offer elements with the numbers of their crystals; the choice is kept."""
        chosen = self.element
        self._elements.clear()
        for symbol, count in elements:
            self._elements.addItem(f"{shown(symbol)}  ({count:,})", symbol)
        self._elements.setCurrentIndex(max(0, self._elements.findData(chosen)))

    def show_problem(self, text: str) -> None:
        """Show why a colouring is not possible."""
        self.problem.setText(text[:600])
        self.problem.setVisible(bool(text))

    def save_state(self) -> dict[str, Any]:
        """State with the choice and the phrase."""
        return {"mode": self.mode, "phrase": self.phrase.text()}

    def restore_state(self, state: dict[str, Any]) -> None:
        """Restore a state of :meth:`save_state`."""
        self.phrase.setText(str(state.get("phrase", ""))[:1000])
        self.choose(str(state.get("mode", SYSTEM)))

    def _turned(self) -> None:
        self._elements.setVisible(self.mode == ELEMENT)
        self.phrase.setVisible(self.mode == PHRASE)
        self.show_problem("")
        self.changed.emit()
        if self.mode == PHRASE and self.phrase.text().strip():
            self.phrase_submitted.emit(self.phrase.text())

    def _paint_icon(self) -> None:
        self.all.setIcon(self._theme.icon("fit-to-page-outline"))
