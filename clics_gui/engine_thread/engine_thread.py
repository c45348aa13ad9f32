"""A thread with a session of its own that runs requests one after the other."""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable, Iterator
from queue import SimpleQueue
from typing import TYPE_CHECKING, Any, Literal

from clics.errors import Cancelled, ClicsError
from clics.progress import Progress

from clics_gui.engine_thread.request import Request, SessionChoice

if TYPE_CHECKING:
    from clics.session import Session

PROGRESS_EVERY = 0.05
"""Seconds between two progress messages of one request; the last one always gets through."""

Kind = Literal["started", "progress", "item", "done", "failed", "cancelled"]
Post = Callable[[Request, Kind, Any], None]
MakeSession = Callable[[SessionChoice], "Session"]

log = logging.getLogger(__name__)


def make_session(choice: SessionChoice) -> Session:
    """Make a session. Its module is imported here, on the engine thread, so that the window does not wait for it."""
    from clics.session import Session

    return Session(model=choice.model, library=choice.library)


class EngineThread:
    """Runs requests on one thread, which starts with the first of them; ``post`` is called with each outcome."""

    def __init__(self, name: str, post: Post, make: MakeSession = make_session) -> None:
        self.name = name
        self._post = post
        self._make = make
        self._queue: SimpleQueue[Request | None] = SimpleQueue()
        self._thread: threading.Thread | None = None
        self._session: Session | None = None
        self._choice: SessionChoice | None = None

    def put(self, request: Request) -> None:
        """Queue a request; it runs when those before it have ended."""
        if self._thread is None:
            self._thread = threading.Thread(target=self._work, name=f"clics-{self.name}", daemon=True)
            self._thread.start()
        self._queue.put(request)

    def stop(self) -> None:
        """Ask the thread to end after its current request; returns at once."""
        if self._thread is None:
            self._close()
        else:
            self._queue.put(None)

    def join(self, timeout: float) -> bool:
        """Wait at most ``timeout`` s for the thread to end; returns True if it has ended."""
        if self._thread is not None:
            self._thread.join(timeout)
            return not self._thread.is_alive()
        return True

    def run(self, request: Request) -> None:
        """Run one request here and now, on whatever thread calls; every outcome goes through ``post``."""
        if request.token.cancelled:
            self._post(request, "cancelled", None)
            return
        self._post(request, "started", None)
        try:
            result = self._call(request)
            request.token.check()
        except Cancelled:
            self._post(request, "cancelled", None)
        except ClicsError as error:
            self._post(request, "failed", error)
        except Exception as error:  # the last line of defence of the thread: logged, and told in one sentence
            log.exception("request %r failed", request.title or request.key)
            self._post(request, "failed", _as_clics_error(error, request))
        else:
            self._post(request, "done", result)

    def _work(self) -> None:
        while (request := self._queue.get()) is not None:
            self.run(request)
        self._close()

    def _close(self) -> None:
        if self._session is not None:
            self._session.close()
            self._session = None

    def _session_for(self, choice: SessionChoice) -> Session:
        if self._session is None or choice != self._choice:
            earlier = self._session
            self._close()
            self._session, self._choice = self._make(choice), choice
            if earlier is not None:
                self._session.share_model(earlier)
        return self._session

    def _call(self, request: Request) -> Any:
        result = request.job(self._session_for(request.choice), self._progress_of(request), request.token)
        if not isinstance(result, Iterator):
            return result
        if request.listeners.item is None:
            return tuple(self._items(result, request))
        for item in self._items(result, request):
            self._post(request, "item", item)
        return None

    def _items(self, result: Iterator[Any], request: Request) -> Iterator[Any]:
        try:
            for item in result:
                request.token.check()
                yield item
        finally:
            close = getattr(result, "close", None)
            if close is not None:
                close()

    def _progress_of(self, request: Request) -> Callable[[Progress], None]:
        last = 0.0

        def report(progress: Progress) -> None:
            nonlocal last
            now = time.monotonic()
            if now - last >= PROGRESS_EVERY or progress.done == progress.total:
                last = now
                self._post(request, "progress", progress)

        return report


def _as_clics_error(error: Exception, request: Request) -> ClicsError:
    title = request.title or "A request to the engine"
    lines = str(error).splitlines()
    reason = f"{type(error).__name__}: {lines[0]}" if lines else type(error).__name__
    wrapped = ClicsError(
        f"{title} failed unexpectedly ({reason}). The details are in the log (Help ▸ Show log).", kind="bug"
    )
    wrapped.__cause__ = error
    return wrapped
