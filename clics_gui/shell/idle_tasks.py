"""Work on the GUI thread in small pieces between events."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable

from PySide6.QtCore import QObject, QTimer


class IdleTasks(QObject):
    """Calls functions one after the other, each after the pending events."""

    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        self._waiting: deque[Callable[[], object]] = deque()
        self._stopped = False
        self._soon = QTimer(self)
        self._soon.setSingleShot(True)
        self._soon.timeout.connect(self._next)

    def add(self, *steps: Callable[[], object]) -> None:
        """Append functions to the queue."""
        self._waiting.extend(steps)
        self._go_on()

    def stop(self) -> None:
        """Call no further functions."""
        self._stopped = True
        self._soon.stop()

    def _go_on(self) -> None:
        if self._waiting and not self._stopped:
            self._soon.start(0)

    def _next(self) -> None:
        step = self._waiting.popleft()
        self._go_on()  # before the step: one that fails must not hold back the rest
        step()
