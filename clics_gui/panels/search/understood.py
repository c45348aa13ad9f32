"""What was understood of a phrase: one chip for each part, below the field."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QFrame, QHBoxLayout, QPushButton, QWidget
from superqt import QFlowLayout

from clics_gui.style.plain import tooltip
from clics_gui.style.widgets import TextRole, label

if TYPE_CHECKING:
    from clics.results import Chip

LONGEST = 56


class UnderstoodChip(QFrame):
    """One part of a phrase and its meaning; a condition that is offered as a filter has a button. Signal: ``used``."""

    used = Signal()

    def __init__(self, chip: Chip) -> None:
        super().__init__()
        self.chip = chip
        role: TextRole = "bad" if chip.kind == "not understood" else "neutral"
        self.setProperty("role", role)
        text = words_of(chip)
        self.setToolTip(tooltip(tip_of(chip)[:1000]))
        self.setAccessibleName(text[:300])
        layout = QHBoxLayout(self)
        layout.setContentsMargins(4, 1, 4, 1)
        layout.setSpacing(4)
        shown = label(text if len(text) <= LONGEST else f"{text[: LONGEST - 1]}…")
        shown.setStyleSheet("border: none; background: transparent; padding: 0;")
        layout.addWidget(shown)
        if not chip.applied:
            use = QPushButton("Use as filter")
            use.setProperty("link", True)
            use.clicked.connect(self.used)
            layout.addWidget(use)


class Understood(QWidget):
    """The chips of the last search. ``filter_wanted`` follows a click on *Use as filter*."""

    filter_wanted = Signal()

    def __init__(self) -> None:
        super().__init__()
        self._chips: list[UnderstoodChip] = []
        self._layout = QFlowLayout(self)
        self._layout.setContentsMargins(0, 0, 0, 0)
        self.hide()

    @property
    def chips(self) -> tuple[UnderstoodChip, ...]:
        """The chips shown."""
        return tuple(self._chips)

    def show_chips(self, chips: Sequence[Chip]) -> None:
        """Show the parts of a phrase; of further conditions, which have chips of their own, only what was not understood."""
        for old in self._chips:
            self._layout.removeWidget(old)
            old.hide()
            old.setParent(None)
            old.deleteLater()
        shown = [chip for chip in chips if chip.source == "phrase" or chip.kind == "not understood"]
        self._chips = [UnderstoodChip(chip) for chip in shown]
        for chip in self._chips:
            chip.used.connect(self.filter_wanted)
            self._layout.addWidget(chip)
        self.setVisible(bool(self._chips))


def words_of(chip: Chip) -> str:
    """The chip in few words: ``layered → 2D layers``, ``– “CoO2” not understood``, ``“nsites<9” is a filter``."""
    if chip.kind == "not understood":
        return f"– “{chip.text}” not understood"
    if not chip.applied:
        return f"“{chip.text}” is a filter"
    meaning = f"{'not ' if chip.negated else ''}{chip.label}"
    return meaning if chip.text.casefold() == meaning.casefold() else f"{chip.text} → {meaning}"


def tip_of(chip: Chip) -> str:
    """The whole text of a chip, and how it is used."""
    if chip.kind == "not understood":
        return f"“{chip.text}” was not understood. It takes part in the ranking by wording only, and is not checked."
    if not chip.applied:
        return f"{chip.filter}: not applied yet, because it stands in the field for phrases."
    used = (
        f"\nApplied as the filter {chip.filter}."
        if chip.filter
        else "\nRanks the crystals, and is checked for each hit."
    )
    return f"“{chip.text}” is understood as: {'not ' if chip.negated else ''}{chip.label}.{used}"
