"""Details of the library selected in the list."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QFormLayout, QHBoxLayout, QLabel, QPushButton, QSizePolicy, QVBoxLayout, QWidget

from clics_gui.panels.libraries import labels
from clics_gui.style.widgets import label

if TYPE_CHECKING:
    from clics.errors import ClicsError
    from clics.results import LibraryState


class Details(QWidget):
    """Contents, attribution, and missing embeddings with a button that updates them."""

    embed_wanted = Signal()
    describe_wanted = Signal()
    refused_wanted = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.problem = label("", "bad", wrap=True)
        self.problem.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self.embed = QPushButton("Update embeddings")
        self.embed.setToolTip("Compute embeddings of the current model for crystals that lack them, in the background")
        self.embed.clicked.connect(lambda: self.embed_wanted.emit())
        self.describe = QPushButton("Update descriptions")
        self.describe.setToolTip("Describe the crystals that lack facts of geometry, in the background")
        self.describe.clicked.connect(lambda: self.describe_wanted.emit())
        self.refused = QPushButton("Refused entries…")
        self.refused.setToolTip("Entries that could not be added, with the reasons")
        self.refused.clicked.connect(lambda: self.refused_wanted.emit())
        self._rows = QFormLayout()
        self._rows.setContentsMargins(0, 0, 0, 0)
        self._rows.setHorizontalSpacing(10)
        self._rows.setVerticalSpacing(3)
        self._rows.setLabelAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignTop)
        self._rows.setFieldGrowthPolicy(QFormLayout.FieldGrowthPolicy.AllNonFixedFieldsGrow)
        self.attribution = label("", "muted", wrap=True)
        self.attribution.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        todo = QHBoxLayout()
        todo.setSpacing(6)
        todo.addWidget(self.embed)
        todo.addWidget(self.describe)
        todo.addWidget(self.refused)
        todo.addStretch()
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(6)
        layout.addWidget(self.problem)
        layout.addLayout(self._rows)
        layout.addLayout(todo)
        layout.addWidget(self.attribution)
        self.show_state(None, None)

    def show_state(self, state: LibraryState | None, error: ClicsError | None) -> None:
        """Show the state of a library, or the reason why it cannot be read."""
        while self._rows.rowCount():
            self._rows.removeRow(0)
        for name, value in labels.facts(state) if state is not None else ():
            head = label(name, "muted")
            head.setAlignment(Qt.AlignmentFlag.AlignTop)
            self._rows.addRow(head, _value(value))
        message = error.message if error is not None else ""
        if state is not None and error is None:
            message = " ".join(filter(None, (labels.missing_embeddings(state), labels.missing_descriptions(state))))
        self.problem.setText(message[:1000])
        self.problem.setVisible(bool(message))
        self.embed.setVisible(state is not None and state.lacking > 0 and not state.starter)
        self.describe.setVisible(state is not None and state.without_geometry > 0 and not state.starter)
        self.refused.setVisible(state is not None and state.info.refused > 0)
        if state is not None:
            self.refused.setText(f"Refused entries ({state.info.refused:,})…")
        self.attribution.setText(f"Data: {state.attribution}" if state is not None and state.attribution else "")
        self.attribution.setVisible(bool(self.attribution.text()))


def _value(text: str) -> QLabel:
    made = label(text[:2000], wrap=True)
    made.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
    made.setMinimumWidth(60)
    made.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Preferred)
    return made
