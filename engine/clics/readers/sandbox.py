"""Reading in a child process with limits: what hangs, swells or crashes is one refusal.

One process serves file after file and is kept for the next call; it is replaced only after it was killed or died. It is
a fresh interpreter (not a fork), so it may be started from any thread and knows nothing of the caller's ``__main__``.
Answers are JSON; nothing that comes from a file is ever unpickled.
"""

from __future__ import annotations

import atexit
import contextlib
import json
import os
import queue
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from clics.errors import CrystalError
from clics.progress import CancelToken
from clics.readers.reader_process import event_from_message
from clics.readers.reading import Event, Position

SECONDS = 30.0  # for one step: opening a file, one block, row, frame or archive member
MEMORY = 2 * 2**30  # bytes
_POLL = 0.2  # seconds between looks at the clock, the cancel token and the child's size
_MAX_ANSWER = 512 * 2**20  # bytes of one line
_MAX_DEATHS = 3  # of one file, before the rest of it is given up
_READY_BY = 120.0  # seconds that a first start on a slow disk may take on top of the limit

_idle: list[Reader] = []
_lock = threading.Lock()


class ReaderDied(Exception):  # noqa: N818 - an event inside this module, not an error that a user sees
    """The child is gone; ``kind`` is that of the refusal."""

    def __init__(self, kind: str) -> None:
        super().__init__(kind)
        self.kind = kind


class Reader:
    """One child process."""

    def __init__(self, memory: int = MEMORY) -> None:
        root = str(Path(__file__).resolve().parents[2])
        environment = dict(
            os.environ, PYTHONPATH=os.pathsep.join([root, os.environ.get("PYTHONPATH", "")]).rstrip(os.pathsep)
        )
        # More threads need more address space and gain nothing here.
        environment |= dict.fromkeys(("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"), "1")
        # -P: a "numpy.py" lying in the current folder, among a stranger's files, must not be imported.
        self._process = subprocess.Popen(
            [sys.executable, "-P", "-m", "clics.readers.reader_process", str(memory)],
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, env=environment,
            creationflags=getattr(subprocess, "CREATE_NO_WINDOW", 0))  # fmt: skip
        self._memory, self._fresh = memory, True
        self._answers: queue.Queue[bytes] = queue.Queue(maxsize=64)  # full: the child waits, memory stays bounded
        self._closed = threading.Event()
        threading.Thread(target=self._collect, name="crystal-reader", daemon=True).start()

    @property
    def pid(self) -> int:
        """The process id of the child."""
        return self._process.pid

    @property
    def alive(self) -> bool:
        """Whether the child still runs."""
        return self._process.poll() is None

    def close(self) -> None:
        """End the child, whatever it is doing."""
        self._process.kill()
        self._process.wait()
        with contextlib.suppress(OSError):
            self._process.stdin.close()  # type: ignore[union-attr]
        self._closed.set()

    def events(self, path: str, start: Position, seconds: float, cancel: CancelToken | None) -> Iterator[Event]:
        """Events of one file. Raises ReaderDied and Cancelled; the child must be closed after either."""
        request = {"path": path, "start": list(start), "seconds": seconds}
        try:
            self._process.stdin.write(json.dumps(request).encode() + b"\n")  # type: ignore[union-attr]
            self._process.stdin.flush()  # type: ignore[union-attr]
        except OSError as error:
            raise ReaderDied("reader-died") from error
        while True:
            message = self._next(seconds + (_READY_BY if self._fresh else 0.0), cancel)
            self._fresh = False
            if message.get("done"):
                return
            try:
                event = event_from_message(message)
            except (KeyError, TypeError, ValueError, CrystalError) as error:
                raise ReaderDied("reader-died") from error
            yield event

    def _collect(self) -> None:
        with self._process.stdout as stream:  # type: ignore[union-attr]
            while True:
                line = stream.readline(_MAX_ANSWER)
                while not self._closed.is_set():
                    with contextlib.suppress(queue.Full):
                        self._answers.put(line, timeout=_POLL)
                        break
                if not line or self._closed.is_set():
                    return

    def _next(self, seconds: float, cancel: CancelToken | None) -> dict[str, Any]:
        deadline = time.monotonic() + seconds
        while True:
            try:
                line = self._answers.get(timeout=_POLL)
            except queue.Empty:
                if cancel is not None:
                    cancel.check()
                if time.monotonic() > deadline:
                    raise ReaderDied("timeout") from None
                if self._resident() > self._memory:
                    raise ReaderDied("out-of-memory") from None
                continue
            try:
                message: dict[str, Any] = json.loads(line)
            except ValueError as error:  # also the empty line of a closed pipe
                raise ReaderDied("reader-died") from error
            return message

    def _resident(self) -> int:
        import psutil

        try:
            return int(psutil.Process(self.pid).memory_info().rss)
        except psutil.Error:
            return 0


def read_sandboxed(
    path: str, *, seconds: float = SECONDS, memory: int = MEMORY, cancel: CancelToken | None = None
) -> Iterator[Event]:
    """:func:`clics.readers.reading.read_file` in a child process, finished events only.

    A step that takes more than ``seconds`` or ``memory`` bytes, or kills the child, becomes a refusal of kind
    ``timeout``, ``out-of-memory`` or ``reader-died``; reading goes on behind it. Raises Cancelled.
    """
    start: Position = (0, 0)
    for death in range(1, _MAX_DEATHS + 1):
        reader = _take(memory)
        last = Event((start[0], -1), path, "")
        try:
            for event in reader.events(path, start, seconds, cancel):
                last = event
                if event.outcome is not None:
                    yield event
                if isinstance(event.outcome, CrystalError) and event.outcome.kind == "out-of-memory":
                    raise ReaderDied("out-of-memory")
        except ReaderDied as died:
            reader.close()
            if last.outcome is None or death == _MAX_DEATHS:
                yield Event(last.position, last.source, last.block, _explain(died.kind, last, seconds, memory, death))
            member, block = last.position
            start = (member, block + 1) if block >= 0 else (member + 1, 0)
        except BaseException:  # also a caller that stops asking; the child is in the middle of a file
            reader.close()
            raise
        else:
            _give_back(reader, memory)
            return


def warm_up() -> None:
    """Start a child now and return at once, so that the first file need not wait for its imports."""
    _give_back(_take(MEMORY), MEMORY)


def shut_down() -> None:
    """End the children that wait for work (also done at the end of the program)."""
    with _lock:
        readers = _idle[:]
        _idle.clear()
    for reader in readers:
        reader.close()


def _take(memory: int) -> Reader:
    with _lock:
        while memory == MEMORY and _idle:
            reader = _idle.pop()
            if reader.alive:
                return reader
            reader.close()
    return Reader(memory)


def _give_back(reader: Reader, memory: int) -> None:
    with _lock:
        if memory == MEMORY and not _idle and reader.alive:
            _idle.append(reader)
            return
    reader.close()


def _explain(kind: str, at: Event, seconds: float, memory: int, death: int) -> CrystalError:
    where = f"{at.source} [{at.block}]" if at.block else at.source
    text = {
        "timeout": f"reading it took longer than {seconds:g} s",
        "out-of-memory": f"reading it needs more than {memory / 2**30:.1f} GiB of memory",
        "reader-died": "the process that read it ended unexpectedly",
    }[kind]
    rest = "; what follows in this file is given up" if death == _MAX_DEATHS else ""
    return CrystalError(f"{where}: {text}{rest}.", kind=kind)


atexit.register(shut_down)
