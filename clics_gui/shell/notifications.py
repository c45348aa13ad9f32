"""The one place where the window says something: banners over the documents, and a list of all that was said."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Literal

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtWidgets import QFrame, QHBoxLayout, QPushButton, QSizePolicy, QVBoxLayout, QWidget

from clics_gui.style.widgets import label, tool_button

if TYPE_CHECKING:
    from clics_gui.style.theme import Theme

Kind = Literal["info", "success", "warning", "error"]

SIGNS: dict[Kind, str] = {"info": "ℹ", "success": "✓", "warning": "⚠", "error": "✗"}
MOST_BANNERS = 3
SHOWN_FOR = 8_000
"""Milliseconds that banners without trouble in them stay; warnings and errors stay until they are closed."""
KEPT = 500


@dataclass(slots=True)
class Note:
    """One thing that was said, and how many times in a row."""

    message: str
    kind: Kind
    details: str
    when: datetime
    times: int = 1


class Banner(QFrame):
    """One note on the screen."""

    closed = Signal(object)

    def __init__(self, note: Note, action: tuple[str, Callable[[], object]] | None, theme: Theme) -> None:
        super().__init__()
        self.note = note
        self.setProperty("kind", note.kind)
        self.setAccessibleName(f"{note.kind}: {note.message}")
        self._label = label("", wrap=True)
        self._label.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self._label.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Preferred)
        layout = QHBoxLayout(self)
        layout.setContentsMargins(12, 4, 6, 4)
        layout.setSpacing(10)
        layout.addWidget(label(SIGNS[note.kind]))
        layout.addWidget(self._label)
        if note.details:
            layout.addWidget(self._button("Details", self._show_details))
        if action is not None:
            layout.addWidget(self._button(action[0], lambda: (action[1](), self.close())))
        layout.addWidget(tool_button("✕", "Close this message", self.close))
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.setInterval(SHOWN_FOR)
        self._timer.timeout.connect(self.close)
        self.tell()

    def tell(self) -> None:
        """Show what the note says now."""
        times = f"  (×{self.note.times})" if self.note.times > 1 else ""
        self._label.setText(self.note.message + times)
        if self.note.kind in ("info", "success"):
            self._timer.start()

    def closeEvent(self, event: object) -> None:  # noqa: N802  Qt's name
        """Tell the place it was in."""
        self._timer.stop()
        self.closed.emit(self)

    def _button(self, text: str, run: Callable[[], object]) -> QPushButton:
        button = QPushButton(text)
        button.setFlat(True)
        button.setProperty("flat", True)
        button.clicked.connect(run)
        return button

    def _show_details(self) -> None:
        from clics_gui.dialogs.text_dialog import TextDialog

        TextDialog("Details", self.note.message, self.note.details, self.window()).open()


class Notifications(QWidget):
    """Banners, newest on top, at most three; ``history`` keeps what was said, ``said`` tells of everything new."""

    said = Signal(object)

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self.history: list[Note] = []
        self._layout = QVBoxLayout(self)
        self._layout.setContentsMargins(8, 6, 8, 6)
        self._layout.setSpacing(4)
        self.hide()

    @property
    def banners(self) -> list[Banner]:
        """What is shown now, newest first."""
        items = [self._layout.itemAt(place) for place in range(self._layout.count())]
        return [widget for item in items if item and isinstance(widget := item.widget(), Banner)]

    def notify(
        self,
        message: str,
        kind: Kind = "info",
        *,
        details: str = "",
        action: tuple[str, Callable[[], object]] | None = None,
    ) -> None:
        """Say something; the same thing said again is counted, not repeated."""
        now = datetime.now()
        for banner in self.banners:
            if (banner.note.message, banner.note.kind, banner.note.details) == (message, kind, details):
                banner.note.times += 1
                banner.note.when = now
                banner.tell()
                self.said.emit(banner.note)
                return
        note = Note(message, kind, details, now)
        self.history = [*self.history[-KEPT + 1 :], note]
        banner = Banner(note, action, self._theme)
        banner.closed.connect(self._remove)
        self._layout.insertWidget(0, banner)
        for old in self.banners[MOST_BANNERS:]:
            old.close()
        self.show()
        self.said.emit(note)

    def clear(self) -> None:
        """Close every banner; the history stays."""
        for banner in self.banners:
            banner.close()

    def _remove(self, banner: Banner) -> None:
        self._layout.removeWidget(banner)
        banner.hide()
        banner.deleteLater()
        self.setVisible(bool(self.banners))
