"""Table that overrides bonds: one row for each pair of elements."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QIcon
from PySide6.QtWidgets import (
    QCheckBox,
    QDialog,
    QDialogButtonBox,
    QDoubleSpinBox,
    QHeaderView,
    QTableWidget,
    QTableWidgetItem,
    QVBoxLayout,
    QWidget,
)

from clics_gui.style.widgets import label
from clics_gui.viewer.bonds import BondRule, BondSettings, Pair, PairSummary, rules_for_engine

if TYPE_CHECKING:
    from collections.abc import Sequence

COLUMNS = ("Pair", "Drawn", "Bonds", "Lengths (Å)", "From (Å)", "Up to (Å)")
LONGEST = 6.0
"""Å; beyond that nothing is a bond, and counting all pairs would take long."""


ROW_HEIGHT = 40
"""Pixels; the fields of numbers fit."""
EXPLAINED = (
    "Bonds from CrystalNN. Override by element pair: hide, or set a distance range. Coordination numbers, shapes, networks, "
    "description, report and comparisons of this crystal follow."
)
DESCRIBING = "Describing the crystal with these bonds…"
DESCRIBED = "The crystal is described with these bonds."


class BondTable(QDialog):
    """Dialog beside the picture, which follows every change. Signal: ``changed(BondSettings)``."""

    changed = Signal(object)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWindowTitle("Bonds")
        self.resize(640, 320)
        layout = QVBoxLayout(self)
        layout.addWidget(label(EXPLAINED, wrap=True))
        self.table = QTableWidget(0, len(COLUMNS))
        self.table.setHorizontalHeaderLabels(COLUMNS)
        self.table.verticalHeader().hide()
        self.table.verticalHeader().setDefaultSectionSize(ROW_HEIGHT)
        self.table.setEditTriggers(QTableWidget.EditTrigger.NoEditTriggers)
        self.table.setSelectionMode(QTableWidget.SelectionMode.NoSelection)
        header = self.table.horizontalHeader()
        header.setSectionResizeMode(QHeaderView.ResizeMode.ResizeToContents)
        for column in (4, 5):
            header.setSectionResizeMode(column, QHeaderView.ResizeMode.Stretch)
        self.table.setAccessibleName("Bonds by pair of elements")
        layout.addWidget(self.table)
        buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Reset | QDialogButtonBox.StandardButton.Close)
        reset, close = (buttons.button(QDialogButtonBox.StandardButton[name]) for name in ("Reset", "Close"))
        reset.clicked.connect(self.reset)
        for button in (reset, close):
            button.setIcon(QIcon())
        reset.setAutoDefault(False)  # Return after a number must not discard all corrections
        close.setAutoDefault(False)
        buttons.rejected.connect(self.reject)
        self.state = label("", "muted", wrap=True)
        layout.addWidget(self.state)
        layout.addWidget(buttons)
        self._pairs: list[Pair] = []
        self._settings = BondSettings()

    @property
    def settings(self) -> BondSettings:
        """Rules of the table."""
        return self._settings

    def show_pairs(self, rows: Sequence[PairSummary], settings: BondSettings) -> None:
        """Fill the table; fields being edited are kept."""
        self._settings = settings
        order = {pair: k for k, pair in enumerate(self._pairs)}
        if set(order) != {row.pair for row in rows}:
            self._pairs = [row.pair for row in rows]
            self._make_rows()
        row_of_pair = {row.pair: row for row in rows}
        for k, pair in enumerate(self._pairs):
            row, rule = row_of_pair[pair], settings.rules.get(pair, BondRule())
            even = row.longest - row.shortest < 5e-4
            lengths = f"{row.shortest:.3f}" if even else f"{row.shortest:.3f} – {row.longest:.3f}"
            self._write(k, 2, str(row.count) if row.count else "–")
            self._write(k, 3, lengths if row.count else "–")
            drawn, low, high = self._fields(k)
            drawn.blockSignals(True)
            drawn.setChecked(rule.shown)
            drawn.blockSignals(False)
            for field, value in ((low, rule.shortest), (high, rule.longest or 0.0)):
                if not field.hasFocus():
                    field.blockSignals(True)
                    field.setValue(value)
                    field.blockSignals(False)

    def show_state(self, *, waiting: bool) -> None:
        """Say whether the description follows the rules, or is being made (``waiting``)."""
        corrected = rules_for_engine(self._settings) is not None
        self.state.setText(DESCRIBING if waiting else DESCRIBED if corrected else "")

    def reset(self) -> None:
        """Remove all rules."""
        self._settings = BondSettings()
        self.changed.emit(self._settings)

    def _make_rows(self) -> None:
        self.table.setRowCount(0)
        self.table.setRowCount(len(self._pairs))
        for k, (first, second) in enumerate(self._pairs):
            name = f"{first}–{second}"
            for column, text in ((0, name), (2, ""), (3, "")):
                item = QTableWidgetItem(text)
                item.setTextAlignment(Qt.AlignmentFlag.AlignCenter)
                self.table.setItem(k, column, item)
            drawn = QCheckBox()
            drawn.setAccessibleName(f"Draw {name} bonds")
            drawn.toggled.connect(lambda _, row=k: self._edited(row))
            self.table.setCellWidget(k, 1, drawn)
            for column, what, nothing in ((4, "shortest", "0"), (5, "longest", "CrystalNN")):
                field = QDoubleSpinBox()
                field.setRange(0.0, LONGEST)
                field.setDecimals(2)
                field.setSingleStep(0.05)
                field.setSpecialValueText(nothing)
                field.setKeyboardTracking(False)
                field.setAccessibleName(f"{name}: {what} bond in Å")
                field.valueChanged.connect(lambda _, row=k: self._edited(row))
                self.table.setCellWidget(k, column, field)

    def _write(self, row: int, column: int, text: str) -> None:
        item = self.table.item(row, column)
        if item is not None:
            item.setText(text)

    def _fields(self, row: int) -> tuple[QCheckBox, QDoubleSpinBox, QDoubleSpinBox]:
        drawn, low, high = (self.table.cellWidget(row, column) for column in (1, 4, 5))
        assert isinstance(drawn, QCheckBox)
        assert isinstance(low, QDoubleSpinBox)
        assert isinstance(high, QDoubleSpinBox)
        return drawn, low, high

    def _edited(self, row: int) -> None:
        drawn, low, high = self._fields(row)
        rule = BondRule(drawn.isChecked(), low.value(), high.value() or None)
        rules = {pair: known for pair, known in self._settings.rules.items() if pair != self._pairs[row]}
        if rule != BondRule():
            rules[self._pairs[row]] = rule
        self._settings = BondSettings(rules)
        self.changed.emit(self._settings)
