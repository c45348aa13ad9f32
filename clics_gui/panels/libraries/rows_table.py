"""Table of rows that can be sorted."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QPersistentModelIndex, QSortFilterProxyModel, Qt
from PySide6.QtWidgets import QAbstractItemView, QHeaderView, QTableView

from clics_gui.style.plain import shown, tooltip

Index = QModelIndex | QPersistentModelIndex
LONGEST = 400


class RowsModel(QAbstractTableModel):
    """Rows of texts or numbers, one value for each of ``columns``."""

    def __init__(self, columns: Sequence[str]) -> None:
        super().__init__()
        self.columns = tuple(columns)
        self.rows: list[tuple[Any, ...]] = []

    def show(self, rows: Sequence[tuple[Any, ...]]) -> None:
        """Replace all rows."""
        self.beginResetModel()
        self.rows = list(rows)
        self.endResetModel()

    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008, N802  Qt's signature
        """Number of rows."""
        return 0 if parent.isValid() else len(self.rows)

    def columnCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008, N802  Qt's signature
        """Number of columns."""
        return 0 if parent.isValid() else len(self.columns)

    def headerData(self, section: int, side: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole) -> Any:  # noqa: N802
        """Names of the columns."""
        if side == Qt.Orientation.Horizontal and role == Qt.ItemDataRole.DisplayRole:
            return self.columns[section].capitalize()
        return None

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        """Shortened text, full text as tooltip, or the value itself for sorting."""
        value = self.rows[index.row()][index.column()]
        if role == Qt.ItemDataRole.DisplayRole:
            text = "" if value is None else shown(str(value))
            return text if len(text) <= LONGEST else f"{text[:LONGEST]}…"
        if role == Qt.ItemDataRole.UserRole:
            return value if value is not None else ""
        if role == Qt.ItemDataRole.ToolTipRole:
            return tooltip(str(value)[:3000] if value is not None else None)
        return None


class RowsTable(QTableView):
    """View of a :class:`RowsModel`."""

    def __init__(self, model: RowsModel, name: str, widths: Sequence[int]) -> None:
        super().__init__()
        self.rows = model
        model.setParent(self)
        self.sorted = QSortFilterProxyModel(self)
        self.sorted.setSortRole(Qt.ItemDataRole.UserRole)
        self.sorted.setSourceModel(model)
        self.setModel(self.sorted)
        self.setAccessibleName(name)
        self.setSortingEnabled(True)
        self.sorted.sort(-1)
        self.horizontalHeader().setSortIndicator(-1, Qt.SortOrder.AscendingOrder)
        self.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setShowGrid(False)
        self.setWordWrap(False)
        self.setTabKeyNavigation(False)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.verticalHeader().hide()
        header = self.horizontalHeader()
        header.setSectionResizeMode(QHeaderView.ResizeMode.Interactive)
        header.setStretchLastSection(True)
        header.setDefaultAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
        for column, width in enumerate(widths):
            header.resizeSection(column, width)

    @property
    def places(self) -> list[int]:
        """Selected rows of the model, in ascending order."""
        return sorted(self.sorted.mapToSource(index).row() for index in self.selectionModel().selectedRows())

    def in_order(self) -> list[tuple[Any, ...]]:
        """All rows in the order of the view."""
        count = self.sorted.rowCount()
        return [self.rows.rows[self.sorted.mapToSource(self.sorted.index(row, 0)).row()] for row in range(count)]
