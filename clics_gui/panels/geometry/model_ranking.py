"""What the model says: space groups, environments and connections by score, each with a verdict, and their sites."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QLabel, QPushButton, QWidget

from clics_gui.panels.geometry import description_text
from clics_gui.panels.geometry.section import Section
from clics_gui.panels.ranked_list import Line, LinesView
from clics_gui.style.labels import counted, pretty_symbol, short_phrase

if TYPE_CHECKING:
    from collections.abc import Sequence

    from clics.results import RankedPhrase, RankedSpaceGroup, SiteMatch

    from clics_gui.state.documents import Document
    from clics_gui.style.theme import Theme

EXPLAINED = "Nearest phrases to the crystal, by score. ✓ and ✗ compare them with symmetry analysis and the description."
OF_SITES = " Click an environment or a connection to light the sites that it is nearest to."


class Ranks(Section):
    """Lists by kind, and first what was searched for. ``chosen`` carries the phrase or the words that were clicked.

    ``wanted`` asks for the model's answer, where the settings say not to ask at once.
    """

    chosen = Signal(str)
    wanted = Signal()

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__("What the model says", parent)
        self.searched = LinesView(theme, "What was searched for")
        self.space_groups = LinesView(theme, "Space groups by the model's score")
        self.environments = LinesView(theme, "Environments by the model's score")
        self.connections = LinesView(theme, "Connections by the model's score")
        self._lists = (
            ("Searched for", self.searched),
            ("Space groups", self.space_groups),
            ("Environments", self.environments),
            ("Connections", self.connections),
        )
        self.ask = QPushButton("Ask the model")
        self.ask.setToolTip("Rank space groups, environments and connections for this crystal")
        self.ask.clicked.connect(self.wanted)
        self.body.addWidget(self.ask, 0, Qt.AlignmentFlag.AlignLeft)
        self._names: list[QLabel] = []
        for name, view in self._lists:
            label = QLabel(name)
            label.setProperty("role", "muted")
            self._names.append(label)
            self.body.addSpacing(4)
            self.body.addWidget(label)
            self.body.addWidget(view)
            view.chosen.connect(self._choose)

    def show_document(self, document: Document, *, asked: bool) -> None:
        """Show the lists, or in one line why there are none yet. ``asked``: the model is asked without a further word."""
        analysis, error = document.analysis, document.analysis_error
        state = description_text.ranking_state(analysis, error.message if error else "", asked)
        ranked = analysis.environments if analysis is not None else ()
        self.say(state or EXPLAINED + (OF_SITES if any(one.atoms is not None for one in ranked) else ""))
        self.ask.setVisible(analysis is None and error is None and not asked)
        self.ask.setEnabled(document.geometry is not None)
        ready = analysis is not None and not state
        self.searched.show_lines(_searched(document.matches or ()))
        self.space_groups.show_lines(_groups(analysis.space_groups) if ready and analysis else ())
        self.environments.show_lines(_phrases(analysis.environments) if ready and analysis else ())
        self.connections.show_lines(_phrases(analysis.connections) if ready and analysis else ())
        for name, (_, view) in zip(self._names, self._lists, strict=True):
            name.setVisible(bool(view.lines))
            view.setVisible(bool(view.lines))

    def mark(self, phrase: str) -> None:
        """Show which phrase is lit."""
        for _, view in self._lists:
            view.mark(phrase)

    def _choose(self, phrase: str) -> None:
        if phrase:
            self.chosen.emit(phrase)


def _searched(matches: Sequence[SiteMatch]) -> list[Line]:
    return [
        Line(match.said, match.said, f"{match.said}\nClick to light the sites that it is nearest to, by the model.",
             match.score, note=counted(len(match.atoms), "site"))
        for match in matches
    ]  # fmt: skip


def _groups(ranked: Sequence[RankedSpaceGroup]) -> list[Line]:
    return [
        Line(
            pretty_symbol(one.symbol) + ("" if one.number is None else f"  no. {one.number}"),
            "", f"{one.symbol}, compared with what symmetry analysis finds", one.score, one.agrees,
            description_text.badge(one.agrees, "agrees", "disagrees"), loud=place == 0,
        )
        for place, one in enumerate(ranked)
    ]  # fmt: skip


def _phrases(ranked: Sequence[RankedPhrase]) -> list[Line]:
    return [
        Line(
            short_phrase(one.phrase), one.phrase, one.phrase, one.score, one.in_description,
            description_text.badge(one.in_description, "found", "not found"), loud=place == 0,
        )
        for place, one in enumerate(ranked)
    ]  # fmt: skip
