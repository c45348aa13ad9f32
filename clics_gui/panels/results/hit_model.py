"""Hits as rows of a table."""

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
COLUMNS = ("#", "Picture", "Formula", "Group", "Score", "Checked", "ID", "Reasons")
RANK, PICTURE, FORMULA, GROUP, SCORE, CHECKED, ID, REASONS = range(len(COLUMNS))
TIPS = (
    "Rank, best first",
    "Unit cell as stored",
    "Reduced formula",
    "Space group of the stored structure",
    "From −1 to 1. Phrase search: cosine similarity of phrase and crystal, for local geometry combined with the best matching "
    "site. Similar structures: cosine similarity of structure embeddings, 1 = same structure type",
    "Agreement of the computed geometry with the query",
    "Identifier in the library",
    "Phrases confirmed for the crystal, closest to the query first",
)
SortRole = Qt.ItemDataRole.UserRole
HitRole = Qt.ItemDataRole.UserRole + 1
PixmapRole = Qt.ItemDataRole.UserRole + 2


@dataclass(frozen=True, slots=True)
class Check:
    """Comparison of one term of the query with the computed geometry of a hit.

    Attributes:
        words: The term in the words of the query.
        held: True if the computed geometry has it.
        wanted: False if the query excludes it.
        rmsd: For matching structures the root mean square distance over (volume per atom)^(1/3).
    """

    words: str
    held: bool
    wanted: bool = True
    rmsd: float | None = None

    @property
    def agrees(self) -> bool:
        """True if the crystal agrees with the query."""
        return self.held == self.wanted

    def word(self) -> str:
        """Sign and word: ``"✓ confirmed"``, ``"✓ absent"``, ``"✗ not confirmed"``, ``"✗ present"``."""
        if self.rmsd is not None:
            return f"✓ RMSD {self.rmsd:.2f} (normalised)"
        if self.wanted:
            return "✓ confirmed" if self.held else "✗ not confirmed"
        return "✗ present" if self.held else "✓ absent"


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
        """Replace all hits.

        Args:
            hits: Hits, best first.
            unwanted: Texts of the query that hits must not match; their checks are inverted.
        """
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
        """Names and tooltips of the columns."""
        if side == Qt.Orientation.Horizontal and role == Qt.ItemDataRole.DisplayRole:
            return COLUMNS[section]
        if role == Qt.ItemDataRole.TextAlignmentRole and side == Qt.Orientation.Horizontal and section == SCORE:
            return Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
        if side == Qt.Orientation.Horizontal and role == Qt.ItemDataRole.ToolTipRole:
            return TIPS[section]
        return None

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        """Text, picture, value for sorting, colour, or the hit."""
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
            return self._theme.color("good" if all(check.agrees for check in self.checks(hit)) else "bad")
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
        """Comparisons of the query with the computed geometry of a hit."""
        return tuple(
            Check(words, held, wanted=not any(words.lower() in text.lower() for text in self._unwanted))
            for words, held in (hit.checked or {}).items()
        ) + _superposition(hit)

    def _tip(self, hit: Hit, column: int) -> str:
        """Full text of a cell."""
        if column == REASONS:
            return "\n".join(reason.phrase for reason in hit.reasons)[:3000]
        if column == CHECKED and hit.checks:
            return "\n".join(f"{check.words}: {check.word()}" for check in self.checks(hit))[:3000]
        return f"{hit.formula}  {hit.id}"[:500]

    def _sorted_by(self, hit: Hit, row: int, column: int) -> Any:
        if column == SCORE:
            return hit.score if hit.score is not None and math.isfinite(hit.score) else -2.0
        if column == CHECKED:
            verdicts = [check.agrees for check in self.checks(hit)]
            return sum(verdicts) / len(verdicts) if verdicts else -1.0
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


def _superposition(hit: Hit) -> tuple[Check, ...]:
    """The atom-by-atom match with the query crystal, if it was made."""
    made = hit.superposition
    return () if made is None else (Check("structures match", made.matches, rmsd=made.rmsd),)


def score_text(score: float | None) -> str:
    """Score with three digits; a dash for NaN or None."""
    return f"{score:.3f}" if score is not None and math.isfinite(score) else "–"


def verdict(checks: Sequence[Check]) -> str:
    """Summary of checks: ``"✓ matches"``, ``"✗ does not match"``, ``"✗ 1 of 2"``; empty without checks."""
    if not checks:
        return ""
    right = sum(check.agrees for check in checks)
    if right == len(checks):
        return "✓ matches"
    return "✗ does not match" if right == 0 else f"✗ {right} of {len(checks)}"
