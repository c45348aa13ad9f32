"""A thread with a session of its own that runs jobs one after the other."""

from __future__ import annotations

import threading
import time
import traceback
from collections.abc import Callable, Iterator
from queue import SimpleQueue
from typing import TYPE_CHECKING, Any

from clics.engine_process.job import Job, PostOutcome, SessionChoice
from clics.errors import Cancelled, ClicsError, incomplete_installation, is_out_of_memory
from clics.progress import CancelToken, Progress

if TYPE_CHECKING:
    from clics.session import Session

PROGRESS_EVERY = 0.05
"""Seconds between two progress messages of one job; the last one always gets through."""

MakeSession = Callable[[SessionChoice], "Session"]


def make_session(choice: SessionChoice) -> Session:
    """Make a session. Its module is imported here, on the engine thread."""
    from clics.session import Session

    return Session(model=choice.model, library=choice.library)


class EngineThread:
    """Runs jobs on one thread, which starts with the first of them; ``post`` is called with each outcome."""

    def __init__(self, name: str, post: PostOutcome, make: MakeSession = make_session) -> None:
        self.name = name
        self._post = post
        self._make = make
        self._queue: SimpleQueue[tuple[Job, CancelToken] | None] = SimpleQueue()
        self._thread: threading.Thread | None = None
        self._session: Session | None = None
        self._choice: SessionChoice | None = None

    def put(self, job: Job, token: CancelToken) -> None:
        """Queue a job; it runs when those before it have ended."""
        if self._thread is None:
            self._thread = threading.Thread(target=self._work, name=f"clics-{self.name}", daemon=True)
            self._thread.start()
        self._queue.put((job, token))

    def stop(self) -> None:
        """Ask the thread to end after its current job; returns at once."""
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

    def run(self, job: Job, token: CancelToken) -> None:
        """Run one job here and now, on whatever thread calls; every outcome goes through ``post``."""
        if token.cancelled:
            self._post(job, "cancelled", None)
            return
        self._post(job, "started", None)
        try:
            result = self._call(job, token)
            token.check()
        except Cancelled:
            self._post(job, "cancelled", None)
        except ClicsError as error:
            self._post(job, "failed", error)
        except Exception as error:  # noqa: BLE001  the last line of defence of the thread: logged, told in one sentence
            self._post(job, "failed", unexpected(error, job))
        else:
            self._post(job, "done", result)

    def _work(self) -> None:
        while (entry := self._queue.get()) is not None:
            self.run(*entry)
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

    def _call(self, job: Job, token: CancelToken) -> Any:
        result = job.operation.run(self._session_for(job.choice), self._progress_of(job), token)
        if not isinstance(result, Iterator):
            return result
        items = self._items(result, token)
        if not job.by_item:
            return tuple(items)
        for item in items:
            self._post(job, "item", item)
        return None

    def _items(self, result: Iterator[Any], token: CancelToken) -> Iterator[Any]:
        try:
            for item in result:
                token.check()
                yield item
        finally:
            close = getattr(result, "close", None)
            if close is not None:
                close()

    def _progress_of(self, job: Job) -> Callable[[Progress], None]:
        last = 0.0

        def report(progress: Progress) -> None:
            nonlocal last
            now = time.monotonic()
            if now - last >= PROGRESS_EVERY or progress.done == progress.total:
                last = now
                self._post(job, "progress", progress)

        return report


def unexpected(error: Exception, job: Job) -> ClicsError:
    """The error that stands for an unexpected one, whose stack it carries as a note for the log.

    Its kind is ``out-of-memory`` where memory ran out, ``incomplete`` where a module is missing, else ``bug``.
    """
    title = job.title or "A request to the engine"
    if is_out_of_memory(error):
        wrapped = ClicsError(
            f"{title}: there is not enough memory; close other programs, or ask for less at a time.",
            kind="out-of-memory",
        )
    elif isinstance(error, ImportError):
        wrapped = ClicsError(f"{title}: {incomplete_installation(error)}.", kind="incomplete")
    else:
        lines = str(error).splitlines()
        reason = f"{type(error).__name__}: {lines[0]}" if lines else type(error).__name__
        wrapped = ClicsError(
            f"{title} failed unexpectedly ({reason}). The details are in the log (Help ▸ Show log).", kind="bug"
        )
    wrapped.add_note("".join(traceback.format_exception(error)))
    return wrapped
