"""Section with the symmetry ladder: the space groups of a crystal from the smallest tolerance to the largest."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QPushButton, QWidget

from clics_gui.panels.detail_list import DetailItem, DetailList
from clics_gui.panels.geometry.ladder_text import alone, button_text, is_exact, proposal, rung_details, rung_name
from clics_gui.panels.geometry.section import Section

if TYPE_CHECKING:
    from clics.results import Rung

    from clics_gui.state.documents import Document
    from clics_gui.style.theme import Theme

TIP = "Opens the crystal with exactly this symmetry as a new document; this one stays as it is"


class LadderSection(Section):
    """One row for each space group; a single group is told in one line. ``wanted(rung)`` requests the idealised crystal."""

    wanted = Signal(object)

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__("Symmetry ladder", parent)
        self.note.setTextInteractionFlags(Qt.TextInteractionFlag.NoTextInteraction)  # else overbars are cut off
        self.list = DetailList(theme, "Space groups by tolerance")
        self.button = QPushButton()
        self.button.setToolTip(TIP)
        self.button.clicked.connect(self._want)
        self.body.addWidget(self.list)
        self.body.addWidget(self.button, 0, Qt.AlignmentFlag.AlignLeft)
        self._rungs: tuple[Rung, ...] = ()
        self.list.chosen.connect(self._choose)
        self._chosen: Rung | None = None

    @property
    def chosen(self) -> Rung | None:
        """The rung that the button takes; None where there is nothing to take."""
        return self._chosen

    def show_document(self, document: Document) -> None:
        """Show the ladder of a document; the proposed rung is chosen."""
        ladder, error = document.ladder, document.ladder_error
        self.setVisible(ladder is not None or error is not None)
        rungs = ladder.rungs if ladder is not None else ()
        self._rungs = rungs
        self.list.show_items([_item(rung) for rung in rungs] if len(rungs) > 1 else ())
        self.list.setVisible(len(rungs) > 1)
        self._chosen = next((rung for rung in rungs if rung.proposed), None)
        done = len(rungs) == 1 and is_exact(rungs[0])
        if done:
            self._chosen = None
        self.heading.setVisible(not done)
        if ladder is None:
            self.set_note(error.message if error is not None else "")
        else:
            self.set_note(alone(rungs[0], ladder.most) if len(rungs) == 1 else proposal(ladder))
        self._show_chosen()

    def _choose(self, key: str) -> None:
        self._chosen = next((rung for rung in self._rungs if str(rung.index) == key), self._chosen)
        self._show_chosen()

    def _show_chosen(self) -> None:
        rung = self._chosen
        self.list.mark(str(rung.index) if rung is not None else "")
        self.button.setVisible(rung is not None and rung.number > 1)
        if rung is not None:
            self.button.setText(button_text(rung))

    def _want(self) -> None:
        if self._chosen is not None:
            self.wanted.emit(self._chosen)


def _item(rung: Rung) -> DetailItem:
    name = rung_name(rung)
    return DetailItem(
        f"{name} · no. {rung.number}", str(rung.index), "Click to choose this group.", strong=len(name),
        note="→ proposed" if rung.proposed else "", detail=rung_details(rung),
    )  # fmt: skip
