"""Line edit for phrases with completion from the model's vocabulary."""

from __future__ import annotations

import re
from collections.abc import Sequence

from PySide6.QtCore import QStringListModel, Qt
from PySide6.QtWidgets import QCompleter, QLineEdit

from clics_gui.style.labels import split_class

LONGEST = 2_000
"""Characters of a phrase that the engine reads."""

_ADDED = re.compile(r" \(.*?\)")
_UNUSUAL = ("rectangular", "irregular", "-like")


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
        """Set the phrases offered, each as a person would type it."""
        self._phrases.setStringList([text for text in dict.fromkeys(map(as_typed, phrases)) if text])


def as_typed(phrase: str) -> str:
    """A phrase of the vocabulary as a person would type it: ``"octahedral metal"``, ``"trigonal prism"``.

    Returns:
        The text; empty for names of robocrystallographer that nobody types.
    """
    geometry, element_class = split_class(phrase)
    if not element_class:
        return geometry
    geometry = _ADDED.sub("", geometry)
    if any(word in geometry for word in _UNUSUAL):
        return ""
    return f"{geometry} {element_class}" if "is bonded in" in phrase else geometry
