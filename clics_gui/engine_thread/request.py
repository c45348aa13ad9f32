"""One call on its way to the engine and back: who asked, who is told, whether it is still wanted."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

from clics.progress import CancelToken, Progress
from PySide6.QtCore import QObject
from shiboken6 import isValid

if TYPE_CHECKING:
    from clics.errors import ClicsError

ThreadName = Literal["quick", "long"]
State = Literal["waiting", "running", "done", "failed", "cancelled"]


@dataclass(frozen=True, slots=True)
class SessionChoice:
    """Which model folder and library file an engine works with; None: the released model, the user's library."""

    model: Path | None = None
    library: Path | None = None


@dataclass(slots=True)
class Listeners:
    """Who is told what, all on the GUI thread."""

    done: Callable[[Any], object] | None = None
    failed: Callable[[ClicsError], object] | None = None
    progress: Callable[[Progress], object] | None = None
    item: Callable[[Any], object] | None = None
    finished: Callable[[], object] | None = None


@dataclass(slots=True, eq=False)
class Request:
    """What :meth:`clics_gui.engine_thread.worker.Worker.submit` hands back.

    ``generation`` grows with every request; of two with the same ``key`` only the answer of the later one is delivered.
    ``state`` ends as ``done``, ``failed`` or ``cancelled``; ``latest`` is the last progress that was reported.
    """

    function: Callable[..., Any]
    arguments: tuple[Any, ...]
    options: Mapping[str, Any]
    listeners: Listeners
    choice: SessionChoice
    lane: ThreadName = "quick"
    key: str | None = None
    title: str = ""
    generation: int = 0
    token: CancelToken = field(default_factory=CancelToken)
    state: State = "waiting"
    latest: Progress | None = None

    def cancel(self) -> None:
        """Ask for a stop; one that has not begun never begins. ``failed`` is not called for what was stopped."""
        self.token.cancel()

    @property
    def over(self) -> bool:
        """Whether nothing more will come of it."""
        return self.state in ("done", "failed", "cancelled")

    def owner_alive(self) -> bool:
        """False once a widget whose methods are the listeners was deleted; nobody is left to be told then."""
        told = self.listeners
        for listener in (told.done, told.failed, told.progress, told.item, told.finished):
            owner = getattr(listener, "__self__", None)
            if isinstance(owner, QObject) and not isValid(owner):
                return False
        return True
