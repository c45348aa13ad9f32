"""Tables on the clipboard."""

from __future__ import annotations

from typing import TYPE_CHECKING

from clics.engine_process.operation import SESSION, call
from PySide6.QtWidgets import QApplication

from clics_gui.export.table import ExportTable

if TYPE_CHECKING:
    from clics_gui.state.context import Context


def copy_table(window: Context, table: ExportTable) -> None:
    """Copy a table to the clipboard as tab-separated lines, which spreadsheets accept."""

    def done(text: str) -> None:
        QApplication.clipboard().setText(text)
        window.notify(f"Copied “{table.title}” with {len(table.items)} rows.", "success")

    window.worker.submit(call(SESSION.exports.text, table.items), done=done, key="export copy")
