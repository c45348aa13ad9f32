"""What runs on an engine thread: an operation, the session it needs, and what is told of it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal, TypeAlias

from clics.engine_process.operation import Operation

ThreadName = Literal["quick", "long"]
Kind = Literal["started", "progress", "item", "done", "failed", "cancelled"]
PostOutcome: TypeAlias = "Callable[[Job, Kind, Any], None]"


@dataclass(frozen=True, slots=True)
class SessionChoice:
    """Model folder and library file of a session; None: the released model, the user's own library."""

    model: Path | None = None
    library: Path | None = None


@dataclass(frozen=True, slots=True, eq=False)
class Job:
    """An operation on its way.

    Attributes:
        number: Number of the request, unique in the window.
        operation: The operation.
        choice: Model and library of its session.
        thread: Engine thread: ``quick`` for what a user waits for, ``long`` for what takes minutes.
        by_item: Results of an iterator are sent one by one.
        title: Name of the request for people; may be empty.
    """

    number: int
    operation: Operation[Any]
    choice: SessionChoice
    thread: ThreadName = "quick"
    by_item: bool = False
    title: str = ""
