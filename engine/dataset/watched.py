"""One worker process, seen from outside: what it is at, since when, and how it ended."""

from __future__ import annotations

import multiprocessing
import os
import time
from dataclasses import dataclass
from typing import Any

import psutil

from engine.dataset import worker
from engine.dataset.rows import Row
from engine.dataset.worker import Describe

_START_LIMIT_S = 600.0
_PATIENCE = 4.0
"""A limit is in seconds of processor time, so that a busy machine fails no crystal; by the clock it may take this many
times as long."""
_ONE_THREAD = dict.fromkeys(("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"), "1")


@dataclass(frozen=True, slots=True)
class Died:
    """Why a worker is of no more use: the kind and sentence that become the error of its crystal."""

    kind: str
    message: str


class WatchedWorker:
    """A process that describes, its pipe, and the crystal it is at (``row``, None between two)."""

    def __init__(self, describe: Describe) -> None:
        context = multiprocessing.get_context("spawn")
        self.connection, theirs = context.Pipe()
        self._process = context.Process(target=worker.run, args=(theirs, describe), daemon=True)
        _start_with_one_thread(self._process)
        theirs.close()
        self._watched = psutil.Process(self._process.pid)
        self._since = time.monotonic()
        self._cpu_before = 0.0
        self.ready = False
        self.row: Row | None = None
        self.answer: dict[str, Any] | None = None
        self.resident = 0
        self.done = 0

    @property
    def idle(self) -> bool:
        """Whether it waits for a crystal."""
        return self.ready and self.row is None

    def give(self, row: Row) -> bool:
        """Hand it a crystal; False where it is gone (the crystal is not to blame)."""
        try:
            self.connection.send(row)
        except OSError:
            self.ready = False
            return False
        self.row, self._since, self._cpu_before = row, time.monotonic(), self._cpu_seconds()
        return True

    def look(self, seconds: float, memory: int) -> Died | None:
        """Take in what it says; tell why it must be ended: it is dead, past ``seconds``, above ``memory`` bytes."""
        try:
            while self.connection.poll():
                said, self.resident = self.connection.recv()
                if said == worker.READY:
                    self.ready = True
                elif isinstance(said, tuple):
                    return Died("worker-broken", str(said[1]))
                else:
                    self.answer = said
        except (EOFError, OSError):
            return self._dead()
        if self.answer is not None:
            return None
        return self._overdue(seconds, memory)

    def take_answer(self) -> tuple[Row, dict[str, Any]]:
        """The crystal it was at and what came out; it is idle afterwards."""
        row, answer = self.row, self.answer
        if row is None or answer is None:
            raise RuntimeError("no answer is there to be taken")
        self.row = self.answer = None
        self.done += 1
        return row, answer

    def kill(self) -> None:
        """End the process, whatever it is at."""
        self._process.kill()
        self._process.join()
        self.connection.close()

    def _dead(self) -> Died:
        self._process.join(timeout=5)
        code = self._process.exitcode
        how = f"signal {-code}" if code is not None and code < 0 else f"exit code {code}"
        return Died("describer-died", f"{self._subject()} ended the process that described it ({how}).")

    def _overdue(self, seconds: float, memory: int) -> Died | None:
        elapsed = time.monotonic() - self._since
        if self.row is None:
            late = not self.ready and elapsed > _START_LIMIT_S
            return Died("describer-timeout", f"no start within {_START_LIMIT_S:g} s") if late else None
        if elapsed > _PATIENCE * seconds or self._cpu_seconds() - self._cpu_before > seconds:
            return Died("describer-timeout", f"{self._subject()} was not described within {seconds:g} s.")
        if self._resident_now() > memory:
            return Died("describer-memory", f"{self._subject()} took more than {memory / 2**30:.1f} GiB to describe.")
        return None

    def _resident_now(self) -> int:
        try:
            return int(self._watched.memory_info().rss)
        except psutil.Error:
            return 0

    def _cpu_seconds(self) -> float:
        try:
            times = self._watched.cpu_times()
            return float(times.user + times.system)
        except psutil.Error:
            return 0.0

    def _subject(self) -> str:
        return "Starting" if self.row is None else f"{self.row.formula} ({self.row.id}, {len(self.row.numbers)} sites)"


def _start_with_one_thread(process: multiprocessing.process.BaseProcess) -> None:
    """Start a process whose numpy uses one thread; it reads the variables at import, so they must be there before."""
    before = {name: os.environ.get(name) for name in _ONE_THREAD}
    os.environ.update(_ONE_THREAD)
    try:
        process.start()
    finally:
        for name, value in before.items():
            if value is None:
                del os.environ[name]
            else:
                os.environ[name] = value
