"""The status of a training job: ``status.json``, written by its process, and the files by which the two sides communicate."""

from __future__ import annotations

import contextlib
import json
import os
import time
from pathlib import Path
from typing import Any, Literal

from clics.atomic_files import write_text
from clics.errors import ClicsError
from clics.progress import Progress

FILE = "status.json"
CONTROL_FILE = "wish"
"""A file that requests the process to ``pause``, or to ``finish`` with the best weights so far. Named so since version 0.1, whose
processes may still run."""
LOG = "log.txt"
WRITE_INTERVAL = 0.5
"""Seconds between two writes."""
_LAUNCH = "launch.json"
_LAUNCH_TIMEOUT = 5.0
"""Seconds after which a process that was announced must exist."""
_RATE_AFTER = 8.0
"""Seconds before a remaining time is estimated: the first steps are slow."""

Control = Literal["pause", "finish"]


class StatusWriter:
    """Writes the status of this process's job; an instance is a progress callback."""

    def __init__(self, folder: Path) -> None:
        """Write the first status, of the phase ``preparing``, into ``folder``."""
        import psutil

        self._folder = folder
        self._first: tuple[float, int] | None = None
        self._data: dict[str, Any] = {"pid": os.getpid(), "began": psutil.Process().create_time(), "ended": ""}
        self._written = 0.0
        self.phase("preparing")

    def phase(self, name: str) -> None:
        """Begin another phase of the job."""
        self._first = None
        self._data |= {"phase": name, "done": 0, "total": None, "text": "", "left": None}
        self._write()

    def __call__(self, event: Progress) -> None:
        """Record a progress event and the remaining time of the phase."""
        now = time.monotonic()
        if self._first is None or event.done < self._first[1]:
            self._first = (now, event.done)
        self._data |= {"done": event.done, "total": event.total, "text": event.text, "left": self._left(event, now)}
        if now - self._written >= WRITE_INTERVAL or event.done == event.total:
            self._write()

    def end(self, how: Literal["paused", "failed", "finished"], message: str, **figures: Any) -> None:
        """Record the end of the job.

        Args:
            how: the outcome.
            message: one sentence that says why.
            figures: further fields, such as validation figures.
        """
        self._data |= {"ended": how, "message": message, "left": None, **figures}
        self._write()

    def _left(self, event: Progress, now: float) -> float | None:
        began, first = self._first or (now, event.done)
        since = event.done - first
        if event.total is None or since <= 0 or now - began < _RATE_AFTER:
            return None
        return (now - began) / since * (event.total - event.done)

    def _write(self) -> None:
        self._written = time.monotonic()
        with contextlib.suppress(ClicsError):  # a full disk must not end a training that can still be saved
            write(self._folder, self._data)


def write(folder: Path, data: dict[str, Any]) -> None:
    """Replace ``status.json`` in ``folder``, atomically."""
    write_text(folder / FILE, json.dumps(data), durable=False)  # progress is worthless after a power cut


def read(folder: Path) -> dict[str, Any]:
    """``status.json`` of ``folder``; empty where there is none that can be read."""
    try:
        data = json.loads((folder / FILE).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    return data if isinstance(data, dict) else {}


def announce(folder: Path) -> None:
    """Record that a process is about to be started."""
    (folder / _LAUNCH).unlink(missing_ok=True)
    write(folder, {"launched": time.time(), "ended": "", "phase": "starting"})


def launched(folder: Path, pid: int) -> None:
    """Record the process that was started, until it writes its own status."""
    import psutil

    with contextlib.suppress(psutil.Error):
        began = psutil.Process(pid).create_time()
        write_text(folder / _LAUNCH, json.dumps({"pid": pid, "began": began}), durable=False)


def process_of(folder: Path, data: dict[str, Any]) -> Any:
    """The running process of a job.

    Args:
        folder: of the job.
        data: its status.

    Returns:
        A ``psutil.Process``, or None. The creation time is compared, since process ids are reused.
    """
    import psutil

    known = data if "pid" in data else _launch(folder)
    try:
        process = psutil.Process(int(known["pid"]))
        same = abs(process.create_time() - float(known["began"])) < 1.0
        return process if same and process.status() != psutil.STATUS_ZOMBIE else None
    except (psutil.Error, ValueError, KeyError):
        return None


def alive(folder: Path, data: dict[str, Any]) -> bool:
    """True if the job's process runs, or is about to start."""
    if process_of(folder, data) is not None:
        return True
    return "pid" not in data and not _launch(folder) and time.time() - float(data.get("launched", 0)) < _LAUNCH_TIMEOUT


def _launch(folder: Path) -> dict[str, Any]:
    try:
        data = json.loads((folder / _LAUNCH).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    return data if isinstance(data, dict) else {}


def request(folder: Path, control: Control) -> None:
    """Request the process to pause or to finish; it looks for requests about three times a second."""
    write_text(folder / CONTROL_FILE, control, durable=False)  # whole: half of "finish" would be read as "pause"
