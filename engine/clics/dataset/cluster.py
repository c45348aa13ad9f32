"""Describing on a cluster of dask.distributed workers (https://distributed.dask.org), each with a local team of its own.

A task is a batch of crystals. On the machine of its dask worker it goes through the same watched process as at home
(:mod:`clics.dataset.worker_pool`), so that limits, errors and descriptions are the same to the last byte. A dask worker that dies
takes nothing with it but time: the scheduler gives its batches to others.
"""

from __future__ import annotations

import atexit
import queue
import threading
from asyncio import CancelledError
from collections.abc import Iterator
from itertools import islice
from typing import TYPE_CHECKING, Any

from clics.dataset.crystal_rows import Row
from clics.dataset.describer_process import Describe
from clics.dataset.manifest import versions
from clics.dataset.worker_pool import Limits, Team
from clics.errors import ClicsError, InputError
from clics.progress import CancelToken

if TYPE_CHECKING:
    from distributed import Client, Future

_BATCH = 16
_BATCHES_PER_THREAD = 3
_WATCH_S = 0.5
_CONNECT_S = 30
_NO_WORKER_S = 120
_IDLE_S = 60.0
"""Seconds after which a dask worker ends a describing process that nobody needs."""

_Answers = list[dict[str, Any]]


def describe_rows_on(
    address: str, rows: Iterator[Row], describe: Describe, *, limits: Limits, cancel: CancelToken
) -> Iterator[tuple[Row, dict[str, Any]]]:
    """As :meth:`clics.dataset.worker_pool.Team.describe`, by the workers of the scheduler at ``address``.

    At most three batches of sixteen rows for each thread of the cluster are in memory. Raises
    :class:`~clics.errors.InputError` (kinds ``no-dask``, ``no-scheduler``), :class:`~clics.errors.ClicsError` (kinds
    ``cluster-differs`` where a worker has other versions of what makes descriptions, ``cluster-lost``), and
    :class:`~clics.errors.Cancelled` on request.
    """
    client = _connect(address)
    try:
        client.wait_for_workers(1, timeout=_NO_WORKER_S)
        yield from _Dispatch(client, describe, limits).run(rows, cancel)
    except (CancelledError, OSError) as error:  # what dask raises where the scheduler has gone, timeouts among them
        raise ClicsError(
            f"The cluster at {address} is gone or has no workers ({error or type(error).__name__}); what was described "
            "is kept, start again to go on.",
            kind="cluster-lost",
        ) from error
    finally:
        client.close(timeout=_WATCH_S)


def _connect(address: str) -> Client:
    try:
        from distributed import Client
    except ImportError as error:
        message = "Building on a cluster needs dask.distributed; install it with: pip install 'clics[cluster]'."
        raise InputError(message, kind="no-dask") from error
    try:
        return Client(address, timeout=_CONNECT_S, set_as_default=False)
    except (OSError, ValueError) as error:
        message = f"No scheduler answers at {address} ({error}); start one with 'dask scheduler' and name its address."
        raise InputError(message, kind="no-scheduler") from error


class _Dispatch:
    """Batches on their way through a cluster."""

    def __init__(self, client: Client, describe: Describe, limits: Limits) -> None:
        self._client, self._describe, self._limits = client, describe, limits
        self._pending: dict[Future, list[Row]] = {}
        self._done: queue.SimpleQueue[Future] = queue.SimpleQueue()

    def run(self, rows: Iterator[Row], cancel: CancelToken) -> Iterator[tuple[Row, dict[str, Any]]]:
        while True:
            cancel.check()
            places = max(1, sum(self._client.nthreads().values())) * _BATCHES_PER_THREAD
            while len(self._pending) < places and (batch := list(islice(rows, _BATCH))):
                self._send(batch)
            if not self._pending:
                return
            try:
                future = self._done.get(timeout=_WATCH_S)
            except queue.Empty:
                continue
            batch = self._pending.pop(future)
            yield from zip(batch, self._answers(future, batch), strict=False)

    def _send(self, batch: list[Row]) -> None:
        future = self._client.submit(describe_batch, batch, self._describe, self._limits, versions(), pure=False)
        self._pending[future] = batch
        future.add_done_callback(self._done.put)

    def _answers(self, future: Future, batch: list[Row]) -> _Answers:
        """The answers for a batch; none where it must be done again, crystal by crystal."""
        from distributed import KilledWorker

        try:
            answers: _Answers = future.result()
            return answers
        except KilledWorker as error:  # every worker that tried it died: of one of its crystals, or by chance
            if len(batch) == 1:
                row = batch[0]
                message = f"{row.formula} ({row.id}, {len(row.numbers)} sites) ended every worker that it was given to."
                return [{"error": {"kind": "describer-died", "message": f"{message} {error}"[:500]}}]
            for row in batch:
                self._send([row])
            return []
        except ClicsError:
            raise
        except Exception as error:
            raise ClicsError(
                f"A worker of the cluster cannot describe ({type(error).__name__}: {error}); install this program, in "
                "the same version, wherever a worker runs.",
                kind="cluster-differs",
            ) from error


_idle: list[tuple[Describe, Limits, Team, threading.Timer]] = []
_lock = threading.Lock()


def describe_batch(rows: list[Row], describe: Describe, limits: Limits, expected: dict[str, str]) -> _Answers:
    """The answers for some rows, in their order; runs on a worker of the cluster.

    Raises :class:`~clics.errors.ClicsError` (kind ``cluster-differs``) where it has other versions than ``expected``.
    """
    if (here := versions()) != expected:
        differing = ", ".join(
            f"{name} {here[name]} (not {expected[name]})" for name in here if here[name] != expected[name]
        )
        raise ClicsError(
            f"A worker of the cluster has {differing}; install the same versions everywhere, or descriptions would "
            "depend on who made them.",
            kind="cluster-differs",
        )
    team = _take(describe, limits)
    try:
        answers = {row.key: answer for row, answer in team.describe(iter(rows), CancelToken())}
    except BaseException:
        team.close()
        raise
    _give_back(describe, limits, team)
    return [answers[row.key] for row in rows]


def _take(describe: Describe, limits: Limits) -> Team:
    """A team of one process that waits for work, or a new one."""
    with _lock:
        for place, (its_describe, its_limits, team, timer) in enumerate(_idle):
            if (its_describe, its_limits) == (describe, limits):
                timer.cancel()
                del _idle[place]
                return team
    return Team(describe, workers=1, limits=limits)


def _give_back(describe: Describe, limits: Limits, team: Team) -> None:
    timer = threading.Timer(_IDLE_S, _end, (team,))
    timer.daemon = True
    with _lock:
        _idle.append((describe, limits, team, timer))
    timer.start()


def _end(team: Team) -> None:
    with _lock:
        mine = [entry for entry in _idle if entry[2] is team]
        for entry in mine:
            _idle.remove(entry)
    for entry in mine:
        entry[2].close()


@atexit.register
def _end_all() -> None:
    for _, _, team, _ in list(_idle):
        _end(team)
