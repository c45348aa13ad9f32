"""Line edit for phrases with completion from the model's vocabulary."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QStringListModel, Qt
from PySide6.QtWidgets import QCompleter, QLineEdit

from clics_gui.style.labels import short_phrase

LONGEST = 2_000
"""Characters of a phrase that the engine reads."""


class PhraseBox(QLineEdit):
    """Completes phrases that contain the typed text, the most frequent first."""

    def __init__(self) -> None:
        super().__init__()
        self.setPlaceholderText("Describe a geometry: corner-sharing octahedra")
        self.setAccessibleName("Phrase to search for")
        self.setClearButtonEnabled(True)
        self.setMaxLength(LONGEST)
        self._phrases = QStringListModel(self)
        completer = QCompleter(self._phrases, self)
        completer.setCaseSensitivity(Qt.CaseSensitivity.CaseInsensitive)
        completer.setFilterMode(Qt.MatchFlag.MatchContains)
        completer.setMaxVisibleItems(10)
        self.setCompleter(completer)

    def complete_from(self, phrases: Sequence[str]) -> None:
        """Set the phrases offered; each is shortened to a form that the engine recognises."""
        self._phrases.setStringList(list(dict.fromkeys(short_phrase(phrase) for phrase in phrases)))
