"""A thread of the window's own process, for work with Qt's images and imports that would make the window wait.

What runs there paints only after :func:`clics_gui.engine_thread.qt_type_preload.make_all`.
"""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import dataclass
from itertools import count
from queue import SimpleQueue
from typing import Any, TypeVar

from clics.errors import ClicsError
from PySide6.QtCore import QObject, Signal
from shiboken6 import isValid

from clics_gui.engine_thread.message_queue import MessageQueue

T = TypeVar("T")


@dataclass(frozen=True, slots=True, eq=False)
class _Task:
    function: Callable[[], Any]  # kept, so that what it holds ends on the GUI thread
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
        self._tasks: dict[int, _Task] = {}
        self._numbers = count(1)
        self._calls: SimpleQueue[tuple[int, Callable[[], Any]] | None] = SimpleQueue()
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
        number = next(self._numbers)
        self._tasks[number] = task
        if self.synchronous:
            self._deliver((number, *_outcome(function)))
            return
        if self._thread is None:
            self._thread = threading.Thread(target=self._work, name="clics-window", daemon=True)
            self._thread.start()
        self._calls.put((number, function))

    def shutdown(self, timeout: float) -> bool:
        """Take no more work and wait at most ``timeout`` s for the thread to end; True if it has ended."""
        self._closed = True
        if self._thread is None:
            return True
        self._calls.put(None)
        self._thread.join(timeout)
        return not self._thread.is_alive()

    def _work(self) -> None:
        """Run what waits. Listeners stay on the GUI thread: their widgets must not end here."""
        while (call := self._calls.get()) is not None:
            number, function = call
            outcome = (None, None) if self._closed else _outcome(function)
            del call, function
            self._outcomes.post((number, *outcome))
            del outcome

    def _deliver(self, outcome: tuple[int, Any, BaseException | None]) -> None:
        number, result, error = outcome
        task = self._tasks.pop(number)
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


def _outcome(function: Callable[[], Any]) -> tuple[Any, BaseException | None]:
    try:
        return function(), None
    except Exception as error:  # noqa: BLE001  told, or raised again, on the GUI thread
        return None, error


def _alive(listener: Callable[..., object] | None) -> bool:
    """False for a method of a widget that was deleted."""
    owner = getattr(listener, "__self__", None)
    return not isinstance(owner, QObject) or isValid(owner)
