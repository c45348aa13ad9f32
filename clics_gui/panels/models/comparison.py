"""Two models side by side: validation figures, origin, and differences of ranking."""

from __future__ import annotations

from typing import TYPE_CHECKING

from clics.engine_process.operation import SESSION, call
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QDialog, QGridLayout, QVBoxLayout, QWidget

from clics_gui.dialogs.training import labels
from clics_gui.dialogs.training.outcome import FiguresTable, RankChangesTree
from clics_gui.style.widgets import buttons_of, label

if TYPE_CHECKING:
    from clics.errors import ClicsError
    from clics.results import ModelRow, MovedPhrase

    from clics_gui.state.context import Context

KEY = "compare models"


class CompareDialog(QDialog):
    """Comparison of two models; deleted when it is closed."""

    def __init__(self, window: Context, first: ModelRow, second: ModelRow, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWindowTitle("Compare models")
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.resize(720, 560)
        self._worker = window.worker
        self.figures = FiguresTable(first.name, second.name)
        self.figures.show_figures(first.figures, second.figures)
        self.note = label("Comparing the top hits of some phrases in the active library…", "muted", wrap=True)
        self.moved = RankChangesTree()
        layout = QVBoxLayout(self)
        layout.setContentsMargins(20, 16, 20, 16)
        layout.setSpacing(8)
        layout.addLayout(_facts(first, second))
        layout.addWidget(self.figures)
        if first.data != second.data:
            self.figures.setColumnHidden(3, True)
            layout.addWidget(label("⚠ Each model was validated on its own data.", "neutral", wrap=True))
        layout.addWidget(label("Differences of ranking", "heading"))
        layout.addWidget(self.note)
        layout.addWidget(self.moved, 1)
        layout.addWidget(buttons_of(self))
        self.finished.connect(lambda _: self._worker.cancel(KEY))
        self._worker.submit(
            call(SESSION.models.compare, first.folder, second.folder),
            done=self._show, failed=self._fail, thread="long", key=KEY,
            title="Comparing hits",
        )  # fmt: skip

    def _show(self, phrases: tuple[MovedPhrase, ...]) -> None:
        self.moved.headerItem().setText(1, "First")
        self.moved.headerItem().setText(2, "Second")
        explained = "Top hits of some phrases by either model. ✓ counts hits confirmed by their computed geometry."
        self.note.setText(explained if phrases else "The active library contains nothing to compare.")
        self.moved.show_changes(phrases)

    def _fail(self, error: ClicsError) -> None:
        self.note.setText(f"Hits were not compared: {error.message}")


def _facts(first: ModelRow, second: ModelRow) -> QGridLayout:
    grid = QGridLayout()
    grid.setHorizontalSpacing(16)
    grid.setVerticalSpacing(3)
    grid.setColumnStretch(1, 1)
    grid.setColumnStretch(2, 1)
    rows = (
        ("", first.name, second.name),
        ("Data", first.data, second.data),
        ("Started from", first.start_from, second.start_from),
        ("Created", first.created[:10], second.created[:10]),
        ("Size", labels.size(first.size), labels.size(second.size)),
    )
    for line, (title, *values) in enumerate(rows):
        grid.addWidget(label(title, "muted"), line, 0)
        for column, value in enumerate(values, start=1):
            grid.addWidget(label(value, "heading" if line == 0 else "", wrap=True), line, column)
    return grid
