"""A thread of the window's own process, for work with Qt's images and imports that would make the window wait.

What runs there paints only after :func:`clics_gui.engine_thread.qt_type_preload.make_all`.
"""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import dataclass
from queue import SimpleQueue
from typing import Any, TypeVar

from clics.errors import ClicsError
from PySide6.QtCore import QObject, Signal
from shiboken6 import isValid

from clics_gui.engine_thread.message_queue import MessageQueue

T = TypeVar("T")


@dataclass(frozen=True, slots=True, eq=False)
class _Task:
    function: Callable[[], Any]
    done: Callable[[Any], object] | None
    failed: Callable[[ClicsError], object] | None
    finished: Callable[[], object] | None


class WindowThread(QObject):
    """Runs functions one after the other on a thread that starts with the first; listeners run on the GUI thread.

    Attributes:
        synchronous: Run functions at once, on the calling thread.
        failed: Signal with the error of a function that has no listener for it.
    """

    failed = Signal(object)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.synchronous = False
        self._tasks: SimpleQueue[_Task | None] = SimpleQueue()
        self._outcomes = MessageQueue(self._deliver, self)
        self._thread: threading.Thread | None = None
        self._closed = False

    def run(
        self,
        function: Callable[[], T],
        *,
        done: Callable[[T], object] | None = None,
        failed: Callable[[ClicsError], object] | None = None,
        finished: Callable[[], object] | None = None,
    ) -> None:
        """Run a function; ``done`` gets its result, ``failed`` its error, and ``finished`` is called last in each case."""
        if self._closed:
            return
        task = _Task(function, done, failed, finished)
        if self.synchronous:
            self._deliver(_outcome(task))
            return
        if self._thread is None:
            self._thread = threading.Thread(target=self._work, name="clics-window", daemon=True)
            self._thread.start()
        self._tasks.put(task)

    def shutdown(self, timeout: float) -> bool:
        """Take no more work and wait at most ``timeout`` s for the thread to end; True if it has ended."""
        self._closed = True
        if self._thread is None:
            return True
        self._tasks.put(None)
        self._thread.join(timeout)
        return not self._thread.is_alive()

    def _work(self) -> None:
        while (task := self._tasks.get()) is not None:
            if not self._closed:
                self._outcomes.post(_outcome(task))

    def _deliver(self, outcome: tuple[_Task, Any, BaseException | None]) -> None:
        task, result, error = outcome
        if self._closed:
            return
        try:
            if isinstance(error, ClicsError):
                if _alive(task.failed):
                    (task.failed or self.failed.emit)(error)
            elif error is not None:
                raise error
            elif task.done is not None and _alive(task.done):
                task.done(result)
        finally:
            if task.finished is not None and _alive(task.finished):
                task.finished()


def _outcome(task: _Task) -> tuple[_Task, Any, BaseException | None]:
    try:
        return task, task.function(), None
    except Exception as error:  # noqa: BLE001  told, or raised again, on the GUI thread
        return task, None, error


def _alive(listener: Callable[..., object] | None) -> bool:
    """False for a method of a widget that was deleted."""
    owner = getattr(listener, "__self__", None)
    return not isinstance(owner, QObject) or isValid(owner)
