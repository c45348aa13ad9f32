"""Export dialog: table, format, metadata of the file."""

from __future__ import annotations

import re
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from clics.engine_process.operation import SESSION, call
from PySide6.QtCore import Qt, QUrl
from PySide6.QtGui import QDesktopServices, QIcon
from PySide6.QtWidgets import QComboBox, QDialog, QDialogButtonBox, QFileDialog, QFormLayout, QVBoxLayout, QWidget

from clics_gui.export.clipboard import copy_table
from clics_gui.export.table import FORMATS, ExportTable
from clics_gui.style.labels import counted
from clics_gui.style.plain import shown
from clics_gui.style.widgets import label

if TYPE_CHECKING:
    from clics.results import Provenance

    from clics_gui.state.context import Context

_NAMES = {"library": "Library", "model": "Model", "query": "Source", "licence": "Data", "written": "Date"}


class ExportDialog(QDialog):
    """Exports one of ``tables``; the first is preselected. Deleted when it is closed."""

    def __init__(self, window: Context, tables: Sequence[ExportTable], parent: QWidget) -> None:
        super().__init__(parent)
        self.setWindowTitle("Export table")
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setMinimumWidth(460)
        self._window = window
        self._tables = list(tables)
        self.which = QComboBox()
        self.which.setAccessibleName("Table")
        self.which.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
        for table in self._tables:
            title = table.title if len(table.title) < 70 else f"{table.title[:69]}…"
            self.which.addItem(f"{shown(title)}  ({counted(len(table.items), 'row')})")
        self.format = QComboBox()
        self.format.setAccessibleName("Format")
        for ending, name in FORMATS.items():
            self.format.addItem(f"{name} (.{ending})", ending)
        self.format.setCurrentIndex(self.format.findData(window.settings.value.export.table_format))
        form = QFormLayout()
        form.setHorizontalSpacing(14)
        form.addRow("Table", self.which)
        form.addRow("Format", self.format)
        self._metadata = QFormLayout()
        self._metadata.setHorizontalSpacing(14)
        self._metadata.setVerticalSpacing(3)
        buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Save | QDialogButtonBox.StandardButton.Cancel)
        buttons.button(QDialogButtonBox.StandardButton.Save).setText("Save as…")
        for button in buttons.buttons():
            button.setIcon(QIcon())
        copy = buttons.addButton("Copy", QDialogButtonBox.ButtonRole.ActionRole)
        copy.setToolTip("Copy the table to the clipboard")
        copy.clicked.connect(self._copy)
        buttons.accepted.connect(self._ask_where)
        buttons.rejected.connect(self.reject)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(18, 16, 18, 14)
        layout.setSpacing(12)
        layout.addLayout(form)
        layout.addWidget(label("Metadata", "heading"))
        layout.addLayout(self._metadata)
        layout.addStretch()
        layout.addWidget(buttons)
        self.which.currentIndexChanged.connect(self._ask_origin)
        self._ask_origin()

    @property
    def table(self) -> ExportTable:
        """The chosen table."""
        return self._tables[self.which.currentIndex()]

    def save(self, path: Path) -> None:
        """Write the table; a name without a known suffix gets that of the chosen format."""
        ending = path.suffix.lower().lstrip(".")
        if ending not in FORMATS:
            ending = self.format.currentData()
            path = path.with_name(f"{path.name}.{ending}")
        self._window.settings.set("export", "table_format", ending)
        save_table(self._window, self.table, path)
        self.accept()

    def _ask_where(self) -> None:
        ending = self.format.currentData()
        kinds = f"{FORMATS[ending]} (*.{ending})"
        name, _ = QFileDialog.getSaveFileName(
            self, "Export table", str(start_in(self._window, self.table.title, ending)), kinds
        )
        if name:
            self.save(Path(name))

    def _copy(self) -> None:
        copy_table(self._window, self.table)
        self.accept()

    def _ask_origin(self) -> None:
        table = self.table
        self._window.worker.submit(
            call(SESSION.exports.provenance, query=table.query, library=table.library, model=table.model),
            done=self._show_origin, key="export origin",
        )  # fmt: skip

    def _show_origin(self, provenance: Provenance) -> None:
        parts = provenance.columns()
        while self._metadata.rowCount():
            self._metadata.removeRow(0)
        for name, value in parts.items():
            shown = label(value if len(value) < 700 else f"{value[:699]}…", wrap=True)
            shown.setMinimumWidth(80)
            self._metadata.addRow(label(_NAMES.get(name, name), "muted"), shown)
        if not parts:
            self._metadata.addRow(label("Program and date; no model or library was used.", "muted", wrap=True))


def save_table(window: Context, table: ExportTable, path: Path) -> None:
    """Write a table on an engine thread and report it in a notification."""

    def done(count: int) -> None:
        window.notify(
            f"Saved {counted(count, 'row')} to {path}.", "success",
            action=("Open", lambda: QDesktopServices.openUrl(QUrl.fromLocalFile(str(path)))),
        )  # fmt: skip

    window.worker.submit(
        call(
            SESSION.exports.table, table.items, path, title=table.title, query=table.query, library=table.library,
            model=table.model,
        ),
        title=f"Saving {path.name}", done=done,
    )  # fmt: skip


def start_in(window: Context, title: str, ending: str) -> Path:
    """Suggested file name: made from a title, beside the current crystal or in the home folder."""
    name = re.sub(r"[^\w.+-]+", "-", title).strip("-.")[:60] or "table"
    document = window.documents.current
    folder = document.path.parent if document is not None and document.path is not None else Path.home()
    return folder / f"{name}.{ending}"
