"""A pool of supervised processes: an item that fails, hangs, takes too much memory or kills its process costs itself."""

from __future__ import annotations

import contextlib
import queue
import time
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from types import TracebackType
from typing import Any, Generic, TypeVar

from clics.progress import CancelToken
from clics.supervision.limits import Failure, Limits, NoWorkersError
from clics.supervision.process import Inbox, SupervisedProcess
from clics.supervision.task import Task

AHEAD = 4
"""Items per process that are held at a time when results come in order."""
_FAILED_STARTS = 3
_WATCH_S = 0.25

Item = TypeVar("Item")


@dataclass(slots=True, eq=False)
class _Job(Generic[Item]):
    item: Item
    answer: Any = None
    given: bool = False
    finished: bool = False


class SupervisedPool(Generic[Item]):
    """Up to ``workers`` processes for one task; they stay until :meth:`close`, so that later calls need not start any.

    Args:
        task: The work; its handler gives one answer for each item.
        encode: Makes the values of JSON that the child gets from an item.
        workers: Largest number of processes. They are started when there is work for them.
        limits: Limits of every item.
        background: Lower the priority of the processes.
    """

    def __init__(
        self,
        task: Task,
        encode: Callable[[Item], Any],
        *,
        workers: int,
        limits: Limits,
        background: bool = False,
    ) -> None:
        self._task, self._encode, self._workers, self._limits = task, encode, workers, limits
        self._background = background
        self._processes: dict[SupervisedProcess, _Job[Item] | None] = {}
        self._inbox: Inbox = queue.Queue()
        self._failed_starts = 0
        self._looked = 0.0

    def run(
        self, items: Iterable[Item], cancel: CancelToken | None = None, *, ordered: bool = True
    ) -> Iterator[tuple[Item, Any | Failure]]:
        """Process items.

        Args:
            items: Taken one by one when a process is free, so memory stays bounded.
            cancel: Checked several times a second.
            ordered: Yield in the order of ``items``, with at most :data:`AHEAD` items per process held at a time; else as
                soon as they are finished, with one item per process.

        Yields:
            Each item with its answer, or with the Failure that names the limit it exceeded.

        Raises:
            Cancelled: On request; processes in the middle of an item are ended.
            NoWorkersError: Processes do not start.
        """
        source = iter(items)
        held: deque[_Job[Item]] = deque()
        exhausted = False
        most = self._workers * (AHEAD if ordered else 1)
        try:
            while True:
                if cancel is not None:
                    cancel.check()
                while not exhausted and len(held) < most:
                    try:
                        held.append(_Job(next(source)))
                    except StopIteration:
                        exhausted = True
                    self._hand_out(held)
                if not held:
                    return
                self._hand_out(held)
                self._advance()
                for job in self._finished(held, ordered):
                    yield job.item, job.answer
        finally:  # also a caller that stops asking
            for process in [process for process, job in self._processes.items() if job is not None]:
                self._dismiss(process)

    def close(self) -> None:
        """End every process."""
        for process in list(self._processes):
            self._dismiss(process)

    def __enter__(self) -> SupervisedPool[Item]:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    @staticmethod
    def _finished(held: deque[_Job[Item]], ordered: bool) -> Iterator[_Job[Item]]:
        """Take the jobs whose answers may be handed on now."""
        if ordered:
            while held and held[0].finished:
                yield held.popleft()
        else:
            for job in [job for job in held if job.finished]:
                held.remove(job)
                yield job

    def _hand_out(self, held: Iterable[_Job[Item]]) -> None:
        """Give jobs to free processes, and start a process for every further job until there are enough."""
        waiting = deque(job for job in held if not job.given)
        for process in [process for process, at in self._processes.items() if process.ready and at is None]:
            if waiting and process.give(self._encode(waiting[0].item)):
                job = waiting.popleft()
                job.given, self._processes[process] = True, job
        starting = sum(not process.ready for process in self._processes)
        for _ in range(min(self._workers - len(self._processes), len(waiting) - starting)):
            process = SupervisedProcess(self._task, self._limits, self._inbox, background=self._background)
            self._processes[process] = None

    def _advance(self) -> None:
        """Take what the children have sent, waiting a moment for the first message; then end those that are overdue."""
        patience = _WATCH_S
        with contextlib.suppress(queue.Empty):
            while True:
                process, message = self._inbox.get(timeout=patience)
                patience = 0.0
                if process in self._processes:
                    self._take(process, message)
        if time.monotonic() - self._looked > _WATCH_S:
            self._looked = time.monotonic()
            for process in list(self._processes):
                if (failure := process.overdue()) is not None:
                    self._lose(process, failure)

    def _take(self, process: SupervisedProcess, message: dict[str, Any] | None) -> None:
        job = self._processes[process]
        failure = process.failure_of(message)
        if failure is not None and failure.kind == "failed" and job is not None:  # the process itself is well
            self._finish(process, job, failure)
        elif failure is not None:
            self._lose(process, failure)
        elif message is not None and "ready" in message:
            process.ready = True
        elif message is not None and job is not None and "answer" in message:
            job.answer = message["answer"]
        elif job is not None:
            self._finish(process, job, job.answer)

    def _finish(self, process: SupervisedProcess, job: _Job[Item], answer: Any) -> None:
        self._failed_starts = 0
        job.answer, job.finished = answer, True
        self._processes[process] = None
        process.busy = False
        process.done += 1
        if process.worn:
            self._dismiss(process)

    def _lose(self, process: SupervisedProcess, failure: Failure) -> None:
        """End a process; the item it was at fails, and where there is none its start has failed."""
        job = self._processes[process]
        self._dismiss(process)
        if job is not None:
            job.answer, job.finished = failure, True
            return
        self._failed_starts += 1
        if self._failed_starts >= _FAILED_STARTS:
            raise NoWorkersError(
                f"The processes of {self._task.factory} do not work: the last one {failure.reason}. Use one worker, or "
                "install the program again."
            )

    def _dismiss(self, process: SupervisedProcess) -> None:
        del self._processes[process]
        process.kill()
