"""Hits as rows."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QPersistentModelIndex, Qt
from PySide6.QtGui import QIcon

from clics_gui.style.labels import pretty_formula, pretty_symbol

if TYPE_CHECKING:
    from clics.results import Hit
    from PySide6.QtWidgets import QWidget

    from clics_gui.panels.results.thumbnails import Pictures
    from clics_gui.style.theme import Theme

Index = QModelIndex | QPersistentModelIndex
COLUMNS = ("#", "Picture", "Formula", "Group", "Score", "Checked", "Id", "Reasons")
RANK, PICTURE, FORMULA, GROUP, SCORE, CHECKED, ID, REASONS = range(len(COLUMNS))
TIPS = (
    "Place among the hits, best first",
    "The cell as it is stored",
    "Reduced formula",
    "Space group of the stored description",
    "From −1 to 1: cosine of the vectors that crystals and their sites share with phrases; between crystals, of their likeness",
    "Whether the stored facts are as the search asks",
    "Id in the library",
    "Phrases that are true of the crystal, nearest to the query first",
)
SortRole = Qt.ItemDataRole.UserRole
HitRole = Qt.ItemDataRole.UserRole + 1
PixmapRole = Qt.ItemDataRole.UserRole + 2


@dataclass(frozen=True, slots=True)
class Check:
    """Words of the query, whether the stored facts hold them, and whether they are wanted."""

    words: str
    held: bool
    wanted: bool = True

    @property
    def as_asked(self) -> bool:
        """Whether the crystal is as the query wants it."""
        return self.held == self.wanted

    def word(self) -> str:
        """Sign and word: ``"✓ holds"``, ``"✓ absent"``, ``"✗ does not hold"``, ``"✗ holds"``."""
        if self.wanted:
            return "✓ holds" if self.held else "✗ does not hold"
        return "✗ holds" if self.held else "✓ absent"


class HitsModel(QAbstractTableModel):
    """One row for each hit, best first."""

    def __init__(self, theme: Theme, pictures: Pictures, parent: QWidget) -> None:
        super().__init__(parent)
        self.hits: tuple[Hit, ...] = ()
        self._unwanted: tuple[str, ...] = ()
        self._theme = theme
        self._pictures = pictures
        pictures.ready.connect(self._picture_ready)

    def show(self, hits: Sequence[Hit], unwanted: Sequence[str] = ()) -> None:
        """Exchange all. ``unwanted``: texts of the query that must not hold; what is checked in them is turned round."""
        self.beginResetModel()
        self.hits = tuple(hits)
        self._unwanted = tuple(unwanted)
        self.endResetModel()

    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008, N802  Qt's signature
        """Number of hits."""
        return 0 if parent.isValid() else len(self.hits)

    def columnCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008, N802  Qt's signature
        """Number of columns."""
        return 0 if parent.isValid() else len(COLUMNS)

    def headerData(self, section: int, side: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole) -> Any:  # noqa: N802
        """Names of the columns and what they mean."""
        if side == Qt.Orientation.Horizontal and role == Qt.ItemDataRole.DisplayRole:
            return COLUMNS[section]
        if role == Qt.ItemDataRole.TextAlignmentRole and side == Qt.Orientation.Horizontal and section == SCORE:
            return Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
        if side == Qt.Orientation.Horizontal and role == Qt.ItemDataRole.ToolTipRole:
            return TIPS[section]
        return None

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        """Text, picture, value to sort by, colour, or the hit."""
        hit, column = self.hits[index.row()], index.column()
        if role == HitRole:
            return hit
        if role == SortRole:
            return self._sorted_by(hit, index.row(), column)
        if role == Qt.ItemDataRole.DisplayRole:
            return self._text(hit, index.row(), column)
        if role == PixmapRole:
            return self._pictures.get(hit.id)
        if role == Qt.ItemDataRole.DecorationRole and column == PICTURE:
            pixmap = self._pictures.get(hit.id)
            return None if pixmap is None else QIcon(pixmap)
        if role == Qt.ItemDataRole.ToolTipRole:
            return self._tip(hit, column)
        if role == Qt.ItemDataRole.TextAlignmentRole and column in (RANK, SCORE):
            return Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
        if role == Qt.ItemDataRole.ForegroundRole and column == CHECKED and hit.checks:
            return self._theme.color("good" if all(check.as_asked for check in self.checks(hit)) else "bad")
        return None

    def _text(self, hit: Hit, row: int, column: int) -> str:
        texts = {
            RANK: lambda: str(row + 1),
            ID: lambda: hit.id,
            FORMULA: lambda: pretty_formula(hit.formula or ""),
            GROUP: lambda: pretty_symbol(hit.space_group or ""),
            SCORE: lambda: score_text(hit.score),
            CHECKED: lambda: verdict(self.checks(hit)),
            REASONS: lambda: " · ".join(reason.label for reason in hit.reasons),
        }
        return texts[column]() if column in texts else ""

    def checks(self, hit: Hit) -> tuple[Check, ...]:
        """What of the query was checked against the stored facts of a hit."""
        return tuple(
            Check(words, held, wanted=not any(words.lower() in text.lower() for text in self._unwanted))
            for words, held in hit.checks.items()
        )

    def _tip(self, hit: Hit, column: int) -> str:
        """What is too long for a cell."""
        if column == REASONS:
            return "\n".join(reason.phrase for reason in hit.reasons)[:3000]
        if column == CHECKED and hit.checks:
            return "\n".join(f"{check.words}: {check.word()}" for check in self.checks(hit))[:3000]
        return f"{hit.formula}  {hit.id}"[:500]

    def _sorted_by(self, hit: Hit, row: int, column: int) -> Any:
        if column == SCORE:
            return hit.score if hit.score is not None and math.isfinite(hit.score) else -2.0
        if column == CHECKED:
            found = [check.as_asked for check in self.checks(hit)]
            return sum(found) / len(found) if found else -1.0
        values = {
            ID: hit.id,
            FORMULA: hit.formula,
            GROUP: hit.space_group,
            REASONS: " ".join(reason.label for reason in hit.reasons),
        }
        return (values.get(column) or "") if column in values else row

    def _picture_ready(self, crystal_id: str) -> None:
        for row, hit in enumerate(self.hits):
            if hit.id == crystal_id:
                self.dataChanged.emit(self.index(row, 0), self.index(row, PICTURE))  # cards are of the first column


def score_text(score: float | None) -> str:
    """Three digits, or a dash for what is no number."""
    return f"{score:.3f}" if score is not None and math.isfinite(score) else "–"


def verdict(checks: Sequence[Check]) -> str:
    """``"✓ as asked"``, ``"✗ not so"``, ``"✗ 1 of 2"``; empty where nothing could be checked."""
    if not checks:
        return ""
    right = sum(check.as_asked for check in checks)
    if right == len(checks):
        return "✓ as asked"
    return "✗ not so" if right == 0 else f"✗ {right} of {len(checks)}"
