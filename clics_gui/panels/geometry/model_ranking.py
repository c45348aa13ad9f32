"""Section with the model's prediction: space groups, environments and connections by score."""

from __future__ import annotations

from typing import TYPE_CHECKING

from clics.results.analysis import MODEL_PURPOSE
from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QLabel, QPushButton, QVBoxLayout, QWidget

from clics_gui.panels.geometry import description_text
from clics_gui.panels.geometry.fold import Fold
from clics_gui.panels.geometry.section import Section
from clics_gui.panels.ranked_list import RankedItem, RankedList
from clics_gui.style.labels import counted, pretty_symbol
from clics_gui.style.widgets import label

if TYPE_CHECKING:
    from collections.abc import Sequence

    from clics.results import RankedPhrase, RankedSpaceGroup, SiteMatch

    from clics_gui.state.documents import Document
    from clics_gui.style.theme import Theme

OF_SITES = " Click a shape, an environment or a connection to highlight its best matching sites."
MOST_DIMENSIONALITIES = 2
SCORES = (
    "Score: cosine similarity of the embeddings of crystal and phrase, from −1 to 1. True phrases mostly reach 0.4 to 0.75. "
    "Space groups: relation to the group that symmetry analysis finds. Environments and connections: ✓ found by geometric "
    "analysis, ✗ not found."
)


class ModelRanking(Section):
    """Ranked lists, the terms of the query first.

    ``chosen`` carries the phrase of a clicked row; ``wanted`` requests the prediction if it is not made on opening.
    """

    chosen = Signal(str)
    wanted = Signal()

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__("Model prediction", parent)
        self.heading.setToolTip(SCORES)
        self.searched = RankedList(theme, "Searched phrase")
        self.space_groups = RankedList(theme, "Predicted space groups")
        self.environments = RankedList(theme, "Predicted environments")
        self.connections = RankedList(theme, "Predicted connections")
        self.shapes = RankedList(theme, "Predicted coordination shapes")
        self.networks = RankedList(theme, "Predicted networks")
        self.dimensionalities = RankedList(theme, "Predicted dimensionality")
        self._lists = (
            ("Searched for", self.searched),
            ("Space groups", self.space_groups),
            ("Coordination shapes", self.shapes),
            ("Networks", self.networks),
            ("Dimensionality", self.dimensionalities),
            ("Environments", self.environments),
            ("Connections", self.connections),
        )
        named_otherwise = QWidget()
        inside = QVBoxLayout(named_otherwise)
        inside.setContentsMargins(0, 0, 0, 0)
        self.fold = Fold("In robocrystallographer's terms", named_otherwise)
        self._shapes_shown = False
        self.ask = QPushButton("Run model")
        self.ask.setToolTip("Rank space groups, environments and connections for this crystal")
        self.ask.clicked.connect(self.wanted)
        self.body.addWidget(self.ask, 0, Qt.AlignmentFlag.AlignLeft)
        self._names: list[QLabel] = []
        for name, view in self._lists:
            title = label(name, "muted")
            title.setToolTip(SCORES)
            self._names.append(title)
            layout = inside if view in (self.environments, self.connections) else self.body
            layout.addSpacing(4)
            layout.addWidget(title)
            layout.addWidget(view)
            view.chosen.connect(self._choose)
        self.body.addWidget(self.fold)
        self.fold.open()

    def show_document(self, document: Document, *, requested: bool) -> None:
        """Show the lists, or one line in their place.

        Args:
            document: The current document.
            asked: The prediction is requested without a further click.
        """
        analysis, error = document.analysis, document.analysis_error
        state = description_text.ranking_state(analysis, error.message if error else "", requested)
        located = (*analysis.environments, *analysis.shapes) if analysis is not None else ()
        self.set_note(state or MODEL_PURPOSE + (OF_SITES if any(one.atoms is not None for one in located) else ""))
        self.note.setToolTip("" if state else SCORES)
        self.ask.setVisible(analysis is None and error is None and not requested)
        self.ask.setEnabled(document.geometry is not None)
        ready = analysis is not None and not state
        self.searched.show_items(_searched(document.matches or ()))
        self.space_groups.show_items(_groups(analysis.space_groups) if ready and analysis else ())
        for view, ranked in (
            (self.shapes, analysis.shapes if analysis else ()),
            (self.networks, analysis.networks if analysis else ()),
            (self.dimensionalities, analysis.dimensionalities[:MOST_DIMENSIONALITIES] if analysis else ()),
            (self.environments, analysis.environments if analysis else ()),
            (self.connections, analysis.connections if analysis else ()),
        ):
            view.show_items(_phrases(ranked) if ready else ())
        self._fold_what_shapes_tell(bool(self.shapes.lines))
        for name, (_, view) in zip(self._names, self._lists, strict=True):
            name.setVisible(bool(view.lines))
            view.setVisible(bool(view.lines))

    def _fold_what_shapes_tell(self, shapes: bool) -> None:
        """Fold environments and connections where the model ranks shapes; without, they are all that there is."""
        self.fold.button.setVisible(shapes)
        if shapes != self._shapes_shown:
            self.fold.open(not shapes)
            self._shapes_shown = shapes
        self.fold.setVisible(bool(self.environments.lines or self.connections.lines))

    def mark(self, phrase: str) -> None:
        """Mark the row of the highlighted phrase."""
        for _, view in self._lists:
            view.mark(phrase)

    def _choose(self, phrase: str) -> None:
        if phrase:
            self.chosen.emit(phrase)


def _searched(matches: Sequence[SiteMatch]) -> list[RankedItem]:
    return [
        RankedItem(match.matched_text, match.matched_text,
                   f"{match.matched_text}\nClick to highlight the best matching sites (model).",
             match.score, note=counted(len(match.atoms), "site"))
        for match in matches
    ]  # fmt: skip


def _groups(ranked: Sequence[RankedSpaceGroup]) -> list[RankedItem]:
    return [_group(one, first=place == 0) for place, one in enumerate(ranked)]


def _group(one: RankedSpaceGroup, *, first: bool) -> RankedItem:
    """A space group with its relation to the one found; only the first is a disagreement, since one group alone is right."""
    text = pretty_symbol(one.symbol) + ("" if one.number is None else f"  no. {one.number}")
    tip = f"{one.symbol}: {one.relation or 'relation unknown'}, compared with symmetry analysis"
    if one.agrees:
        return RankedItem(text, "", tip, one.score, True, "✓ same")
    if first and one.agrees is False:
        word = f"✗ {one.relation}" if one.relation not in ("", "other") else "✗ disagrees"
        return RankedItem(text, "", tip, one.score, False, word, loud=True)
    return RankedItem(text, "", tip, one.score, None, note=one.relation)


def _phrases(ranked: Sequence[RankedPhrase]) -> list[RankedItem]:
    return [
        RankedItem(
            description_text.label_of(one), one.phrase, description_text.label_of(one), one.score, one.in_description,
            description_text.badge(one.in_description, "found", "not found"), loud=place == 0,
        )
        for place, one in enumerate(ranked)
    ]  # fmt: skip
