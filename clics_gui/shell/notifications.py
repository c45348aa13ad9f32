"""Notifications: banners over the documents, and the list of all messages."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtWidgets import QFrame, QHBoxLayout, QPushButton, QSizePolicy, QVBoxLayout, QWidget

from clics_gui.state.context import NotificationAction, NotificationKind
from clics_gui.style.widgets import label, tool_button

if TYPE_CHECKING:
    from clics_gui.style.theme import Theme

SIGNS: dict[NotificationKind, str] = {"info": "ℹ", "success": "✓", "warning": "⚠", "error": "✗"}
MOST_BANNERS = 3
SHOWN_FOR = 8_000
"""Milliseconds that banners without trouble in them stay; warnings and errors stay until they are closed."""
KEPT = 500


@dataclass(slots=True)
class Note:
    """One message; ``times`` counts immediate repetitions."""

    message: str
    kind: NotificationKind
    details: str
    when: datetime
    times: int = 1


class Banner(QFrame):
    """One message on the screen."""

    closed = Signal(object)

    def __init__(self, note: Note, action: NotificationAction | None, theme: Theme) -> None:
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
        self.refresh()

    def refresh(self) -> None:
        """Show the present text and restart the time-out."""
        times = f"  (×{self.note.times})" if self.note.times > 1 else ""
        self._label.setText(self.note.message + times)
        if self.note.kind in ("info", "success"):
            self._timer.start()

    def closeEvent(self, event: object) -> None:  # noqa: N802  Qt's name
        """Announce the end of the banner."""
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
    """At most three banners, newest on top; ``history`` keeps all messages, ``posted`` follows every new one."""

    posted = Signal(object)

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
        """Visible banners, newest first."""
        items = [self._layout.itemAt(place) for place in range(self._layout.count())]
        return [widget for item in items if item and isinstance(widget := item.widget(), Banner)]

    def notify(
        self,
        message: str,
        kind: NotificationKind = "info",
        *,
        details: str = "",
        action: NotificationAction | None = None,
    ) -> None:
        """Show a message; the same message again is counted, not repeated."""
        now = datetime.now()
        for banner in self.banners:
            if (banner.note.message, banner.note.kind, banner.note.details) == (message, kind, details):
                banner.note.times += 1
                banner.note.when = now
                banner.refresh()
                self.posted.emit(banner.note)
                return
        note = Note(message, kind, details, now)
        self.history = [*self.history[-KEPT + 1 :], note]
        banner = Banner(note, action, self._theme)
        banner.closed.connect(self._remove)
        self._layout.insertWidget(0, banner)
        for old in self.banners[MOST_BANNERS:]:
            old.close()
        self.show()
        self.posted.emit(note)

    def clear(self) -> None:
        """Close every banner; the history is kept."""
        for banner in self.banners:
            banner.close()

    def _remove(self, banner: Banner) -> None:
        self._layout.removeWidget(banner)
        banner.hide()
        banner.deleteLater()
        self.setVisible(bool(self.banners))
