"""One supervised process, seen from its parent."""

from __future__ import annotations

import contextlib
import json
import queue
import subprocess
import threading
import time
from dataclasses import asdict
from typing import Any

from clics.supervision.command import child_command, child_environment
from clics.supervision.limits import PATIENCE, Failure, Limits, died, out_of_memory, out_of_time
from clics.supervision.priority import lower_priority
from clics.supervision.process_times import ProcessTimes
from clics.supervision.task import Task

START_SECONDS = 600.0
"""Wall-clock time for loading everything: on a busy machine with a slow disk."""
_LONGEST_MESSAGE = 512 * 2**20
"""Bytes; a longer line is that of a child out of control."""
_POLL = 0.2

Inbox = queue.Queue[tuple["SupervisedProcess", "dict[str, Any] | None"]]
"""Messages of children as they come; None from one whose process has ended or sends nonsense."""


class SupervisedProcess:
    """A child process and the time it has spent on its item.

    Args:
        task: The work.
        limits: Limits of an item; that of memory is also set inside the child where the system has such a limit.
        inbox: Receives the child's messages. One of limited size makes the child wait.
        background: Lower its priority.
    """

    def __init__(self, task: Task, limits: Limits, inbox: Inbox, *, background: bool = False) -> None:
        self._process = subprocess.Popen(
            child_command(task.factory),
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            env=child_environment(),
            creationflags=getattr(subprocess, "CREATE_NO_WINDOW", 0),
        )
        if background:
            lower_priority(self._process.pid)
        self._times = ProcessTimes(self._process.pid)
        self._limits = limits
        self._closed = threading.Event()
        self.ready = False
        self.busy = False
        self.done = 0
        self.restart_clock()
        threading.Thread(target=self._collect, args=(inbox,), name="supervised", daemon=True).start()
        with contextlib.suppress(OSError):  # where it died at once, its end comes through the inbox
            self._send({**asdict(task), "memory": limits.memory})

    @property
    def pid(self) -> int:
        """Process id of the child."""
        return self._process.pid

    @property
    def alive(self) -> bool:
        """True while the child runs."""
        return self._process.poll() is None

    @property
    def worn(self) -> bool:
        """True when it is time for a fresh process: too many items, or memory that it does not give back."""
        limits = self._limits
        return self.done >= limits.restart_items or 0 < limits.restart_memory < self._times.resident()

    def give(self, item: Any) -> bool:
        """Give it an item (a value of JSON).

        Returns:
            False where the process is gone; the item is not to blame.
        """
        try:
            if not self.alive:
                raise BrokenPipeError
            self._send({"item": item, "seconds": self._limits.seconds})
        except OSError:
            self.ready = False
            return False
        self.busy = True
        self.restart_clock()
        return True

    def restart_clock(self) -> None:
        """Begin to count the time of an item, or of the next step of it."""
        self._since = time.monotonic()
        self._times.restart()

    def overdue(self) -> Failure | None:
        """The limit that its item, or its start, exceeds; None as long as all is well."""
        if not self.ready:
            late = time.monotonic() - self._since > START_SECONDS
            return Failure("timeout", f"did not start within {START_SECONDS:g} s") if late else None
        if not self.busy:
            return None
        limits = self._limits
        self._times.look()
        if self._times.used > limits.seconds:
            return out_of_time(limits.seconds, idle=False)
        if self._times.idle > PATIENCE * limits.seconds:
            return out_of_time(limits.seconds, idle=True)
        if 0 < limits.memory < self._times.resident():
            return out_of_memory(limits.memory)
        return None

    def failure_of(self, message: dict[str, Any] | None) -> Failure | None:
        """The failure that a message reports; None for the messages of work that goes well."""
        if message is None:
            with contextlib.suppress(subprocess.TimeoutExpired):
                return died(self._process.wait(_POLL))
            return Failure("process-died", "gave an answer that is damaged")
        if "memory" in message:
            return out_of_memory(self._limits.memory)
        if "failed" in message:
            return Failure("failed", f"failed ({message['failed']})")
        if "broken" in message:
            return Failure("failed", f"does not start ({message['broken']})")
        return None

    def kill(self) -> None:
        """End the child, whatever it is doing."""
        self._closed.set()
        self._process.kill()
        self._process.wait()
        with contextlib.suppress(OSError):
            self._process.stdin.close()  # type: ignore[union-attr]

    def _send(self, message: dict[str, Any]) -> None:
        self._process.stdin.write(json.dumps(message).encode() + b"\n")  # type: ignore[union-attr]
        self._process.stdin.flush()  # type: ignore[union-attr]

    def _collect(self, inbox: Inbox) -> None:
        with self._process.stdout as stream:  # type: ignore[union-attr]
            while True:
                try:
                    message = json.loads(stream.readline(_LONGEST_MESSAGE))
                    message = message if isinstance(message, dict) else None
                except ValueError:  # also the empty line of a closed pipe
                    message = None
                while not self._closed.is_set():
                    with contextlib.suppress(queue.Full):
                        inbox.put((self, message), timeout=_POLL)
                        break
                if message is None or self._closed.is_set():
                    return
