"""Tables that offer their export; the export dialog finds them all."""

from __future__ import annotations

import itertools
from collections.abc import Callable
from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QObject, Qt
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QAbstractItemView, QWidget

from clics_gui.export.clipboard import copy_table
from clics_gui.export.table import ExportTable
from clics_gui.style.plain import tooltip

if TYPE_CHECKING:
    from clics_gui.state.context import Context

EXPORT_SHORTCUT = "Ctrl+Shift+T"
COPY_SHORTCUT = "Ctrl+Alt+T"
_clock = itertools.count(1)


class TableOffer(QObject):
    """Adds export and copy to the context menu of a view, and registers it for File › Export table….

    The offer lives as long as the view.

    Args:
        window: The window as its parts see it.
        view: The view of the table.
        make: Gives all rows in the order of the view; None without rows.
    """

    def __init__(self, window: Context, view: QAbstractItemView, make: Callable[[], ExportTable | None]) -> None:
        super().__init__(view)
        self._window = window
        self._view = view
        self._make = make
        self.used = 0
        """Grows with every time that a table gets the keyboard; the largest is the one in use."""
        view.installEventFilter(self)
        view.setContextMenuPolicy(Qt.ContextMenuPolicy.ActionsContextMenu)
        for title, shortcut, tip, run in (
            ("Export table…", EXPORT_SHORTCUT, "Save this table as CSV, XLSX, JSON or HTML", self.export),
            ("Copy table", COPY_SHORTCUT, "Copy this table to the clipboard", self.copy),
        ):
            action = QAction(f"{title}\t{shortcut}", view)  # the shortcut itself is the window's
            action.setToolTip(tooltip(tip))
            action.triggered.connect(run)
            view.addAction(action)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:  # noqa: N802  Qt's name
        """Note when the table was used last."""
        if event.type() == QEvent.Type.FocusIn:
            self.used = next(_clock)
        return super().eventFilter(watched, event)

    @property
    def visible(self) -> bool:
        """True if the table is on the screen, at least behind a dialog."""
        return self._view.isVisible()

    def table(self) -> ExportTable | None:
        """The table as it is now; None if it is empty."""
        made = self._make()
        return made if made is not None and made.items else None

    def export(self) -> None:
        """Open the export dialog for this table."""
        from clics_gui.export.dialog import ExportDialog

        table = self.table()
        if table is None:
            self._window.notify("This table is empty.", "info")
        else:
            ExportDialog(self._window, [table], self._view.window()).open()

    def copy(self) -> None:
        """Copy this table to the clipboard."""
        table = self.table()
        if table is None:
            self._window.notify("This table is empty.", "info")
        else:
            copy_table(self._window, table)


def offers_in(window: QWidget) -> list[TableOffer]:
    """Non-empty tables of a window, the last used first, hidden ones last."""
    offers = [offer for offer in window.findChildren(TableOffer) if offer.table() is not None]
    return sorted(offers, key=lambda offer: (offer.visible, offer.used), reverse=True)
