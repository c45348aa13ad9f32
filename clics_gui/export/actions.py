"""Actions that let results leave: the table in use, and the report of the crystal in front."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtGui import QImage

from clics_gui.export.offer import COPY_SHORTCUT, EXPORT_SHORTCUT, copy_table, offers_in
from clics_gui.state.actions import Action

if TYPE_CHECKING:
    from clics_gui.shell.main_window import MainWindow

NOTHING = "There is no table with anything in it yet; open a crystal or search first."


def actions(window: MainWindow) -> list[Action]:
    """Of the whole window; each table has the same in its own context menu."""

    def export() -> None:
        from clics_gui.export.dialog import ExportDialog

        tables = [table for offer in offers_in(window) if (table := offer.table()) is not None]
        if tables:
            ExportDialog(window, tables, window).open()
        else:
            window.notify(NOTHING, "info")

    def copy() -> None:
        offers = offers_in(window)
        table = offers[0].table() if offers else None
        if table is not None:
            copy_table(window, table)
        else:
            window.notify(NOTHING, "info")

    def report() -> None:
        from clics_gui.export.report import ask_where

        ask_where(window, window, lambda: picture_of(window))

    return [
        Action("file.export-table", "Export table…", export, "File", 1, EXPORT_SHORTCUT,
               "Save the table in use, or another one, as CSV, XLSX, JSON or HTML", "table-arrow-right"),
        Action("file.report", "Save report…", report, "File", 1, "Ctrl+R",
               "One page about the crystal in front, as PDF or HTML", "file-document-outline",
               enabled_when=lambda: window.documents.current is not None),
        Action("edit.copy-table", "Copy table", copy, "Edit", 6, COPY_SHORTCUT,
               "Copy the table in use to the clipboard", "table-multiple"),
    ]  # fmt: skip


def picture_of(window: MainWindow) -> QImage | None:
    """The crystal in front as it is looked at now, on white; None where it is not drawn."""
    from clics_gui.export.report import PICTURE

    view = window.views.current
    if view is None or view.canvas.scene is None:
        return None
    writing = view.canvas.writing
    shown, writing.gizmo = writing.gizmo, False
    try:
        return view.canvas.grab(*PICTURE, background="white")
    finally:
        writing.gizmo = shown
