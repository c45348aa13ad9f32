"""Models and trainings as rows of one table."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QItemSelectionModel, Qt
from PySide6.QtGui import QFont
from PySide6.QtWidgets import QAbstractItemView, QHeaderView, QTreeWidget, QTreeWidgetItem

from clics_gui.dialogs.training import labels
from clics_gui.style.plain import shown, tooltip

if TYPE_CHECKING:
    from clics.results import ModelRow, TrainingState

HEADERS = ("Model", "State", "Space group (%)", "Environment (%)", "Data", "Created", "Size")
_RIGHT = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
_ROW = Qt.ItemDataRole.UserRole


class ModelTable(QTreeWidget):
    """One row for each model and for each training without a model yet."""

    def __init__(self) -> None:
        super().__init__()
        self.setHeaderLabels(list(HEADERS))
        self.setRootIsDecorated(False)
        self.setUniformRowHeights(True)
        self.setAllColumnsShowFocus(True)
        self.setAccessibleName("Models and trainings")
        self.setSelectionMode(QAbstractItemView.SelectionMode.ExtendedSelection)
        self.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)
        self.header().setSectionResizeMode(QHeaderView.ResizeMode.ResizeToContents)
        self.header().setStretchLastSection(False)
        self.header().setSectionResizeMode(4, QHeaderView.ResizeMode.Stretch)
        for column in (2, 3, 6):
            self.headerItem().setTextAlignment(column, _RIGHT)
        for column in (2, 3):
            self.headerItem().setToolTip(column, "Top-1 accuracy on the validation set")

    def fill(self, models: Sequence[ModelRow], trainings: Sequence[TrainingState], used: Path | None) -> None:
        """Show models and trainings; the selection is kept.

        Args:
            models: Models.
            trainings: Trainings.
            used: Folder of the model in use; None for the released one.
        """
        kept = {row.folder for row in self.chosen()}
        self.clear()
        for training in trainings:
            if training.status != "finished":
                self._add(
                    training, training.name, labels.badge(training)[0], {}, training.source, training.created, None
                )
        for model in models:
            in_use = model.folder == used or (used is None and model.shipped)
            state = "● in use" if in_use else ""
            row = self._add(model, model.name, state, model.figures, model.data, model.created, model.size)
            font = QFont(row.font(0))
            font.setBold(in_use)
            row.setFont(0, font)
        items = [item for n in range(self.topLevelItemCount()) if (item := self.topLevelItem(n))]
        before = [item for item in items if item.data(0, _ROW).folder in kept]
        for item in before:
            item.setSelected(True)
        if items:
            keep = QItemSelectionModel.SelectionFlag.NoUpdate
            select = QItemSelectionModel.SelectionFlag.ClearAndSelect | QItemSelectionModel.SelectionFlag.Rows
            self.setCurrentItem((before or items)[0], 0, keep if before else select)

    def chosen(self) -> list[ModelRow | TrainingState]:
        """Selected rows from top to bottom."""
        items = sorted(self.selectedItems(), key=self.indexOfTopLevelItem)
        return [item.data(0, _ROW) for item in items]

    def _add(
        self,
        row: ModelRow | TrainingState,
        name: str,
        state: str,
        figures: Mapping[str, float],
        data: str,
        created: str,
        size: int | None,
    ) -> QTreeWidgetItem:
        texts = (
            name, state, labels.percent(figures.get("space_group_top1")), labels.percent(figures.get("environment_top1")),
            Path(data).name or data, created[:10], labels.size(size) if size is not None else "–",
        )  # fmt: skip
        item = QTreeWidgetItem([shown(text) for text in texts])
        item.setData(0, _ROW, row)
        item.setToolTip(0, tooltip(name))
        item.setToolTip(4, tooltip(data))
        for column in (2, 3, 6):
            item.setTextAlignment(column, _RIGHT)
        self.addTopLevelItem(item)
        return item
