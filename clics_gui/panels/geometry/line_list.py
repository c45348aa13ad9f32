"""List of lines of a crystal's geometry: long ones are cut, a click highlights the sites of a line."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from PySide6.QtCore import Signal
from PySide6.QtGui import QColor
from PySide6.QtWidgets import QPushButton, QVBoxLayout, QWidget

from clics_gui.panels.detail_list import DetailItem, DetailList
from clics_gui.viewer.style import DEFAULT_PRESET, PRESETS

if TYPE_CHECKING:
    from clics_gui.panels.site_lines import Line
    from clics_gui.style.theme import Theme

MOST = 12
"""Rows that are seen of a longer list."""


class LineList(QWidget):
    """Rows, and a button that shows all of a long list. ``chosen(key, atoms)`` follows a click on a row."""

    chosen = Signal(str, object)

    def __init__(self, theme: Theme, name: str, noun: str, most: int = MOST, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self._noun = noun
        self._most = most
        self._lines: tuple[Line, ...] = ()
        self._whole = False
        self.list = DetailList(theme, name)
        self.more = QPushButton()
        self.more.setProperty("link", True)
        self.more.clicked.connect(self._toggle)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(0)
        layout.addWidget(self.list)
        layout.addWidget(self.more)
        self.list.chosen.connect(lambda key: self.chosen.emit(key, self.list.atoms_of(key)))
        theme.changed.connect(self._fill)
        self._fill()

    @property
    def lines(self) -> tuple[Line, ...]:
        """All rows, also those that are cut off."""
        return self._lines

    def show_lines(self, lines: Sequence[Line]) -> None:
        """Replace all rows; a long list is cut again."""
        if tuple(lines) != self._lines:
            self._lines, self._whole = tuple(lines), False
            self._fill()

    def mark(self, key: str) -> None:
        """Select the row of a key, or none."""
        self.list.mark(key)

    def _toggle(self) -> None:
        self._whole = not self._whole
        self._fill()

    def _fill(self) -> None:
        preset = PRESETS["dark" if self._theme.dark else DEFAULT_PRESET]
        shown = self._lines if self._whole else self._lines[: self._most]
        self.list.show_items(
            [
                DetailItem(
                    line.site + line.text, line.key, line.tip, note=line.note, strong=len(line.site), detail=line.detail,
                    atoms=line.atoms, colour=QColor.fromRgbF(*preset.colour(line.element)).name() if line.element else "",
                )
                for line in shown
            ]
        )  # fmt: skip
        self.more.setVisible(len(self._lines) > self._most)
        count = f"{len(self._lines)} {self._noun}"
        self.more.setText(f"Show {self._most} of {count}" if self._whole else f"Show all {count}")
