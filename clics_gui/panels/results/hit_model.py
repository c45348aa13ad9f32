"""Hits as rows of a table."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from clics.results import State
from PySide6.QtCore import QAbstractTableModel, QModelIndex, QPersistentModelIndex, Qt
from PySide6.QtGui import QIcon

from clics_gui.style.labels import pretty_formula, pretty_symbol
from clics_gui.style.plain import shown, tooltip

if TYPE_CHECKING:
    from clics.results import Hit, Reason
    from PySide6.QtWidgets import QWidget

    from clics_gui.panels.results.thumbnails import Pictures
    from clics_gui.style.colours import Role
    from clics_gui.style.theme import Theme

Index = QModelIndex | QPersistentModelIndex
COLUMNS = ("#", "Picture", "Formula", "Checked", "Group", "Score", "ID", "Reasons")
RANK, PICTURE, FORMULA, CHECKED, GROUP, SCORE, ID, REASONS = range(len(COLUMNS))
TIPS = (
    "Rank, best first",
    "Unit cell as stored",
    "Reduced formula",
    "What the computed geometry says of the query: ✓ all confirmed, ◐ some parts, ✗ refuted, ? no fact decides, – not "
    "understood",
    "Space group of the stored structure",
    "From −1 to 1. Phrase search: cosine similarity of phrase and crystal, for local geometry combined with the best matching "
    "site. Similar structures: cosine similarity of structure embeddings, 1 = same structure type",
    "Identifier in the library",
    "What is true of the crystal, closest to the query first",
)
COLOURS: dict[str, Role] = {"✓": "good", "✗": "bad", "◐": "warning", "?": "muted", "–": "muted"}
"""Colour of a verdict by its sign."""
KINDS_OF_THE_MODEL = frozenset({"environment", "polyhedra", "connection", "pattern"})
"""Kinds of concepts in the language that models are trained on; people are shown shapes and networks."""
SortRole = Qt.ItemDataRole.UserRole
HitRole = Qt.ItemDataRole.UserRole + 1
PixmapRole = Qt.ItemDataRole.UserRole + 2


@dataclass(frozen=True, slots=True)
class Check:
    """What the facts say of one part of the query for a hit.

    Attributes:
        words: The part in the words of the query.
        state: Its state of truth.
        negated: The query says that it is not so; confirmed then means that it is absent.
        rmsd: For matching structures the root mean square distance over (volume per atom)^(1/3).
    """

    words: str
    state: State
    negated: bool = False
    rmsd: float | None = None

    @property
    def agrees(self) -> bool | None:
        """True if the crystal is as the query says, False if not; None if no fact decides."""
        return {State.CONFIRMED: True, State.REFUTED: False}.get(self.state)

    def word(self) -> str:
        """Sign and word: ``"✓ confirmed"``, ``"✓ absent"``, ``"✗ refuted"``, ``"? unknown"``, ``"– not understood"``."""
        if self.rmsd is not None:
            return f"✓ RMSD {self.rmsd:.2f} (normalised)"
        words = {State.CONFIRMED: "absent", State.REFUTED: "present"} if self.negated else {}
        return f"{self.state.mark} {words.get(self.state, self.state)}"


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
            return tooltip(self._tip(hit, column))
        if role == Qt.ItemDataRole.TextAlignmentRole and column in (RANK, SCORE):
            return Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
        if role == Qt.ItemDataRole.ForegroundRole and column == CHECKED:
            colour = COLOURS.get(verdict(self.checks(hit))[:1])
            return None if colour is None else self._theme.color(colour)
        return None

    def _text(self, hit: Hit, row: int, column: int) -> str:
        texts = {
            RANK: lambda: str(row + 1),
            ID: lambda: hit.id,
            FORMULA: lambda: pretty_formula(hit.formula or ""),
            GROUP: lambda: pretty_symbol(hit.space_group or ""),
            SCORE: lambda: score_text(hit.score),
            CHECKED: lambda: verdict(self.checks(hit)),
            REASONS: lambda: " · ".join(reason.label for reason in shown_reasons(hit)),
        }
        return shown(texts[column]()) if column in texts else ""

    def checks(self, hit: Hit) -> tuple[Check, ...]:
        """What the facts say of each part of the query for a hit."""
        parts = tuple(Check(part.text, part.state, part.negated) for part in hit.parts)
        if not parts and hit.checked:
            parts = tuple(self._checked(words, held) for words, held in hit.checked.items())
        return parts + _superposition(hit)

    def _checked(self, words: str, held: bool) -> Check:
        unwanted = any(words.lower() in text.lower() for text in self._unwanted)
        return Check(words, State.CONFIRMED if held != unwanted else State.REFUTED, unwanted)

    def _tip(self, hit: Hit, column: int) -> str:
        """Full text of a cell."""
        if column == REASONS:
            return "\n".join(reason.label for reason in shown_reasons(hit))[:3000]
        if column == CHECKED and self.checks(hit):
            return "\n".join(f"{check.words}: {check.word()}" for check in self.checks(hit))[:3000]
        return f"{hit.formula}  {hit.id}"[:500]

    def _sorted_by(self, hit: Hit, row: int, column: int) -> Any:
        if column == SCORE:
            return hit.score if hit.score is not None and math.isfinite(hit.score) else -2.0
        if column == CHECKED:
            states = [check.agrees for check in self.checks(hit)]
            worth = {True: 1.0, None: 0.5, False: 0.0}
            return sum(worth[state] for state in states) / len(states) if states else -1.0
        values = {
            ID: hit.id,
            FORMULA: hit.formula,
            GROUP: hit.space_group,
            REASONS: " ".join(reason.label for reason in shown_reasons(hit)),
        }
        return (values.get(column) or "") if column in values else row

    def _picture_ready(self, crystal_id: str) -> None:
        for row, hit in enumerate(self.hits):
            if hit.id == crystal_id:
                self.dataChanged.emit(self.index(row, 0), self.index(row, PICTURE))  # cards are of the first column


def shown_reasons(hit: Hit) -> tuple[Reason, ...]:
    """The reasons in the field's words; those in the model's classes of elements and names of geometries are left out."""
    return tuple(reason for reason in hit.reasons if reason.kind not in KINDS_OF_THE_MODEL)


def _superposition(hit: Hit) -> tuple[Check, ...]:
    """The atom-by-atom match with the query crystal, if it was made."""
    made = hit.superposition
    if made is None:
        return ()
    return (Check("structures match", State.CONFIRMED if made.matches else State.REFUTED, rmsd=made.rmsd),)


def score_text(score: float | None) -> str:
    """Score with two digits; a dash for NaN or None."""
    return f"{score:.2f}" if score is not None and math.isfinite(score) else "–"


def verdict(checks: Sequence[Check]) -> str:
    """Summary of checks; only if each part is confirmed, the whole phrase is.

    Returns:
        ``"✓ matches"``, ``"✗ no match"``, ``"◐ 1 of 2"`` (partly confirmed), ``"? unknown"``, ``"– not understood"``;
        empty without checks.
    """
    if not checks:
        return ""
    states = {check.state for check in checks}
    confirmed = sum(check.state == State.CONFIRMED for check in checks)
    if confirmed == len(checks):
        return "✓ matches"
    if confirmed:
        return f"◐ {confirmed} of {len(checks)}"
    if State.REFUTED in states:
        return "✗ no match"
    state = State.UNKNOWN if State.UNKNOWN in states else State.NOT_UNDERSTOOD
    return f"{state.mark} {state}"
