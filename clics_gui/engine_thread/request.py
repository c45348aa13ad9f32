"""One call on its way to a session and back: the operation, its listeners, and its state."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal, TypeAlias, TypeVar

from clics.progress import CancelToken, Progress, ProgressCallback
from PySide6.QtCore import QObject
from shiboken6 import isValid

if TYPE_CHECKING:
    from clics.errors import ClicsError
    from clics.session import Session

T = TypeVar("T")
Operation: TypeAlias = "Callable[[Session], T]"
"""A call of a session, for example ``lambda session: session.library.rename(name)``."""
Job: TypeAlias = "Callable[[Session, ProgressCallback, CancelToken], T]"
"""A long call, which reports its progress and can be cancelled."""

ThreadName = Literal["quick", "long"]
State = Literal["waiting", "running", "done", "failed", "cancelled"]


@dataclass(frozen=True, slots=True)
class SessionChoice:
    """Model folder and library file of a session; None: the released model, the user's own library."""

    model: Path | None = None
    library: Path | None = None


@dataclass(slots=True)
class Listeners:
    """Functions that are called on the GUI thread; see :meth:`clics_gui.engine_thread.worker.Worker.submit_job`."""

    done: Callable[[Any], object] | None = None
    failed: Callable[[ClicsError], object] | None = None
    progress: Callable[[Progress], object] | None = None
    item: Callable[[Any], object] | None = None
    finished: Callable[[], object] | None = None


@dataclass(slots=True, eq=False)
class Request:
    """A call that was submitted to a :class:`~clics_gui.engine_thread.worker.Worker`.

    Attributes:
        job: The call; an :data:`Operation` is wrapped as one that ignores progress callback and token.
        listeners: Called with its progress and its outcome.
        choice: Model and library of its session.
        thread: Name of the engine thread that it runs on.
        key: A later request with the same key supersedes it.
        title: Shown in the status bar; empty: not shown.
        token: Cancels it.
        state: Ends as ``done``, ``failed`` or ``cancelled``.
        latest: The last progress that was reported.
    """

    job: Job[Any]
    listeners: Listeners
    choice: SessionChoice
    thread: ThreadName = "quick"
    key: str | None = None
    title: str = ""
    token: CancelToken = field(default_factory=CancelToken)
    state: State = "waiting"
    latest: Progress | None = None

    def cancel(self) -> None:
        """Ask for a stop. A request that has not begun never begins; ``failed`` is not called after a cancel."""
        self.token.cancel()

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
