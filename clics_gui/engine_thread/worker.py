"""The window's only way to the engine: requests in, answers on the GUI thread.

Two lanes, each a thread with an Session of its own: ``quick`` for what a user waits for, ``long`` for what takes
minutes.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from clics.errors import ClicsError
from clics.progress import Progress
from PySide6.QtCore import QObject, Signal

from clics_gui.engine_thread.engine_thread import EngineThread, Kind, MakeSession, make_session
from clics_gui.engine_thread.message_queue import MessageQueue
from clics_gui.engine_thread.request import Job, Listeners, Operation, Request, SessionChoice, T, ThreadName

Message = tuple[Request, Kind, Any]


class Worker(QObject):
    """Hands requests to the lanes and their answers to those who asked.

    ``synchronous = True`` (tests, batch pictures) runs a request at once, on the calling thread, before ``submit``
    returns. ``unhandled`` carries errors that nobody took. ``started``, ``progressed`` and ``ended`` are for the status
    bar; each carries the request. ``engine_changed`` follows :meth:`use`.
    """

    started = Signal(object)
    progressed = Signal(object)
    ended = Signal(object)
    unhandled = Signal(object)
    session_changed = Signal(object)

    def __init__(
        self,
        parent: QObject | None = None,
        *,
        choice: SessionChoice | None = None,
        make: MakeSession = make_session,
    ) -> None:
        super().__init__(parent)
        self.synchronous = False
        self._choice = choice or SessionChoice()
        self._mailbox = MessageQueue(self._deliver, self)
        self._lanes: dict[ThreadName, EngineThread] = {
            "quick": EngineThread("quick", self._post, make),
            "long": EngineThread("long", self._post, make),
        }
        self._newest: dict[str, Request] = {}
        self._active: list[Request] = []
        self._closed = False

    @property
    def choice(self) -> SessionChoice:
        """The model and library of requests that are submitted now."""
        return self._choice

    @property
    def active(self) -> tuple[Request, ...]:
        """Requests that are waiting or running, oldest first; superseded ones included until they end."""
        return tuple(self._active)

    def use(self, *, model: Path | None = None, library: Path | None = None) -> None:
        """Another model or library for requests from now on (None: the released model, the user's own library)."""
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
        finished: Callable[[], object] | None = None,
        lane: ThreadName = "quick",
        key: str | None = None,
        title: str = "",
        choice: SessionChoice | None = None,
    ) -> Request:
        """Run an operation on a lane; the listeners are called on the GUI thread.

        Args:
            operation: A call of a session, for example ``lambda session: session.library.rename(name)``. done: Called
            with the result; neither it nor ``failed`` is called after a cancel. Methods of a deleted widget are
                never called.
            failed: Called with the error. finished: Called last in each case. lane: ``quick``, or ``long`` for minutes.
            key: Supersedes an earlier request with the same key: that one is cancelled, and nothing of it is delivered
            any
                more.
            title: Shown in the status bar, with a cancel button.
            choice: Another model or library for this request.
        """
        return self.submit_job(
            lambda session, _progress, _cancel: operation(session),
            done=done, failed=failed, finished=finished, lane=lane, key=key, title=title, choice=choice,
        )  # fmt: skip

    def submit_job(
        self,
        job: Job[T],
        *,
        done: Callable[[T], object] | None = None,
        failed: Callable[[ClicsError], object] | None = None,
        progress: Callable[[Progress], object] | None = None,
        item: Callable[[Any], object] | None = None,
        finished: Callable[[], object] | None = None,
        lane: ThreadName = "quick",
        key: str | None = None,
        title: str = "",
        choice: SessionChoice | None = None,
    ) -> Request:
        """Run a job as :meth:`submit` runs an operation.

        Args:
            job: Takes a session, a progress callback and a cancel token. An iterator that it returns is run through on
            the
                lane.
            progress: Called with progress, at most some times a second. item: Called with each item of an iterator,
            before ``done(None)``. Without it, ``done`` gets a tuple of all items.
        """
        listeners = Listeners(done, failed, progress, item, finished)
        request = Request(job, listeners, choice or self._choice, lane, key, title)
        if self._closed:
            request.state = "cancelled"
            return request
        if key is not None:
            earlier = self._newest.get(key)
            if earlier is not None:
                earlier.cancel()
            self._newest[key] = request
        self._active.append(request)
        if self.synchronous:
            self._lanes[lane].run(request)
        else:
            self._lanes[lane].put(request)
        return request

    def cancel(self, key: str) -> None:
        """Stop the newest request with this key, if there is one."""
        request = self._newest.get(key)
        if request is not None:
            request.cancel()

    def cancel_all(self) -> None:
        """Stop everything that is waiting or running."""
        for request in self._active:
            request.cancel()

    def shutdown(self, timeout: float = 3.0) -> bool:
        """Cancel everything, take no more, wait at most ``timeout`` seconds; whether both threads have ended.

        What a thread still holds on to after that dies with the process: libraries and trainings survive it.
        """
        self._closed = True
        self.cancel_all()
        end = time.monotonic() + timeout
        for lane in self._lanes.values():
            lane.stop()
        ended = [lane.join(max(0.0, end - time.monotonic())) for lane in self._lanes.values()]
        return all(ended)

    def _post(self, request: Request, kind: Kind, payload: Any) -> None:
        if self.synchronous:
            self._deliver((request, kind, payload))
        else:
            self._mailbox.post((request, kind, payload))

    def _deliver(self, message: Message) -> None:
        request, kind, payload = message
        if self._closed:
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
        self._active.remove(request)
        if request.key is not None and self._newest.get(request.key) is request:
            del self._newest[request.key]
        try:
            if wanted and not stopped:
                self._tell(request, kind, payload)
        finally:
            if wanted and request.listeners.finished:
                request.listeners.finished()
            self.ended.emit(request)

    def _tell(self, request: Request, kind: Kind, payload: Any) -> None:
        told = request.listeners
        if kind == "done":
            if told.done:
                told.done(payload)
        elif told.failed:
            told.failed(payload)
        else:
            self.unhandled.emit(payload)
