"""Messages from any thread to the GUI thread, in order, without ever keeping it busy for long."""

from __future__ import annotations

import sys
import threading
import time
from collections import deque
from collections.abc import Callable
from typing import Any

from PySide6.QtCore import QObject, Qt, QTimer, Signal

BUDGET = 0.010
"""Seconds of delivery in one go; then the event loop gets a turn (a frame at 60 Hz has 0.016 s)."""


class MessageQueue(QObject):
    """Calls ``deliver(message)`` for every message posted from any thread, on the thread that made the queue."""

    _posted = Signal()

    def __init__(self, deliver: Callable[[Any], None], parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._deliver = deliver
        self._messages: deque[Any] = deque()
        self._lock = threading.Lock()
        self._called = False
        self._later = QTimer(self)
        self._later.setSingleShot(True)
        self._later.timeout.connect(self._drain)
        self._posted.connect(self._drain, Qt.ConnectionType.QueuedConnection)

    def post(self, message: object) -> None:
        """Append a message, from any thread. The event loop is called once for all messages that are waiting."""
        with self._lock:
            self._messages.append(message)
            if self._called:
                return
            self._called = True
        self._posted.emit()

    def _drain(self) -> None:
        end = time.perf_counter() + BUDGET
        while True:
            with self._lock:
                if not self._messages:
                    self._called = False
                    return
                message = self._messages.popleft()
            try:
                self._deliver(message)
            except Exception:  # noqa: BLE001  a listener's bug is reported and must not hold back the others' messages
                sys.excepthook(*sys.exc_info())
            if time.perf_counter() > end:
                self._later.start(0)  # a timer, not a signal: input events come before it
                return
