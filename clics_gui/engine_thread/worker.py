"""The window's only way to the engine: requests in, answers on the GUI thread.

There are two threads, each with a session of its own: ``quick`` for requests that a user waits for, ``long`` for
requests that take minutes.
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
    """Passes requests to the engine threads, and their results to the listeners on the GUI thread.

    Attributes:
        synchronous: True (tests, batch pictures) runs a request at once, on the calling thread, before :meth:`submit`
            returns.
        started: Signal with a request that begins; this and the next two are for the status bar.
        progressed: Signal with a request that has reported progress.
        ended: Signal with a request that has ended, in whatever state.
        unhandled: Signal with the error of a request that has no listener ``failed``.
        session_changed: Signal with the new :class:`SessionChoice`, after :meth:`use`.
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
        self._queue = MessageQueue(self._deliver, self)
        self._threads: dict[ThreadName, EngineThread] = {
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
        finished: Callable[[], object] | None = None,
        thread: ThreadName = "quick",
        key: str | None = None,
        title: str = "",
        choice: SessionChoice | None = None,
    ) -> Request:
        """Run an operation on an engine thread; the listeners are called on the GUI thread.

        Args:
            operation: A call of a session, for example ``lambda session: session.library.rename(name)``.
            done: Called with the result. Neither ``done`` nor ``failed`` is called after a cancel, and methods of a
                deleted widget are never called.
            failed: Called with the error.
            finished: Called last, in each case.
            thread: ``quick``, or ``long`` for an operation that takes minutes.
            key: Supersedes an earlier request with the same key: that one is cancelled, and its listeners are not
                called any more.
            title: Shown in the status bar, with a cancel button; empty: not shown.
            choice: Model and library of this request, in place of the current ones.

        Returns:
            The request, by which it can be cancelled.
        """
        return self.submit_job(
            lambda session, _progress, _cancel: operation(session),
            done=done, failed=failed, finished=finished, thread=thread, key=key, title=title, choice=choice,
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
        thread: ThreadName = "quick",
        key: str | None = None,
        title: str = "",
        choice: SessionChoice | None = None,
    ) -> Request:
        """Run a job as :meth:`submit` runs an operation.

        Args:
            job: Called with a session, a progress callback and a cancel token. If it returns an iterator, the thread
                runs through it.
            done: As in :meth:`submit`; so are the arguments that are not listed here.
            progress: Called with each :class:`~clics.progress.Progress`, at most 20 times a second.
            item: Called with each item of an iterator, before ``done(None)``. Without it, ``done`` is called with a
                tuple of all items.

        Returns:
            The request, by which it can be cancelled.
        """
        listeners = Listeners(done, failed, progress, item, finished)
        request = Request(job, listeners, choice or self._choice, thread, key, title)
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
            self._threads[thread].run(request)
        else:
            self._threads[thread].put(request)
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
        """Cancel all requests, accept no more, and wait for the threads to end.

        A thread that is still busy after that dies with the process; libraries and trainings survive this.

        Args:
            timeout: Longest time to wait, in s.

        Returns:
            True if both threads have ended.
        """
        self._closed = True
        self.cancel_all()
        end = time.monotonic() + timeout
        for thread in self._threads.values():
            thread.stop()
        ended = [thread.join(max(0.0, end - time.monotonic())) for thread in self._threads.values()]
        return all(ended)

    def _post(self, request: Request, kind: Kind, payload: Any) -> None:
        if self.synchronous:
            self._deliver((request, kind, payload))
        else:
            self._queue.post((request, kind, payload))

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
