"""Worker processes under watch: a crystal that fails, hangs, eats memory or kills its worker costs itself alone."""

from __future__ import annotations

import queue
import time
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from clics.dataset.crystal_rows import Row
from clics.dataset.describer_process import Describe
from clics.dataset.supervised_worker import Died, Inbox, WatchedWorker
from clics.errors import ClicsError
from clics.progress import CancelToken

_FAILED_STARTS = 3
_WATCH_S = 0.25


@dataclass(frozen=True, slots=True)
class Limits:
    """What a worker may use.

    A crystal that takes more than ``seconds`` of processor time (or four times that by the clock) or ``memory``
    (resident bytes) is given up. Between two crystals a worker is replaced by a fresh one when it holds more than
    ``restart_memory`` bytes or has done ``restart_crystals``.
    """

    seconds: float = 120.0
    memory: int = 1_000_000_000
    restart_memory: int = 700_000_000
    restart_crystals: int = 2000


class Team:
    """Up to ``workers`` processes that describe; they stay between calls of :meth:`describe` until :meth:`close`."""

    def __init__(self, describe: Describe, *, workers: int, limits: Limits) -> None:
        self._describe, self._workers, self._limits = describe, workers, limits
        self._members: list[WatchedWorker] = []
        self._inbox: Inbox = queue.SimpleQueue()
        self._failed_starts = 0
        self._looked = 0.0

    def describe(self, rows: Iterator[Row], cancel: CancelToken) -> Iterator[tuple[Row, dict[str, Any]]]:
        """Each row with ``{"description": …}`` or ``{"error": {"kind", "message"}}``, as they are finished.

        Never more than one row for each worker is in memory. Raises :class:`~clics.errors.Cancelled` on request and
        :class:`~clics.errors.ClicsError` where workers cannot start at all.
        """
        row = next(rows, None)
        try:
            while row is not None or any(member.row for member in self._members):
                cancel.check()
                for member in list(self._members):
                    if row is not None and member.idle and member.give(row):
                        row = next(rows, None)
                if row is not None and len(self._members) < self._workers and all(m.ready for m in self._members):
                    self._members.append(WatchedWorker(self._describe, self._inbox))
                for member, said in self._news():
                    subject = member.row
                    answer = self._settle(member, said)
                    if subject is not None and answer is not None:
                        yield subject, answer
        finally:  # also a caller that stops asking
            for member in [member for member in self._members if member.row is not None]:
                self._dismiss(member)

    def close(self) -> None:
        """End every process."""
        for member in list(self._members):
            self._dismiss(member)

    def _news(self) -> Iterator[tuple[WatchedWorker, dict[str, Any] | Died]]:
        """Answers and ends, waited for a moment; then, when no answer waits any more, who must be ended."""
        patience = _WATCH_S
        try:
            while True:
                member, message = self._inbox.get(timeout=patience)
                patience = 0.0
                if member in self._members and (said := member.take(message)) is not None:
                    yield member, said
        except queue.Empty:
            pass
        if time.monotonic() - self._looked > _WATCH_S:
            self._looked = time.monotonic()
            for member in list(self._members):
                if (died := member.overdue(self._limits.seconds, self._limits.memory)) is not None:
                    yield member, died

    def _settle(self, member: WatchedWorker, said: dict[str, Any] | Died) -> dict[str, Any] | None:
        """What becomes of a member, and the answer for its crystal where there is one."""
        if isinstance(said, dict):
            self._failed_starts = 0
            member.row = None
            if member.resident > self._limits.restart_memory or member.done >= self._limits.restart_crystals:
                self._dismiss(member)
            return said
        blamed = member.row is not None
        self._dismiss(member)
        if blamed:
            return {"error": {"kind": said.kind, "message": said.message}}
        self._failed_starts += 1
        if self._failed_starts >= _FAILED_STARTS:
            raise ClicsError(f"The processes that describe crystals do not work: {said.message}")
        return None

    def _dismiss(self, member: WatchedWorker) -> None:
        self._members.remove(member)
        member.kill()
