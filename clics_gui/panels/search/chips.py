"""Further conditions of a query as removable chips."""

from __future__ import annotations

from collections.abc import Iterable

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QFrame, QHBoxLayout, QWidget
from superqt import QFlowLayout

from clics_gui.style.plain import tooltip
from clics_gui.style.widgets import label, tool_button

LONGEST = 60


class Chip(QFrame):
    """One phrase that hits must (or must not) match."""

    closed = Signal(object)

    def __init__(self, phrase: str, *, must: bool) -> None:
        super().__init__()
        self.phrase = phrase
        self.must = must
        self.setProperty("role", "good" if must else "bad")
        self.setToolTip(tooltip(f"{'Required' if must else 'Excluded'}: {phrase[:1000]}"))
        self.setAccessibleName(f"{'must' if must else 'must not'}: {phrase[:200]}")
        cut = phrase if len(phrase) <= LONGEST else f"{phrase[: LONGEST - 1]}…"
        text = label(f"{'must' if must else 'not'}: {cut}")
        text.setStyleSheet("border: none; background: transparent; padding: 0;")
        close = tool_button("✕", f"Remove “{cut}”", lambda: self.closed.emit(self))
        close.setStyleSheet("padding: 0 2px; border: none;")
        layout = QHBoxLayout(self)
        layout.setContentsMargins(4, 1, 2, 1)
        layout.setSpacing(2)
        layout.addWidget(text)
        layout.addWidget(close)


class Chips(QWidget):
    """All chips. ``changed`` follows every change by the user."""

    changed = Signal()

    def __init__(self) -> None:
        super().__init__()
        self._chips: list[Chip] = []
        self._layout = QFlowLayout(self)
        self._layout.setContentsMargins(0, 0, 0, 0)
        self.hide()

    @property
    def must(self) -> tuple[str, ...]:
        """Required phrases."""
        return tuple(chip.phrase for chip in self._chips if chip.must)

    @property
    def must_not(self) -> tuple[str, ...]:
        """Excluded phrases."""
        return tuple(chip.phrase for chip in self._chips if not chip.must)

    def add(self, phrase: str, *, must: bool) -> None:
        """Add a phrase; it is required or excluded, and listed once."""
        phrase = " ".join(phrase.split())
        if not phrase or any(chip.phrase == phrase and chip.must == must for chip in self._chips):
            return
        for chip in [chip for chip in self._chips if chip.phrase == phrase]:
            self._drop(chip)
        chip = Chip(phrase, must=must)
        chip.closed.connect(self._remove)
        self._chips.append(chip)
        self._layout.addWidget(chip)
        self.show()

    def show_all(self, must: Iterable[str], must_not: Iterable[str]) -> None:
        """Replace all chips without the signal."""
        for chip in list(self._chips):
            self._drop(chip)
        for phrase in must:
            self.add(phrase, must=True)
        for phrase in must_not:
            self.add(phrase, must=False)

    def _remove(self, chip: Chip) -> None:
        self._drop(chip)
        self.changed.emit()

    def _drop(self, chip: Chip) -> None:
        self._chips.remove(chip)
        self._layout.removeWidget(chip)
        chip.hide()
        chip.setParent(None)
        chip.deleteLater()
        self.setVisible(bool(self._chips))
