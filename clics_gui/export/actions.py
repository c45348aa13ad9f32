"""Actions of export: the current table, and the report of the current crystal."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from PySide6.QtGui import QImage
from PySide6.QtWidgets import QWidget

from clics_gui.export.clipboard import copy_table
from clics_gui.export.offer import COPY_SHORTCUT, EXPORT_SHORTCUT, offers_in
from clics_gui.state.actions import Action

if TYPE_CHECKING:
    from clics_gui.state.context import Context

NOTHING = "No table to export yet; open a crystal or run a search first."


def actions(window: Context, tables: QWidget, picture: Callable[[int, int], QImage | None]) -> list[Action]:
    """Export of tables and of the report; each table has the former in its context menu too.

    Args:
        window: The window as its parts see it.
        tables: Widget whose tables are offered; dialogs open over it.
        picture: Gives the current crystal as an image of a width and height in pixels, None if it is not drawn.
    """

    def export() -> None:
        from clics_gui.export.dialog import ExportDialog

        tables_shown = [table for offer in offers_in(tables) if (table := offer.table()) is not None]
        if tables_shown:
            ExportDialog(window, tables_shown, tables).open()
        else:
            window.notify(NOTHING, "info")

    def copy() -> None:
        offers = offers_in(tables)
        table = offers[0].table() if offers else None
        if table is not None:
            copy_table(window, table)
        else:
            window.notify(NOTHING, "info")

    def report() -> None:
        from clics_gui.export.report import PICTURE, ask_where

        ask_where(window, tables, lambda: picture(*PICTURE))

    return [
        Action(
            id="file.export-table",
            title="Export table…",
            run=export,
            menu="File",
            group=1,
            shortcut=EXPORT_SHORTCUT,
            tip="Save the current table or another one as CSV, XLSX, JSON or HTML",
            icon="table-arrow-right",
        ),
        Action(
            id="file.report",
            title="Save report…",
            run=report,
            menu="File",
            group=1,
            shortcut="Ctrl+R",
            tip="One-page report of the current crystal as PDF or HTML",
            icon="file-document-outline",
            enabled_when=lambda: window.documents.current is not None,
        ),
        Action(
            id="edit.copy-table",
            title="Copy table",
            run=copy,
            menu="Edit",
            group=6,
            shortcut=COPY_SHORTCUT,
            tip="Copy the current table to the clipboard",
            icon="table-multiple",
        ),
    ]
