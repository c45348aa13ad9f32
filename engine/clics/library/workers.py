"""Crystals described in processes of their own: a time limit for each, bounded memory, a crash takes one crystal."""

from __future__ import annotations

import multiprocessing
import time
from collections import deque
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from multiprocessing.connection import Connection, wait
from typing import Any, Generic, TypeVar

from clics.crystals.crystal import Crystal
from clics.errors import LibraryError
from clics.library.described_crystal import Described, describe_for_library, without_description
from clics.progress import CancelToken
from clics.supervision.priority import give_way

TASKS_OF_A_WORKER = 500  # then a new process takes over, whatever the old one had piled up
START_SECONDS = 600.0  # of the clock, on a busy machine
WAITING = 20  # times the time limit may pass on the clock while a worker waits for the processor
IN_FLIGHT = 4  # crystals per worker that are under way or wait to be handed on in order
_POLL_SECONDS = 0.25

Tag = TypeVar("Tag")


def describe_all(
    crystals: Iterable[tuple[Crystal, Tag]],
    *,
    workers: int = 1,
    time_limit: float = 60.0,
    named: bool = False,
    cancel: CancelToken | None = None,
) -> Iterator[tuple[Crystal, Tag, Described]]:
    """Describe crystals in the order they come.

    ``workers`` = 1 describes in this process, without a time limit; more start as many processes at most, each
    crystal has ``time_limit`` seconds of processor time, and at most :data:`IN_FLIGHT` crystals per worker are held
    at a time. Raises Cancelled, and LibraryError of kind ``no-workers`` where no process starts.
    """
    if workers <= 1:
        for crystal, tag in crystals:
            if cancel is not None:
                cancel.check()
            yield crystal, tag, describe_for_library(crystal, named=named)
        return
    pool: _Pool[Tag] = _Pool(workers, time_limit, named)
    try:
        source = iter(crystals)
        exhausted = False
        while True:
            while not exhausted and len(pool.jobs) < workers * IN_FLIGHT:
                following = next(source, None)
                if following is None:
                    exhausted = True
                else:
                    pool.submit(_Job(*following))
            if not pool.jobs:
                return
            while pool.jobs and pool.jobs[0].result is not None:
                job = pool.jobs.popleft()
                assert job.result is not None
                yield job.crystal, job.tag, job.result
            if cancel is not None:
                cancel.check()
            if pool.jobs:
                pool.advance()
    finally:
        pool.stop()


@dataclass(slots=True)
class _Job(Generic[Tag]):
    crystal: Crystal
    tag: Tag
    result: Described | None = None
    taken: bool = False


class _Worker(Generic[Tag]):
    """One process and the job it is at."""

    def __init__(self, named: bool) -> None:
        context = multiprocessing.get_context("spawn")  # a fork of a process with threads may hang
        self.pipe, theirs = context.Pipe()
        self.process = context.Process(target=_serve, args=(theirs, named), daemon=True)
        self.process.start()
        if self.process.pid is not None:
            give_way(self.process.pid)
        theirs.close()
        self.job: _Job[Tag] | None = None
        self.ready = False
        self.done = 0
        self.deadline = time.monotonic() + START_SECONDS
        self.most = float("inf")  # seconds of the processor that it may have used by the end of its job

    def give(self, job: _Job[Tag], time_limit: float) -> None:
        self.job, job.taken = job, True
        self.deadline = time.monotonic() + WAITING * time_limit
        self.most = self._used() + time_limit
        self.pipe.send(job.crystal)

    @property
    def late(self) -> bool:
        """Whether its start or its job takes too long: by the processor's time, so that a busy machine does no harm."""
        busy = self.job is not None or not self.ready
        return busy and (time.monotonic() > self.deadline or (self.ready and self._used() > self.most))

    def _used(self) -> float:
        import psutil

        try:
            times = psutil.Process(self.process.pid).cpu_times()
        except psutil.Error:  # it has just died, which its pipe will say
            return 0.0
        return float(times.user + times.system)

    def kill(self) -> None:
        self.process.kill()
        self.process.join()
        self.pipe.close()


class _Pool(Generic[Tag]):
    def __init__(self, size: int, time_limit: float, named: bool) -> None:
        self.size, self.time_limit, self.named = size, time_limit, named
        self.jobs: deque[_Job[Tag]] = deque()
        self.workers: list[_Worker[Tag]] = []

    def submit(self, job: _Job[Tag]) -> None:
        self.jobs.append(job)
        self._hand_out()

    def advance(self) -> None:
        """Wait a moment for answers, end what took too long, hand out what waits."""
        ready = wait([worker.pipe for worker in self.workers], _POLL_SECONDS)
        for worker in [w for w in self.workers if w.pipe in ready]:
            self._receive(worker)
        for worker in [w for w in self.workers if w.late]:
            self._lose(
                worker, f"took-too-long: The description took more than {self.time_limit:g} s of processor time."
            )
        self._hand_out()

    def stop(self) -> None:
        for worker in self.workers:
            worker.kill()
        self.workers.clear()

    def _hand_out(self) -> None:
        waiting = [job for job in self.jobs if not job.taken]
        idle = [worker for worker in self.workers if worker.ready and worker.job is None]
        for worker, job in zip(idle, waiting, strict=False):
            try:
                worker.give(job, self.time_limit)
            except OSError:  # it died since its last answer
                self._lose(worker, _DIED)
        starting = sum(not worker.ready for worker in self.workers)
        for _ in range(min(self.size - len(self.workers), len(waiting) - len(idle) - starting)):
            self.workers.append(_Worker(self.named))

    def _receive(self, worker: _Worker[Tag]) -> None:
        try:
            answer: Any = worker.pipe.recv()
        except (EOFError, OSError):
            self._lose(worker, _DIED)
            return
        if not worker.ready:
            worker.ready = True
            return
        if worker.job is not None:
            worker.job.result, worker.job = answer, None
        worker.done += 1
        if worker.done >= TASKS_OF_A_WORKER:
            worker.kill()
            self.workers.remove(worker)

    def _lose(self, worker: _Worker[Tag], reason: str) -> None:
        """End a worker; the crystal it was at goes without a description."""
        worker.kill()
        self.workers.remove(worker)
        if not worker.ready:
            raise LibraryError(
                "The processes that describe crystals do not start; add with one worker.", kind="no-workers"
            )
        if worker.job is not None:
            worker.job.result = without_description(worker.job.crystal, reason)


_DIED = "reader-died: The process that described it ended; the crystal may need more memory than there is."


def _serve(pipe: Connection, named: bool) -> None:
    """A worker's life: load, say so, describe until the other end closes."""
    from pymatgen.core import Lattice, Structure

    salt = Structure.from_spacegroup("Fm-3m", Lattice.cubic(5.64), ["Na", "Cl"], [[0, 0, 0], [0.5, 0.5, 0.5]])
    describe_for_library(Crystal("salt", salt), named=named)  # loading is not to count against the first crystal
    pipe.send("ready")
    while True:
        try:
            crystal = pipe.recv()
        except (EOFError, KeyboardInterrupt):
            return
        pipe.send(describe_for_library(crystal, named=named))
