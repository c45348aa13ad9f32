"""Results of a training: validation figures before and after, and changes of ranking."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from clics.results import FIGURES
from PySide6.QtCore import Qt
from PySide6.QtWidgets import (
    QAbstractItemView,
    QHeaderView,
    QTableWidget,
    QTableWidgetItem,
    QTreeWidget,
    QTreeWidgetItem,
)

from clics_gui.dialogs.training.labels import percent
from clics_gui.style.labels import plain_phrase, pretty_formula
from clics_gui.style.plain import tooltip

if TYPE_CHECKING:
    from clics.results import MovedHit, MovedPhrase

_RIGHT = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter


class FiguresTable(QTableWidget):
    """Figures in percent, one column for each of two models, and their difference."""

    def __init__(self, first: str, second: str) -> None:
        super().__init__(0, 4)
        left = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter
        for column, title in enumerate(("Validation set, %", first, second, "Change")):
            item = QTableWidgetItem(title)
            item.setTextAlignment(_RIGHT if column else left)
            self.setHorizontalHeaderItem(column, item)
        self.setAccessibleName("Validation figures")
        self.verticalHeader().hide()
        self.setShowGrid(False)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setSelectionMode(QAbstractItemView.SelectionMode.NoSelection)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        header = self.horizontalHeader()
        header.setSectionResizeMode(QHeaderView.ResizeMode.ResizeToContents)
        header.setSectionResizeMode(0, QHeaderView.ResizeMode.Stretch)

    def show_figures(self, first: Mapping[str, float], second: Mapping[str, float]) -> None:
        """Fill the table; figures that neither model has are omitted."""
        names = [name for name in FIGURES if name in first or name in second]
        self.setRowCount(len(names))
        for row, name in enumerate(names):
            one, other = first.get(name), second.get(name)
            texts = (FIGURES[name], percent(one), percent(other), _change(one, other))
            for column, text in enumerate(texts):
                item = QTableWidgetItem(text)
                if column:
                    item.setTextAlignment(_RIGHT)
                self.setItem(row, column, item)
        height = self.horizontalHeader().sizeHint().height() + sum(self.rowHeight(row) for row in range(len(names)))
        self.setFixedHeight(height + 4)
        self.setVisible(bool(names))


class RankChangesTree(QTreeWidget):
    """Phrases with their top hits and the ranks before and after."""

    def __init__(self) -> None:
        super().__init__()
        self.setHeaderLabels(["Phrase and top hits", "Before", "After", "Computed geometry"])
        self.setAccessibleName("Changes of ranking")
        self.setUniformRowHeights(True)
        self.setSelectionMode(QAbstractItemView.SelectionMode.NoSelection)
        self.header().setStretchLastSection(False)
        self.header().setSectionResizeMode(QHeaderView.ResizeMode.ResizeToContents)
        self.header().setSectionResizeMode(0, QHeaderView.ResizeMode.Stretch)

    def show_changes(self, phrases: Sequence[MovedPhrase]) -> None:
        """Fill the tree; phrases with new hits are expanded."""
        self.clear()
        for phrase in phrases:
            depth = phrase.depth
            came = f"{phrase.came} of {depth} new" if phrase.came else "same crystals"
            head = QTreeWidgetItem(
                [f"{plain_phrase(phrase.phrase)}   ({came})", f"{phrase.fitting('before')}/{depth} ✓",
                 f"{phrase.fitting('after')}/{depth} ✓", ""]
            )  # fmt: skip
            head.setToolTip(0, tooltip(plain_phrase(phrase.phrase)))
            font = head.font(0)
            font.setBold(True)
            head.setFont(0, font)
            for hit in phrase.hits:
                head.addChild(_hit(hit, depth))
            self.addTopLevelItem(head)
            head.setExpanded(phrase.came > 0)
        for column in (1, 2):
            self.headerItem().setTextAlignment(column, _RIGHT)


def _hit(hit: MovedHit, depth: int) -> QTreeWidgetItem:
    fits = {True: "✓ confirmed", False: "✗ not confirmed", None: "–"}[hit.fits]
    moved = "▲" if hit.after < hit.before else "▼" if hit.after > hit.before else "="
    item = QTreeWidgetItem([f"{pretty_formula(hit.formula)}   {hit.id}", str(hit.before), f"{moved} {hit.after}", fits])
    item.setDisabled(hit.after > depth)
    for column in (1, 2):
        item.setTextAlignment(column, _RIGHT)
    return item


def _change(first: float | None, second: float | None) -> str:
    if first is None or second is None or first != first or second != second:
        return "–"
    change = round(second - first, 1)
    return f"▲ +{change:.1f}" if change > 0 else f"▼ −{-change:.1f}" if change < 0 else "="
