"""Site table of the current crystal; the selection is shared with the view."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from clics.results.geometry_words import shape_words
from PySide6.QtCore import (
    QAbstractTableModel,
    QItemSelection,
    QItemSelectionModel,
    QModelIndex,
    QPersistentModelIndex,
    QSortFilterProxyModel,
    Qt,
)
from PySide6.QtGui import QGuiApplication, QKeyEvent, QKeySequence
from PySide6.QtWidgets import QAbstractItemView, QHeaderView, QStackedLayout, QTableView, QWidget

from clics_gui.export.offer import TableOffer
from clics_gui.export.table import ExportTable
from clics_gui.state.site_labels import site_labels
from clics_gui.style import plain
from clics_gui.style.labels import pretty_symbol
from clics_gui.style.plain import tooltip
from clics_gui.style.widgets import label

if TYPE_CHECKING:
    from clics_gui.state.context import Context
    from clics_gui.state.documents import Document
    from clics_gui.style.theme import Theme

Index = QModelIndex | QPersistentModelIndex
COLUMNS = (
    "#",
    "Site",
    "Element / occupancy",
    "x",
    "y",
    "z",
    "Wyckoff",
    "Site symmetry",
    "CN",
    "Shape",
    "S",
)
EXPORTED = (
    "site",
    "orbit",
    "elements",
    "x",
    "y",
    "z",
    "wyckoff",
    "site_symmetry",
    "coordination_number",
    "shape",
    "shape_measure",
)
"""Names of the columns in exported tables."""
TIPS = (
    "Number of the site in this cell",
    "Label of the file; without one, element and number of the orbit",
    "Elements on the site, with occupancies below 1",
    "Fractional coordinate along a",
    "Fractional coordinate along b",
    "Fractional coordinate along c",
    "Multiplicity in the conventional cell and Wyckoff letter",
    "Site symmetry",
    "Coordination number: number of bonded neighbours",
    "Shape of the coordination polyhedron",
    "Continuous shape measure of that shape, 0 = ideal",
)
NUMBERS = ("x", "y", "z", "CN", "S")
SortRole = Qt.ItemDataRole.UserRole


class SitesModel(QAbstractTableModel):
    """One row for each site of a document, in the order of the cell."""

    def __init__(self, theme: Theme, parent: QWidget) -> None:
        super().__init__(parent)
        self._theme = theme
        self._rows: list[tuple[Any, ...]] = []
        self._highlighted: frozenset[int] | None = None

    def show_document(self, document: Document | None) -> None:
        """Replace all rows."""
        self.beginResetModel()
        self._rows = [] if document is None else rows_of(document)
        self._highlighted = None if document is None else document.highlighted
        self.endResetModel()

    def show_highlight(self, highlighted: frozenset[int] | None) -> None:
        """Fade the sites that are not highlighted."""
        self._highlighted = highlighted
        if self._rows:
            last = self.index(len(self._rows) - 1, len(COLUMNS) - 1)
            self.dataChanged.emit(self.index(0, 0), last, [Qt.ItemDataRole.ForegroundRole])

    def values(self, row: int) -> tuple[Any, ...]:
        """Values of a row in the order of :data:`COLUMNS`; None for unknown ones."""
        return self._rows[row]

    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008, N802  Qt's signature
        """Number of sites."""
        return 0 if parent.isValid() else len(self._rows)

    def columnCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008, N802  Qt's signature
        """Number of columns."""
        return 0 if parent.isValid() else len(COLUMNS)

    def headerData(self, section: int, side: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole) -> Any:  # noqa: N802
        """Names and tooltips of the columns."""
        if side == Qt.Orientation.Horizontal and role == Qt.ItemDataRole.DisplayRole:
            return COLUMNS[section]
        if side == Qt.Orientation.Horizontal and role == Qt.ItemDataRole.ToolTipRole:
            return TIPS[section]
        if side == Qt.Orientation.Horizontal and role == Qt.ItemDataRole.TextAlignmentRole:
            at = Qt.AlignmentFlag.AlignRight if COLUMNS[section] in NUMBERS else Qt.AlignmentFlag.AlignLeft
            return at | Qt.AlignmentFlag.AlignVCenter
        return None

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        """Value as text, or the value itself for sorting."""
        row, column = index.row(), index.column()
        value = self._rows[row][column]
        if role == SortRole:
            return -1 if value is None else value
        if role == Qt.ItemDataRole.DisplayRole:
            return shown(value)
        if role == Qt.ItemDataRole.ToolTipRole:
            return tooltip(shown(value)[:2000] or None)
        if role == Qt.ItemDataRole.TextAlignmentRole and (value is None or isinstance(value, (int, float))):
            return Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
        if role == Qt.ItemDataRole.ForegroundRole and self._highlighted is not None and row not in self._highlighted:
            faded = self._theme.color("muted")
            faded.setAlphaF(0.5)
            return faded
        return None


def shown(value: object) -> str:
    """Text of a cell; empty for unknown values."""
    if value is None or value != value:
        return ""
    return f"{value:.4f}" if isinstance(value, float) else plain.shown(str(value))


def rows_of(document: Document) -> list[tuple[Any, ...]]:
    """Values of :data:`COLUMNS` for every site; None for those not known yet."""
    atoms, geometry = document.atoms, document.geometry
    orbit: dict[int, tuple[str, str]] = {}
    described: dict[int, tuple[int, str, float | None]] = {}
    if geometry is not None:
        for row in geometry.wyckoff:
            values = (f"{row.multiplicity}{row.letter}", pretty_symbol(row.site_symmetry))
            orbit.update(dict.fromkeys(row.atoms, values))
        facts = geometry.description.geometry if geometry.description is not None else None
        for site in facts.sites if facts is not None else ():
            near = site.shape.nearest if site.shape is not None and site.shape.named else None
            shape = (site.coordination_number, shape_words(site, measure=False), None if near is None else near.value)
            described.update(dict.fromkeys(site.atoms, shape))
    labels = site_labels(atoms, geometry)
    rows: list[tuple[Any, ...]] = []
    for place, (species, frac) in enumerate(zip(atoms.species, atoms.frac, strict=True)):
        wyckoff, symmetry = orbit.get(place, (None, None))
        x, y, z = (float(value) for value in frac)
        coordination = described.get(place, (None, None, None))
        rows.append((place + 1, labels[place] or None, occupants(species), x, y, z, wyckoff, symmetry, *coordination))
    return rows


def occupants(species: tuple[tuple[str, float], ...]) -> str:
    """Elements of a site: ``"Ti"``, or ``"Fe 0.5, Ni 0.5"`` for shared or partly empty sites."""
    if len(species) == 1 and abs(species[0][1] - 1) < 1e-6:
        return species[0][0]
    return ", ".join(f"{symbol} {amount:.3g}" for symbol, amount in species)


class SitesPanel(QWidget):
    """Follows the current document; the selection is synchronised in both directions."""

    def __init__(self, window: Context) -> None:
        super().__init__()
        self._document: Document | None = None
        self._echo = False
        self._model = SitesModel(window.theme, self)
        self._sorted = QSortFilterProxyModel(self)
        self._sorted.setSortRole(SortRole)
        self._sorted.setSourceModel(self._model)
        self.table = _SitesTable()
        self.table.setModel(self._sorted)
        self.table.sortByColumn(0, Qt.SortOrder.AscendingOrder)
        nothing = label("Open a crystal to see its sites.", "muted")
        nothing.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self._stack = QStackedLayout(self)
        self._stack.addWidget(nothing)
        self._stack.addWidget(self.table)
        self.table.selectionModel().selectionChanged.connect(self._to_document)
        TableOffer(window, self.table, self._exported)
        window.documents.current_changed.connect(self._follow)
        self._follow(window.documents.current)

    def _exported(self) -> ExportTable | None:
        """Sites in the order of the view."""
        if self._document is None:
            return None
        order = (self._sorted.mapToSource(self._sorted.index(row, 0)).row() for row in range(self._sorted.rowCount()))
        rows = [dict(zip(EXPORTED, self._model.values(row), strict=True)) for row in order]
        return ExportTable(f"Sites of {self._document.title}", rows, self._document.title)

    def _follow(self, document: Document | None) -> None:
        if self._document is not None and document is not self._document:
            self._document.crystal_changed.disconnect(self._show)
            self._document.geometry_changed.disconnect(self._show)
            self._document.selection_changed.disconnect(self._from_document)
            self._document.highlight_changed.disconnect(self._show_highlight)
        if document is not None and document is not self._document:
            document.crystal_changed.connect(self._show)
            document.geometry_changed.connect(self._show)
            document.selection_changed.connect(self._from_document)
            document.highlight_changed.connect(self._show_highlight)
        self._document = document
        self._stack.setCurrentIndex(0 if document is None else 1)
        self._show()

    def _show(self) -> None:
        self._echo = True
        self._model.show_document(self._document)
        self._echo = False
        self._from_document()

    def _show_highlight(self) -> None:
        self._model.show_highlight(None if self._document is None else self._document.highlighted)

    def _from_document(self) -> None:
        if self._echo or self._document is None:
            return
        rows = sorted(self._document.selection)
        chosen = QItemSelection()
        for row in rows:
            place = self._sorted.mapFromSource(self._model.index(row, 0))
            if place.isValid():
                chosen.select(place, self._sorted.index(place.row(), len(COLUMNS) - 1))
        self._echo = True
        self.table.selectionModel().select(chosen, QItemSelectionModel.SelectionFlag.ClearAndSelect)
        if rows:
            self.table.scrollTo(self._sorted.mapFromSource(self._model.index(rows[0], 0)))
        self._echo = False

    def _to_document(self) -> None:
        if self._echo or self._document is None:
            return
        rows = self.table.selectionModel().selectedRows()
        self._echo = True
        self._document.select(self._sorted.mapToSource(row).row() for row in rows)
        self._echo = False


class _SitesTable(QTableView):
    """Table of whole rows; Ctrl+C copies the selected ones with the names of the columns."""

    def __init__(self) -> None:
        super().__init__()
        self.setAccessibleName("Sites of the crystal")
        self.setSortingEnabled(True)
        self.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.setSelectionMode(QAbstractItemView.SelectionMode.ExtendedSelection)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setShowGrid(False)
        self.setAlternatingRowColors(True)
        self.setWordWrap(False)
        self.setTabKeyNavigation(False)
        self.verticalHeader().hide()
        self.verticalHeader().setDefaultSectionSize(24)
        self.horizontalHeader().setSectionResizeMode(QHeaderView.ResizeMode.ResizeToContents)
        self.horizontalHeader().setResizeContentsPrecision(100)  # thousands of sites are not measured one by one
        self.horizontalHeader().setMaximumSectionSize(320)
        self.horizontalHeader().setStretchLastSection(True)

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802  Qt's name
        """Copy, or Qt's own."""
        if not event.matches(QKeySequence.StandardKey.Copy):
            super().keyPressEvent(event)
            return
        model = self.model()
        lines = ["\t".join(COLUMNS)]
        for row in sorted(index.row() for index in self.selectionModel().selectedRows()):
            lines.append("\t".join(str(model.index(row, column).data()) for column in range(len(COLUMNS))))
        QGuiApplication.clipboard().setText("\n".join(lines))
