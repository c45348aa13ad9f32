"""``status.json`` of a training: what it is doing, written by its process, read by whoever wants to know."""

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
WISH = "wish"
"""A file with this name asks the process to ``pause`` or to ``finish`` with what it has learnt."""
LOG = "log.txt"
EVERY = 0.5
"""Seconds between two writings."""
_LAUNCH = "launch.json"
_START_TAKES = 5.0
"""Seconds within which a process that was announced is there."""

_RATE_AFTER = 8.0
"""Seconds before which a rate says nothing: the first steps are slow."""

Control = Literal["pause", "finish"]


class StatusWriter:
    """Writes the status of this process's training; a progress callback itself."""

    def __init__(self, folder: Path) -> None:
        import psutil

        self._folder = folder
        self._first: tuple[float, int] | None = None
        self._data: dict[str, Any] = {"pid": os.getpid(), "began": psutil.Process().create_time(), "ended": ""}
        self._written = 0.0
        self.phase("preparing")

    def phase(self, name: str) -> None:
        """Another part of the work begins."""
        self._first = None
        self._data |= {"phase": name, "done": 0, "total": None, "text": "", "left": None}
        self._write()

    def __call__(self, event: Progress) -> None:
        """Note a progress event, and how long the phase will still take."""
        now = time.monotonic()
        if self._first is None or event.done < self._first[1]:
            self._first = (now, event.done)
        self._data |= {"done": event.done, "total": event.total, "text": event.text, "left": self._left(event, now)}
        if now - self._written >= EVERY or event.done == event.total:
            self._write()

    def end(self, how: Literal["paused", "failed", "finished"], message: str, **figures: Any) -> None:
        """The last word."""
        self._data |= {"ended": how, "message": message, "left": None, **figures}
        self._write()

    def _left(self, event: Progress, now: float) -> float | None:
        began, first = self._first or (now, event.done)
        gone = event.done - first
        if event.total is None or gone <= 0 or now - began < _RATE_AFTER:
            return None
        return (now - began) / gone * (event.total - event.done)

    def _write(self) -> None:
        self._written = time.monotonic()
        with contextlib.suppress(ClicsError):  # a full disk must not end what could still be saved or said
            write(self._folder, self._data)


def write(folder: Path, data: dict[str, Any]) -> None:
    """Write ``status.json`` whole or not at all."""
    write_text(folder / FILE, json.dumps(data), durable=False)  # progress is worthless after a power cut


def read(folder: Path) -> dict[str, Any]:
    """``status.json``, or nothing where there is none that can be read."""
    try:
        data = json.loads((folder / FILE).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    return data if isinstance(data, dict) else {}


def announce(folder: Path) -> None:
    """A process is about to be started."""
    (folder / _LAUNCH).unlink(missing_ok=True)
    write(folder, {"launched": time.time(), "ended": "", "phase": "starting"})


def launched(folder: Path, pid: int) -> None:
    """The process is there; until it says so itself, this is what is known of it."""
    import psutil

    with contextlib.suppress(psutil.Error):
        began = psutil.Process(pid).create_time()
        (folder / _LAUNCH).write_text(json.dumps({"pid": pid, "began": began}), encoding="utf-8")


def process_of(folder: Path, data: dict[str, Any]) -> Any:
    """The living process (psutil's) behind a status, or None; a number that was given to another one does not count."""
    import psutil

    known = data if "pid" in data else _launch(folder)
    try:
        process = psutil.Process(int(known["pid"]))
        same = abs(process.create_time() - float(known["began"])) < 1.0
        return process if same and process.status() != psutil.STATUS_ZOMBIE else None
    except (psutil.Error, ValueError, KeyError):
        return None


def alive(folder: Path, data: dict[str, Any]) -> bool:
    """Whether a process works on it, or is about to."""
    if process_of(folder, data) is not None:
        return True
    return "pid" not in data and not _launch(folder) and time.time() - float(data.get("launched", 0)) < _START_TAKES


def _launch(folder: Path) -> dict[str, Any]:
    try:
        data = json.loads((folder / _LAUNCH).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    return data if isinstance(data, dict) else {}


def ask(folder: Path, wish: Control) -> None:
    """Ask the process to end: it looks every half second."""
    (folder / WISH).write_text(wish, encoding="utf-8")


def last_words(folder: Path) -> str:
    """The end of what the process printed."""
    try:
        lines = (folder / LOG).read_text(encoding="utf-8", errors="replace").splitlines()
    except OSError:
        return ""
    return "\n".join(lines[-20:])
