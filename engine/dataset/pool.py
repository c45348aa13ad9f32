"""Worker processes under watch: a crystal that fails, hangs, eats memory or kills its worker costs itself alone."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from multiprocessing.connection import wait
from typing import Any

from engine.dataset.rows import Row
from engine.dataset.watched import WatchedWorker
from engine.dataset.worker import Describe
from engine.errors import ClicsError
from engine.progress import CancelToken

_FAILED_STARTS = 3
_WATCH_S = 0.5


@dataclass(frozen=True, slots=True)
class Limits:
    """What a worker may use.

    A crystal that takes more than ``seconds`` of processor time (or four times that by the clock) or ``memory``
    (resident bytes) is given up. Between two crystals a worker is replaced by a fresh one when it holds more than
    ``restart_memory`` bytes or has done ``restart_crystals``.
    """

    seconds: float = 120.0
    memory: int = 4 << 30
    restart_memory: int = 3 << 29
    restart_crystals: int = 500


def describe_rows(
    rows: Iterator[Row], describe: Describe, *, workers: int, limits: Limits, cancel: CancelToken
) -> Iterator[tuple[Row, dict[str, Any]]]:
    """Each row with ``{"description": …}`` or ``{"error": {"kind", "message"}}``, as they are finished.

    Never more than ``workers`` rows are in memory. Raises :class:`~engine.errors.Cancelled` on request and
    :class:`~engine.errors.ClicsError` where workers cannot start at all.
    """
    team: list[WatchedWorker] = []
    failed_starts = 0
    row = next(rows, None)
    try:
        while row is not None or any(member.row for member in team):
            cancel.check()
            for member in team:
                if row is not None and member.idle and member.give(row):
                    row = next(rows, None)
            if row is not None and len(team) < workers and all(member.ready for member in team):
                team.append(WatchedWorker(describe))
            wait([member.connection for member in team], timeout=_WATCH_S)
            for member in list(team):
                died = member.look(limits.seconds, limits.memory)
                if died is None and member.answer is not None:
                    failed_starts = 0
                    yield member.take_answer()
                spent = member.idle and (
                    member.resident > limits.restart_memory or member.done >= limits.restart_crystals
                )
                if died is None and not spent:
                    continue
                member.kill()
                team.remove(member)
                if died is not None and member.row is not None:
                    yield member.row, {"error": {"kind": died.kind, "message": died.message}}
                elif died is not None:
                    failed_starts += 1
                    if failed_starts >= _FAILED_STARTS:
                        raise ClicsError(f"The processes that describe crystals do not work: {died.message}")
    finally:
        for member in team:
            member.kill()
