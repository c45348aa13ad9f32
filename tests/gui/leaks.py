"""Leaks of a test: widgets, threads and running timers that were not there before it."""

from __future__ import annotations

import gc
import threading
import time
import traceback
from collections.abc import Callable
from typing import Any

from PySide6.QtCore import QCoreApplication, QEvent, QThread, QTimer
from PySide6.QtWidgets import QApplication
from shiboken6 import isValid

PATIENCE = 3.0
"""Seconds that threads and deferred deletions get to end by themselves."""


class Leaks:
    """Made before a test; :meth:`found` says afterwards what is left over. Timers tell where they were started."""

    def __init__(self, monkeypatch: Any) -> None:
        self._widgets = {id(widget) for widget in QApplication.topLevelWidgets()}
        self._threads = {thread.ident for thread in threading.enumerate()}
        self._timers: list[tuple[QTimer, str]] = []
        start: Callable[..., None] = QTimer.start

        def recorded(timer: QTimer, *arguments: Any) -> None:
            if not any(known is timer for known, _ in self._timers):
                self._timers.append((timer, "".join(traceback.format_stack(limit=6)[:-1])))
            start(timer, *arguments)

        monkeypatch.setattr(QTimer, "start", recorded)

    def found(self) -> list[str]:
        """One line for each thing that is left; waits a little for what is on its way out."""
        end = time.monotonic() + PATIENCE
        while True:
            settle()
            left = self._left()
            if not left or time.monotonic() > end:
                return left
            time.sleep(0.02)

    def _left(self) -> list[str]:
        widgets = [w for w in QApplication.topLevelWidgets() if id(w) not in self._widgets and not w.parent()]
        left = [f"widget {w!r} {w.objectName()} {w.windowTitle()}".strip() for w in widgets]
        threads = [t for t in threading.enumerate() if t.ident not in self._threads and not _is_foreign(t)]
        left += [f"thread {t.name}" for t in threads]
        left += [f"QThread {t!r}" for t in gc.get_objects() if type(t) is QThread and isValid(t) and t.isRunning()]
        left += [
            f"timer started here:\n{stack}" for timer, stack in self._timers if isValid(timer) and timer.isActive()
        ]
        return left


def settle() -> None:
    """Let everything happen that is already due, deferred deletions included."""
    gc.collect()
    QCoreApplication.processEvents()
    QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)
    QCoreApplication.processEvents()


def _is_foreign(thread: threading.Thread) -> bool:
    """Threads kept for the life of the process: other libraries', and readers of supervised processes."""
    return thread.name.startswith(
        ("Dummy", "tqdm", "ThreadPoolExecutor", "pytest_timeout", "QueueFeeder", "supervised")
    )
