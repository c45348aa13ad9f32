"""Preview of one hit: picture, checks, coordination and reasons."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QFrame, QHBoxLayout, QPushButton, QVBoxLayout

from clics_gui.panels.detail_list import DetailItem, DetailList
from clics_gui.panels.ranked_list import RankedItem, RankedList
from clics_gui.panels.results.hit_model import Check, score_text, shown_reasons
from clics_gui.panels.site_lines import site_lines
from clics_gui.style.labels import pretty_formula, pretty_symbol
from clics_gui.style.widgets import label

if TYPE_CHECKING:
    from clics.results import GeometryFacts, Hit, Reason

    from clics_gui.panels.results.thumbnails import Pictures
    from clics_gui.style.theme import Theme

SMALL = 112
"""Logical pixels along a side of the picture: the text about the hit gets the whole width below it."""

MOST_SITES = 3
"""Orbits of a hit whose coordination is shown."""


class Preview(QFrame):
    """Shows the current hit of the table. ``wanted(id)`` requests to open it."""

    wanted = Signal(str)

    def __init__(self, theme: Theme, pictures: Pictures) -> None:
        super().__init__()
        self.setProperty("role", "card")
        self._pictures = pictures
        self._hit: Hit | None = None
        self._picture = label()
        self._picture.setFixedSize(SMALL, SMALL)
        self._picture.setScaledContents(True)
        self._picture.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self._name = label("", "heading", wrap=True)
        self._about = label("", "muted", wrap=True)
        self._lines = RankedList(theme, "Checks and reasons")
        self._lines.setSelectionMode(RankedList.SelectionMode.NoSelection)
        self.sites = DetailList(theme, "Coordination of the hit")
        self.sites.setSelectionMode(RankedList.SelectionMode.NoSelection)
        self._open = QPushButton("Open")
        self._open.setToolTip("Open this crystal (Return)")
        self._open.clicked.connect(self._want)
        column = QVBoxLayout()
        column.setSpacing(2)
        column.addWidget(self._name)
        column.addWidget(self._about)
        column.addSpacing(4)
        column.addWidget(self._open, 0, Qt.AlignmentFlag.AlignLeft)
        column.addStretch()
        top = QHBoxLayout()
        top.addWidget(self._picture, 0, Qt.AlignmentFlag.AlignTop)
        top.addLayout(column, 1)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(8, 8, 8, 8)
        layout.setSpacing(4)
        layout.addLayout(top)
        layout.addWidget(self._lines)
        layout.addWidget(self.sites)
        pictures.ready.connect(self._picture_ready)

    def show_hit(
        self, hit: Hit | None, checks: Sequence[Check] = (), meanings: Sequence[str] = (), *, scored: bool = True
    ) -> None:
        """Show a hit.

        Args:
            hit: The hit; None hides the preview.
            checks: What the facts say of each part of the query.
            meanings: What these parts are understood as; reasons of the same words are not repeated.
            scored: The score says something.
        """
        self._hit = hit
        self.show_facts(None)
        self.setVisible(hit is not None)
        if hit is None:
            return
        self._name.setText(f"{pretty_formula(hit.formula or '')}   {pretty_symbol(hit.space_group or '')}"[:300])
        score = f" · score {score_text(hit.score)}" if scored and hit.score is not None else ""
        self._about.setText(f"{hit.id[:120]}{score}")
        checked = [RankedItem(check.words, word=check.word(), verdict=check.agrees, loud=True) for check in checks]
        known = {words.casefold() for words in (*meanings, *(check.words for check in checks))}
        reasons = [item for item in map(_reason, shown_reasons(hit)) if item.text.casefold() not in known]
        notes = [RankedItem(note[:300], tip=note, note="note of the reader") for note in hit.notes]
        self._lines.show_items([*checked, *reasons, *notes])
        self._picture_ready(hit.id)

    def show_facts(self, facts: GeometryFacts | None) -> None:
        """Show the coordination of the first cations of the hit."""
        lines = site_lines(facts)[0] if facts is not None else ()
        items = []
        for line in lines[:MOST_SITES]:
            text = " · ".join(part for part in (line.site + line.text, line.polyhedron) if part)
            items.append(DetailItem(text, tip=f"{line.site}{line.text}\n{line.detail}", strong=len(line.site)))
        if len(lines) > MOST_SITES:
            items.append(DetailItem(f"… and {len(lines) - MOST_SITES} more orbits"))
        self.sites.show_items(items)
        self.sites.setVisible(bool(items))

    def _picture_ready(self, crystal_id: str) -> None:
        if self._hit is not None and self._hit.id == crystal_id:
            pixmap = self._pictures.get(crystal_id)
            if pixmap is not None and not pixmap.isNull():
                self._picture.setPixmap(pixmap)
            else:
                self._picture.clear()

    def _want(self) -> None:
        if self._hit is not None:
            self.wanted.emit(self._hit.id)


def _reason(reason: Reason) -> RankedItem:
    return RankedItem(reason.label, tip=reason.phrase, note="" if reason.similarity is not None else "also found")
