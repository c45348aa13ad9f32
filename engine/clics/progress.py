"""Progress and cancellation of long jobs: the job reports progress events and checks a cancel token."""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import dataclass

from clics.errors import Cancelled


@dataclass(frozen=True, slots=True)
class Progress:
    """One progress event: ``done`` of ``total`` (None when unknown) and a short text of what is under way."""

    done: int
    total: int | None
    text: str = ""


ProgressCallback = Callable[[Progress], None]


def silent(_: Progress) -> None:
    """The progress callback of a caller that does not want any."""


class CancelToken:
    """Set from any thread; long jobs call :meth:`check` between steps."""

    def __init__(self) -> None:
        self._event = threading.Event()

    def cancel(self) -> None:
        """Ask the job to stop at its next step."""
        self._event.set()

    @property
    def cancelled(self) -> bool:
        """True after a request to stop."""
        return self._event.is_set()

    def check(self) -> None:
        """Raise :class:`~clics.errors.Cancelled` if a stop was asked for."""
        if self._event.is_set():
            raise Cancelled()
