"""Section with formula, symmetry, cell and Wyckoff positions."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import (
    QAbstractItemView,
    QFormLayout,
    QHeaderView,
    QTableWidget,
    QTableWidgetItem,
    QWidget,
)

from clics_gui.panels.geometry import description_text
from clics_gui.panels.geometry.fold import Fold
from clics_gui.panels.geometry.section import Section, text_label
from clics_gui.style.labels import counted, pretty_symbol
from clics_gui.style.plain import shown, tooltip
from clics_gui.style.widgets import label

if TYPE_CHECKING:
    from clics.results import Geometry

    from clics_gui.state.documents import Document

COLUMNS = ("Site", "Wyckoff", "Site sym.", "x  y  z")
TIPS = {"Site sym.": "Site symmetry", "x  y  z": "Fractional coordinates of the first site"}
MOST_ROWS = 12
"""Orbits that are seen without scrolling."""


class FactsSection(Section):
    """Results that need no model. ``sites_chosen`` carries the atoms of the selected Wyckoff rows."""

    sites_chosen = Signal(object)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__("", parent)
        self.heading.setProperty("role", "title")
        self.heading.setWordWrap(True)
        self.heading.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self.group = text_label("heading")
        self.tolerances = text_label("muted")
        self.warning = text_label()
        self.warning.setProperty("kind", "warning")
        self._figures = QFormLayout()
        self._figures.setContentsMargins(0, 4, 0, 4)
        self._figures.setVerticalSpacing(2)
        self._figures.setHorizontalSpacing(14)
        self.table = _table()
        self.wyckoff = Fold("Wyckoff positions", self.table)
        self._alone = False
        for part in (self.group, self.tolerances, self.warning):
            self.body.addWidget(part)
        self.body.addLayout(self._figures)
        self.body.addWidget(self.wyckoff)
        self.table.itemSelectionChanged.connect(self._choose)

    def show_document(self, document: Document) -> None:
        """Show the results known so far."""
        geometry = document.geometry
        self.set_note(document.title)
        for part in (self.group, self.tolerances, self.wyckoff):
            part.setVisible(geometry is not None)
        self._clear_figures()
        if geometry is None:
            error = document.geometry_error
            self.heading.setText("" if error else "…")
            self._warn(error.message if error else "")
            if error is None:
                self.set_note(f"{document.title}\nAnalysing symmetry and geometry…")
            return
        self.heading.setText(description_text.headline(geometry))
        system = geometry.description.crystal_system if geometry.description else ""
        self.group.setText(description_text.symmetry_line(geometry.symmetry, system))
        self.tolerances.setText(description_text.tolerance_line(geometry.symmetry))
        missing = geometry.undescribed.message if geometry.undescribed else None  # said where the words would be
        self._warn("\n".join(warning for warning in geometry.warnings if warning != missing))
        for name, value in description_text.cell_rows(geometry):
            figure = text_label()
            figure.setText(value)
            self._figures.addRow(label(name, "muted"), figure)
        self._fill(geometry)

    def _warn(self, text: str) -> None:
        self.warning.setText(text)
        self.warning.setVisible(bool(text))

    def _clear_figures(self) -> None:
        while self._figures.rowCount():
            self._figures.removeRow(0)

    def _fill(self, geometry: Geometry) -> None:
        self.table.blockSignals(True)
        self.table.setRowCount(len(geometry.wyckoff))
        for place, row in enumerate(geometry.wyckoff):
            position = " ".join(f"{value:.3f}" for value in row.position)
            exact = ", ".join(f"{value:.6f}" for value in row.position)
            values = (row.label, f"{row.multiplicity}{row.letter}", pretty_symbol(row.site_symmetry), position)
            for column, value in enumerate(values):
                item = QTableWidgetItem(shown(value))
                item.setData(Qt.ItemDataRole.UserRole, row.atoms)
                item.setToolTip(
                    tooltip(f"{row.label}: {counted(len(row.atoms), 'site')} in this cell, the first at {exact}")
                )
                self.table.setItem(place, column, item)
        self.table.blockSignals(False)
        rows = min(len(geometry.wyckoff), MOST_ROWS)
        self.table.setFixedHeight(
            self.table.horizontalHeader().sizeHint().height()
            + rows * self.table.verticalHeader().defaultSectionSize()
            + 4
        )
        self.wyckoff.setVisible(bool(geometry.wyckoff))
        self.wyckoff.set_title(f"Wyckoff positions ({len(geometry.wyckoff)})")
        alone = geometry.description is None or geometry.description.geometry is None
        if alone != self._alone:  # without facts no other list tells the orbits
            self.wyckoff.open(alone)
            self._alone = alone

    def _choose(self) -> None:
        atoms: set[int] = set()
        for item in self.table.selectedItems():
            atoms.update(item.data(Qt.ItemDataRole.UserRole))
        self.sites_chosen.emit(tuple(sorted(atoms)))


def _table() -> QTableWidget:
    table = QTableWidget(0, len(COLUMNS))
    for column, name in enumerate(COLUMNS):
        header = QTableWidgetItem(name)
        header.setToolTip(tooltip(TIPS.get(name, name)))
        table.setHorizontalHeaderItem(column, header)
    table.setAccessibleName("Wyckoff positions")
    table.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
    table.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
    table.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
    table.setShowGrid(False)
    table.verticalHeader().hide()
    table.verticalHeader().setDefaultSectionSize(24)
    table.horizontalHeader().setSectionResizeMode(QHeaderView.ResizeMode.ResizeToContents)
    table.horizontalHeader().setStretchLastSection(True)
    table.horizontalHeader().setDefaultAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
    table.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
    table.setTabKeyNavigation(False)
    table.setWordWrap(False)
    return table
