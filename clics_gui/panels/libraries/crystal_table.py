"""Crystals of a library as a table: browse, open, remove."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from clics.engine_process.operation import SESSION, call
from clics.results.geometry_words import DIMENSIONS
from PySide6.QtCore import Qt, QTimer
from PySide6.QtWidgets import QDialog, QHBoxLayout, QLineEdit, QMessageBox, QPushButton, QVBoxLayout, QWidget

from clics_gui.export.offer import TableOffer
from clics_gui.export.table import ExportTable
from clics_gui.panels.libraries.jobs import choice_of
from clics_gui.panels.libraries.labels import counted_large
from clics_gui.panels.libraries.rows_table import RowsModel, RowsTable
from clics_gui.style.labels import pretty_formula, pretty_symbol
from clics_gui.style.plain import window_title
from clics_gui.style.widgets import buttons_of, label, message_box

if TYPE_CHECKING:
    from clics.errors import ClicsError
    from clics.results import LibraryGeometryRow

    from clics_gui.state.context import Context

COLUMNS = (
    "id", "formula", "space group", "sites", "crystal system", "structure type", "shapes", "networks", "dimensionality",
    "source", "notes",
)  # fmt: skip
_WIDTHS = (180, 100, 110, 60, 110, 130, 150, 240, 110, 160, 160)
DEBOUNCE = 350
"""Milliseconds without a change of the filter after which the rows are read."""
MOST_ROWS = 5_000


class CrystalsDialog(QDialog):
    """Table of one library (None: the user's own); deleted when it is closed."""

    def __init__(self, window: Context, library: Path | None, parent: QWidget | None) -> None:
        super().__init__(parent)
        self._window = window
        self._library = library
        self._rows: tuple[LibraryGeometryRow, ...] = ()
        self.setWindowTitle(window_title(f"Crystals of {window.libraries.name(library)}"))
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.resize(860, 520)
        self._debounce = QTimer(self, singleShot=True, interval=DEBOUNCE)
        self._debounce.timeout.connect(self.load)
        self.where = QLineEdit()
        self.where.setPlaceholderText("Filter: el:Li,O sg:225 nsites<40 shape:octahedron network:layers")
        self.where.setAccessibleName("Filter")
        self.where.setClearButtonEnabled(True)
        self.where.textEdited.connect(lambda _text: self._debounce.start())
        self.where.returnPressed.connect(self.load)
        self.state = label("", "muted", wrap=True)
        self.table = RowsTable(RowsModel(COLUMNS), "Crystals of the library", _WIDTHS)
        self.table.doubleClicked.connect(lambda index: self._open(self.table.sorted.mapToSource(index).row()))
        self.table.selectionModel().selectionChanged.connect(lambda *_: self._offer())
        self.remove = QPushButton("Remove selected…")
        self.remove.setToolTip("Remove the selected crystals from the library")
        self.remove.setAutoDefault(False)
        self.remove.clicked.connect(self._remove_selected)
        self.remove_all = QPushButton("Remove all matching…")
        self.remove_all.setToolTip("Remove every crystal that matches the filter from the library")
        self.remove_all.setAutoDefault(False)
        self.remove_all.clicked.connect(self._remove_matching)
        TableOffer(window, self.table, self._exported)
        buttons = QHBoxLayout()
        for button in (self.remove, self.remove_all):
            buttons.addWidget(button)
        buttons.addWidget(buttons_of(self), 1)
        layout = QVBoxLayout(self)
        layout.setSpacing(8)
        for part in (self.where, self.state, self.table):
            layout.addWidget(part, 1 if part is self.table else 0)
        layout.addLayout(buttons)
        self._offer()
        self.load()

    def load(self) -> None:
        """Read the rows that match the filter."""
        self._debounce.stop()
        where = self._filter or None
        self._window.worker.submit(
            call(SESSION.library.geometry_rows, where, limit=MOST_ROWS + 1),
            choice=choice_of(self._window, self._library), done=self._show, failed=self._fail, key="library rows",
        )  # fmt: skip

    @property
    def _filter(self) -> str:
        return self.where.text().strip()

    def _show(self, rows: Sequence[LibraryGeometryRow]) -> None:
        cut = len(rows) > MOST_ROWS
        self._rows = tuple(rows[:MOST_ROWS])
        self.table.rows.show(
            [
                (row.id, pretty_formula(row.formula), pretty_symbol(row.space_group or ""), row.sites,
                 row.crystal_system, row.mineral, ", ".join(row.shapes), "; ".join(map(pretty_formula, row.networks)),
                 "" if row.dimensionality is None else DIMENSIONS[row.dimensionality], row.source, " ".join(row.notes))
                for row in self._rows
            ]
        )  # fmt: skip
        count = counted_large(len(self._rows), "crystal")
        self.state.setText(f"Showing the first {count}; narrow the filter to see others." if cut else f"{count}.")
        self._offer()

    def _fail(self, error: ClicsError) -> None:
        self.table.rows.show(())
        self._rows = ()
        self.state.setText(error.message[:1000])
        self._offer()

    def _offer(self) -> None:
        self.remove.setEnabled(bool(self.table.places))
        self.remove_all.setEnabled(bool(self._rows) and bool(self._filter))

    def _open(self, row: int) -> None:
        self._window.open_stored(self._rows[row].id, self._library)

    def _exported(self) -> ExportTable | None:
        name = self._window.libraries.name(self._library)
        return ExportTable(f"Crystals of {name}", self._rows, self._filter, name) if self._rows else None

    # ---- removing ---------------------------------------------------------------------------------------------------

    def _remove_selected(self) -> None:
        ids = [self._rows[row].id for row in self.table.places]
        self._confirm(f"Remove {counted_large(len(ids), 'crystal')}?", ids)

    def _remove_matching(self) -> None:
        self._confirm(f"Remove every crystal that matches “{self._filter}”?", [])

    def _confirm(self, question: str, ids: list[str]) -> None:
        held = self._window.libraries.name(self._library)
        box = message_box(
            QMessageBox.Icon.NoIcon, "Remove crystals", question[:500],
            f"They are removed from {held}; the original files are kept.", self,
        )  # fmt: skip
        box.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        yes = box.addButton("Remove", QMessageBox.ButtonRole.DestructiveRole)
        box.setDefaultButton(box.addButton("Cancel", QMessageBox.ButtonRole.RejectRole))
        yes.clicked.connect(partial(self._remove, ids, self._filter))
        box.open()

    def _remove(self, ids: list[str], where: str, _checked: bool = False) -> None:
        if ids or where:
            remove = SESSION.library.remove
            self._window.worker.submit(
                call(remove, ids) if ids else call(remove, where=where),
                choice=choice_of(self._window, self._library), done=self._removed, failed=self._not_removed,
            )  # fmt: skip

    def _removed(self, count: int) -> None:
        self._window.notify(f"{counted_large(count, 'crystal')} removed.", "success")
        self._window.libraries.announce_contents(self._library)
        self.load()

    def _not_removed(self, error: ClicsError) -> None:
        self.state.setText(error.message[:1000])
