"""One operation on its way to the engine and back: the job, its listeners, and its state."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Literal

from clics.progress import CancelToken, Progress
from PySide6.QtCore import QObject
from shiboken6 import isValid

if TYPE_CHECKING:
    from clics.engine_process.job import Job, SessionChoice, ThreadName
    from clics.errors import ClicsError

State = Literal["waiting", "running", "done", "failed", "cancelled"]


@dataclass(slots=True)
class Listeners:
    """Functions that are called on the GUI thread; see :meth:`clics_gui.engine_thread.worker.Worker.submit`."""

    done: Callable[[Any], object] | None = None
    failed: Callable[[ClicsError], object] | None = None
    progress: Callable[[Progress], object] | None = None
    item: Callable[[Any], object] | None = None
    finished: Callable[[], object] | None = None


@dataclass(slots=True, eq=False)
class Request:
    """An operation that was submitted to a :class:`~clics_gui.engine_thread.worker.Worker`.

    Attributes:
        job: The operation, its session and its engine thread.
        listeners: Called with its progress and its outcome.
        key: A later request with the same key supersedes it.
        token: Cancels it.
        state: Ends as ``done``, ``failed`` or ``cancelled``.
        latest: The last progress that was reported.
        on_cancel: Called when it is cancelled.
    """

    job: Job
    listeners: Listeners
    key: str | None = None
    token: CancelToken = field(default_factory=CancelToken)
    state: State = "waiting"
    latest: Progress | None = None
    on_cancel: Callable[[Request], object] | None = None

    @property
    def title(self) -> str:
        """Shown in the status bar; empty: not shown."""
        return self.job.title

    @property
    def thread(self) -> ThreadName:
        """Name of the engine thread that it runs on."""
        return self.job.thread

    @property
    def choice(self) -> SessionChoice:
        """Model and library of its session."""
        return self.job.choice

    def cancel(self) -> None:
        """Ask for a stop. A request that has not begun never begins; ``failed`` is not called after a cancel."""
        if not self.token.cancelled:
            self.token.cancel()
            if self.on_cancel is not None:
                self.on_cancel(self)

    @property
    def over(self) -> bool:
        """True once it has ended: no listener will be called any more."""
        return self.state in ("done", "failed", "cancelled")

    def owner_alive(self) -> bool:
        """False once a widget whose methods are listeners was deleted; listeners are not called then."""
        listeners = self.listeners
        for listener in (listeners.done, listeners.failed, listeners.progress, listeners.item, listeners.finished):
            owner = getattr(listener, "__self__", None)
            if isinstance(owner, QObject) and not isValid(owner):
                return False
        return True
