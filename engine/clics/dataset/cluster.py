"""Describing on a cluster of dask.distributed workers (https://distributed.dask.org).

A task is a batch of crystals. On the machine of its dask worker it goes through the same supervised process as on this
machine (:mod:`clics.dataset.describe_rows`), so that limits, errors and descriptions are the same to the last byte. When a
dask worker dies, the scheduler gives its batches to others.
"""

from __future__ import annotations

import atexit
import queue
import threading
from asyncio import CancelledError
from collections.abc import Iterator
from contextlib import suppress
from itertools import islice
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from clics.dataset.crystal_rows import Row
from clics.dataset.describe_rows import describe_rows, describing_pool
from clics.dataset.manifest import versions
from clics.descriptions.supervised import Describe
from clics.errors import ClicsError, InputError, reason_of
from clics.progress import CancelToken
from clics.supervision.limits import Limits
from clics.supervision.pool import SupervisedPool

if TYPE_CHECKING:
    from distributed import Client, Future

_PROTOCOLS = ("tcp", "tls", "ucx", "ws", "wss")
_BATCH = 16
_BATCHES_PER_THREAD = 3
_WATCH_S = 0.5
_CONNECT_S = 30
_NO_WORKER_S = 120
_IDLE_S = 60.0
"""Seconds after which a dask worker ends an unused describing process."""

_Answers = list[dict[str, Any]]


def describe_rows_on(
    address: str, rows: Iterator[Row], describe: Describe, *, limits: Limits, cancel: CancelToken
) -> Iterator[tuple[Row, dict[str, Any]]]:
    """Describe rows as :func:`clics.dataset.describe_rows.describe_rows`, by the workers of a cluster.

    Args:
        address: Of the scheduler, such as ``tcp://host:8786``.
        rows: At most three batches of sixteen for each thread of the cluster are in memory.
        describe: The describer; importable by name on every machine.
        limits: Of every describing process.
        cancel: Checked twice a second.

    Raises:
        InputError: dask.distributed is not installed (``no-dask``), or no scheduler answers (``no-scheduler``).
        ClicsError: A worker has other versions of what makes descriptions (``cluster-differs``), or the cluster is gone
            (``cluster-lost``).
        Cancelled: On request.
    """
    client = _connect(address)
    try:
        client.wait_for_workers(1, timeout=_NO_WORKER_S)
        yield from _Dispatch(client, describe, limits).run(rows, cancel)
    except (CancelledError, OSError) as error:  # what dask raises where the scheduler has gone, timeouts among them
        raise ClicsError(
            f"The cluster at {address} is gone or has no workers ({reason_of(error)}); what was described "
            "is kept, start again to go on.",
            kind="cluster-lost",
        ) from error
    finally:
        with suppress(OSError, CancelledError):  # a cluster that is gone does not say good-bye in time
            client.close(timeout=_WATCH_S)


def _connect(address: str) -> Client:
    try:
        from distributed import Client
    except ImportError as error:
        message = "Building on a cluster needs dask.distributed; install it with: pip install 'clics[cluster]'."
        raise InputError(message, kind="no-dask") from error
    if not _is_address(address):  # dask would leave a half-made client behind, which complains when it is forgotten
        message = f"'{address}' is no address of a scheduler; name one with its port, such as tcp://node1:8786."
        raise InputError(message, kind="no-scheduler")
    try:
        return Client(address, timeout=_CONNECT_S, set_as_default=False)
    except (OSError, ValueError, ImportError) as error:  # ucx and ws want packages of their own
        reason = reason_of(error)
        message = f"No scheduler answers at {address} ({reason}); start one with 'dask scheduler' and name its address."
        raise InputError(message, kind="no-scheduler") from error


def _is_address(address: str) -> bool:
    """True for ``host:port``, with or without a protocol of dask between machines."""
    protocol, separator, rest = address.rpartition("://")
    if separator and protocol not in _PROTOCOLS:
        return False
    try:
        parts = urlsplit(f"//{rest}")
        return bool(parts.hostname and parts.port)
    except ValueError:
        return False


class _Dispatch:
    """Batches on their way through a cluster."""

    def __init__(self, client: Client, describe: Describe, limits: Limits) -> None:
        self._client, self._describe, self._limits = client, describe, limits
        self._pending: dict[Future, list[Row]] = {}
        self._done: queue.SimpleQueue[Future] = queue.SimpleQueue()

    def run(self, rows: Iterator[Row], cancel: CancelToken) -> Iterator[tuple[Row, dict[str, Any]]]:
        """Yield each row with its line, in the order in which batches end. Raises Cancelled."""
        while True:
            cancel.check()
            batches = max(1, sum(self._client.nthreads().values())) * _BATCHES_PER_THREAD
            while len(self._pending) < batches and (batch := list(islice(rows, _BATCH))):
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
                return [{"error": {"kind": "process-died", "message": f"{message} {error}"[:500]}}]
            for row in batch:
                self._send([row])
            return []
        except ClicsError:
            raise
        except Exception as error:  # dask passes on whatever an import or a version mismatch raises over there
            raise ClicsError(
                f"A worker of the cluster cannot describe ({reason_of(error)}); install this program, in "
                "the same version, wherever a worker runs.",
                kind="cluster-differs",
            ) from error


_Pool = SupervisedPool[Row]
_idle: list[tuple[Describe, Limits, _Pool, threading.Timer]] = []
_lock = threading.Lock()


def describe_batch(rows: list[Row], describe: Describe, limits: Limits, expected: dict[str, str]) -> _Answers:
    """Describe some rows on a worker of the cluster.

    Returns:
        The answers in the order of the rows.

    Raises:
        ClicsError: The worker has other versions than ``expected`` (``cluster-differs``).
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
    pool = _take(describe, limits)
    try:
        answers = {row.key: answer for row, answer in describe_rows(pool, rows, CancelToken())}
    except BaseException:
        pool.close()
        raise
    _give_back(describe, limits, pool)
    return [answers[row.key] for row in rows]


def _take(describe: Describe, limits: Limits) -> _Pool:
    """A pool of one process that waits for work, or a new one."""
    with _lock:
        for index, (its_describe, its_limits, pool, timer) in enumerate(_idle):
            if (its_describe, its_limits) == (describe, limits):
                timer.cancel()
                del _idle[index]
                return pool
    return describing_pool(describe, workers=1, limits=limits)


def _give_back(describe: Describe, limits: Limits, pool: _Pool) -> None:
    timer = threading.Timer(_IDLE_S, _end, (pool,))
    timer.daemon = True
    with _lock:
        _idle.append((describe, limits, pool, timer))
    timer.start()


def _end(pool: _Pool) -> None:
    with _lock:
        mine = [entry for entry in _idle if entry[2] is pool]
        for entry in mine:
            _idle.remove(entry)
    for entry in mine:
        entry[2].close()


@atexit.register
def _end_all() -> None:
    for _, _, pool, _ in list(_idle):
        _end(pool)
