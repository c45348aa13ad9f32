"""The window's only way to the engine: requests in, answers on the GUI thread.

There are two engine threads, each with a session of its own: ``quick`` for requests that a user waits for, ``long`` for
requests that take minutes.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Callable
from itertools import count
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

from clics.engine_process.job import Job, Kind, SessionChoice, ThreadName
from clics.errors import ClicsError
from clics.progress import Progress
from PySide6.QtCore import QObject, Signal

from clics_gui.engine_thread.engine_process import EngineProcess
from clics_gui.engine_thread.in_process import InProcess
from clics_gui.engine_thread.message_queue import MessageQueue
from clics_gui.engine_thread.request import Listeners, Request
from clics_gui.engine_thread.window_thread import WindowThread

if TYPE_CHECKING:
    from clics.engine_process.engine_thread import MakeSession
    from clics.engine_process.operation import Operation

T = TypeVar("T")
log = logging.getLogger(__name__)


class Worker(QObject):
    """Passes requests to the engine, and their results to the listeners on the GUI thread.

    Args:
        parent: Owner.
        choice: Model and library of the first requests.
        make: Makes a session, for an engine in this process (tests, batch pictures); None: the engine has a process of its
            own.

    Attributes:
        here: A thread of the window's own process.
        engine: The engine.
        started: Signal with a request that begins; this and the next two are for the status bar.
        progressed: Signal with a request that has reported progress.
        ended: Signal with a request that has ended, in whatever state.
        unhandled: Signal with the error of a request that has no listener ``failed``.
        session_changed: Signal with the new :class:`SessionChoice`, after :meth:`use`.
        engine_restarted: Signal with a sentence: the engine's process ended and was started again.
        engine_broken: Signal with a sentence: the engine cannot be started, or lacks what it needs.
        engine_failed_start: Signal with a sentence: the engine has never worked since the window began.
    """

    started = Signal(object)
    progressed = Signal(object)
    ended = Signal(object)
    unhandled = Signal(object)
    session_changed = Signal(object)
    engine_restarted = Signal(str)
    engine_broken = Signal(str)
    engine_failed_start = Signal(str)

    def __init__(
        self,
        parent: QObject | None = None,
        *,
        choice: SessionChoice | None = None,
        make: MakeSession | None = None,
    ) -> None:
        super().__init__(parent)
        self._synchronous = False
        self._choice = choice or SessionChoice()
        self._queue = MessageQueue(self._deliver, self)
        self.here = WindowThread(self)
        self.here.failed.connect(self.unhandled)
        self.engine: EngineProcess | InProcess
        if make is not None:
            self.engine = InProcess(self._post, make)
        else:
            self.engine = EngineProcess(lambda *message: self._deliver(message), self)
            self.engine.restarted.connect(self.engine_restarted)
            self.engine.broken.connect(self.engine_broken)
            self.engine.failed_start.connect(self.engine_failed_start)
        self._numbers = count(1)
        self._newest: dict[str, Request] = {}
        self._active: dict[int, Request] = {}
        self._closed = False

    @property
    def synchronous(self) -> bool:
        """True runs a request at once, on the calling thread, before :meth:`submit` returns; in this process alone."""
        return self._synchronous

    @synchronous.setter
    def synchronous(self, value: bool) -> None:
        self._synchronous = self.here.synchronous = value

    @property
    def choice(self) -> SessionChoice:
        """The model and library of requests that are submitted now."""
        return self._choice

    @property
    def active(self) -> tuple[Request, ...]:
        """Requests that are waiting or running, oldest first; superseded ones included until they end."""
        return tuple(self._active.values())

    def use(self, *, model: Path | None = None, library: Path | None = None) -> None:
        """Set the model and library of later requests (None: the released model, the user's own library)."""
        choice = SessionChoice(model, library)
        if choice != self._choice:
            self._choice = choice
            self.session_changed.emit(choice)

    def submit(
        self,
        operation: Operation[T],
        *,
        done: Callable[[T], object] | None = None,
        failed: Callable[[ClicsError], object] | None = None,
        progress: Callable[[Progress], object] | None = None,
        item: Callable[[Any], object] | None = None,
        finished: Callable[[], object] | None = None,
        thread: ThreadName = "quick",
        key: str | None = None,
        title: str = "",
        choice: SessionChoice | None = None,
    ) -> Request:
        """Run an operation in the engine; the listeners are called on the GUI thread.

        Args:
            operation: A call of a session, for example ``call(SESSION.library.rename, name)``. If it returns an
                iterator, the engine runs through it.
            done: Called with the result. Neither ``done`` nor ``failed`` is called after a cancel, and methods of a
                deleted widget are never called.
            failed: Called with the error.
            progress: Called with each :class:`~clics.progress.Progress`, at most 20 times a second.
            item: Called with each item of an iterator, before ``done(None)``. Without it, ``done`` is called with a
                tuple of all items.
            finished: Called last, in each case.
            thread: ``quick``, or ``long`` for an operation that takes minutes.
            key: Supersedes an earlier request with the same key: that one is cancelled, and its listeners are not
                called any more.
            title: Shown in the status bar, with a cancel button; empty: not shown.
            choice: Model and library of this request, in place of the current ones.

        Returns:
            The request, by which it can be cancelled.
        """
        job = Job(next(self._numbers), operation, choice or self._choice, thread, item is not None, title)
        request = Request(job, Listeners(done, failed, progress, item, finished), key, on_cancel=self.engine.cancel)
        if self._closed:
            request.state = "cancelled"
            return request
        if key is not None:
            earlier = self._newest.get(key)
            if earlier is not None:
                earlier.cancel()
            self._newest[key] = request
        self._active[job.number] = request
        if self._synchronous and isinstance(self.engine, InProcess):
            self.engine.run(request)
        else:
            self.engine.put(request)
        return request

    def start_engine(self) -> None:
        """Start the engine's process ahead of the first request, or after it was given up."""
        if isinstance(self.engine, EngineProcess):
            self.engine.start()

    def cancel(self, key: str) -> None:
        """Stop the newest request with this key, if there is one."""
        request = self._newest.get(key)
        if request is not None:
            request.cancel()

    def cancel_all(self) -> None:
        """Stop everything that is waiting or running."""
        for request in self.active:
            request.cancel()

    def shutdown(self, timeout: float = 3.0) -> bool:
        """Cancel all requests, accept no more, and wait for the engine to end.

        A thread that is still busy after that dies with the process; libraries and trainings survive this.

        Args:
            timeout: Longest time to wait, in s.

        Returns:
            True if everything has ended.
        """
        end = time.monotonic() + timeout
        self._closed = True
        self.cancel_all()
        ended = self.engine.shutdown(timeout)
        return self.here.shutdown(max(0.0, end - time.monotonic())) and ended

    def _post(self, number: int, kind: Kind, payload: Any) -> None:
        if self._synchronous:
            self._deliver((number, kind, payload))
        else:
            self._queue.post((number, kind, payload))

    def _deliver(self, message: tuple[int, Kind, Any]) -> None:
        number, kind, payload = message
        request = self._active.get(number)
        if self._closed or request is None:
            return
        wanted = (request.key is None or self._newest.get(request.key) is request) and request.owner_alive()
        if kind == "started":
            request.state = "running"
            self.started.emit(request)
        elif kind == "progress":
            request.latest = payload
            self.progressed.emit(request)
            if wanted and request.listeners.progress:
                request.listeners.progress(payload)
        elif kind == "item":
            if wanted and not request.token.cancelled and request.listeners.item:
                request.listeners.item(payload)
        else:
            self._end(request, kind, payload, wanted)

    def _end(self, request: Request, kind: Kind, payload: Any, wanted: bool) -> None:
        stopped = kind == "cancelled" or request.token.cancelled
        request.state = "cancelled" if stopped else "done" if kind == "done" else "failed"
        del self._active[request.job.number]
        if request.key is not None and self._newest.get(request.key) is request:
            del self._newest[request.key]
        if kind == "failed":
            for note in getattr(payload, "__notes__", ()):
                log.error("request %r failed\n%s", request.title or request.job.operation.name, note)
        try:
            if wanted and not stopped:
                self._call_listener(request, kind, payload)
        finally:
            if wanted and request.listeners.finished:
                request.listeners.finished()
            self.ended.emit(request)

    def _call_listener(self, request: Request, kind: Kind, payload: Any) -> None:
        listeners = request.listeners
        if kind == "done":
            if listeners.done:
                listeners.done(payload)
        elif listeners.failed:
            listeners.failed(payload)
        else:
            self.unhandled.emit(payload)
