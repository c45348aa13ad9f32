"""Report of an addition to a library, entry by entry."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QDialog, QVBoxLayout, QWidget

from clics_gui.export.offer import TableOffer
from clics_gui.export.table import ExportTable
from clics_gui.panels.libraries.labels import OUTCOMES, as_mappings
from clics_gui.panels.libraries.rows_table import RowsModel, RowsTable
from clics_gui.style.plain import window_title
from clics_gui.style.widgets import buttons_of, label

if TYPE_CHECKING:
    from clics_gui.state.context import Context


class ReportDialog(QDialog):
    """List that can be sorted, copied and exported; deleted when it is closed."""

    def __init__(
        self, window: Context, title: str, summary: str, rows: Sequence[tuple[str, ...]], parent: QWidget | None = None
    ) -> None:
        super().__init__(parent or window.dialog_parent)
        self.setWindowTitle(window_title(title))
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.resize(820, 460)
        self._title = title
        model = RowsModel(OUTCOMES)
        model.show(rows)
        self.table = RowsTable(model, "Entries with remarks", (160, 200, 80, 380))
        offer = TableOffer(window, self.table, self._exported)
        layout = QVBoxLayout(self)
        layout.setSpacing(10)
        layout.addWidget(label(summary, wrap=True))
        layout.addWidget(self.table, 1)
        layout.addWidget(buttons_of(self, ("Export…", offer.export), ("Copy", offer.copy)))

    def _exported(self) -> ExportTable:
        return ExportTable(self._title, as_mappings(OUTCOMES, self.table.in_order()))
