"""One worker process, seen from outside: what it is at, since when, and how it ended."""

from __future__ import annotations

import contextlib
import json
import os
import queue
import subprocess
import sys
import threading
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import psutil

from clics.dataset.crystal_rows import Row
from clics.dataset.describer_process import Describe, name_of

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


Inbox = queue.SimpleQueue[tuple["WatchedWorker", dict[str, Any] | None]]
"""What the workers of a team say, as it comes; None from one whose process has ended."""


class WatchedWorker:
    """A process that describes, and the crystal it is at (``row``, None between two); what it says goes to ``inbox``."""

    def __init__(self, describe: Describe, inbox: Inbox) -> None:
        root = str(Path(__file__).resolve().parents[2])
        path = os.pathsep.join(filter(None, [root, os.environ.get("PYTHONPATH")]))
        # -P: a "numpy.py" lying in the current folder, among a stranger's files, must not be imported
        self._process = subprocess.Popen(
            [sys.executable, "-P", "-m", "clics.dataset.describer_process"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            env={**os.environ, **_ONE_THREAD, "PYTHONPATH": path},
            creationflags=getattr(subprocess, "CREATE_NO_WINDOW", 0),
        )
        self._watched = psutil.Process(self._process.pid)
        self._since = time.monotonic()
        self._cpu_before = 0.0
        self.ready = False
        self.row: Row | None = None
        self.resident = 0
        self.done = 0
        threading.Thread(target=self._collect, args=(inbox,), name="describer", daemon=True).start()
        with contextlib.suppress(OSError):  # where it died at once, its end comes through the inbox
            self._send({"path": [folder for folder in sys.path if folder], "describe": name_of(describe)})

    @property
    def idle(self) -> bool:
        """Whether it waits for a crystal."""
        return self.ready and self.row is None

    def give(self, row: Row) -> bool:
        """Hand it a crystal; False where it is gone (the crystal is not to blame)."""
        try:
            self._send(row.to_json())
        except OSError:
            self.ready = False
            return False
        self.row, self._since, self._cpu_before = row, time.monotonic(), self._cpu_seconds()
        return True

    def take(self, message: dict[str, Any] | None) -> dict[str, Any] | Died | None:
        """What a message of its own means: an answer for its crystal, its end, or (None) that it is ready."""
        if message is None:
            return self._ended()
        self.resident = message.pop("resident")
        if "broken" in message:
            return Died("worker-broken", str(message["broken"]))
        if "ready" in message:
            self.ready = True
            return None
        self.done += 1
        return message

    def overdue(self, seconds: float, memory: int) -> Died | None:
        """Why it must be ended: its crystal, or its start, takes more than ``seconds`` or ``memory`` bytes."""
        elapsed = time.monotonic() - self._since
        if self.row is None:
            late = not self.ready and elapsed > _START_LIMIT_S
            return Died("describer-timeout", f"no start within {_START_LIMIT_S:g} s") if late else None
        if elapsed > _PATIENCE * seconds or self._cpu_seconds() - self._cpu_before > seconds:
            return Died("describer-timeout", f"{self._subject()} was not described within {seconds:g} s.")
        if self._resident_now() > memory:
            return Died("describer-memory", f"{self._subject()} took more than {memory / 1e9:.1f} GB to describe.")
        return None

    def kill(self) -> None:
        """End the process, whatever it is at."""
        self._process.kill()
        self._process.wait()
        with contextlib.suppress(OSError):
            self._process.stdin.close()  # type: ignore[union-attr]

    def _send(self, message: dict[str, Any]) -> None:
        self._process.stdin.write(json.dumps(message).encode() + b"\n")  # type: ignore[union-attr]
        self._process.stdin.flush()  # type: ignore[union-attr]

    def _collect(self, inbox: Inbox) -> None:
        with self._process.stdout as stream:  # type: ignore[union-attr]
            for line in stream:
                with contextlib.suppress(ValueError):  # a line that its death tore
                    inbox.put((self, json.loads(line)))
        inbox.put((self, None))

    def _ended(self) -> Died:
        code = self._process.wait()
        how = f"signal {-code}" if code < 0 else f"exit code {code}"
        return Died("describer-died", f"{self._subject()} ended the process that described it ({how}).")

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
