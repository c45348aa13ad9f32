"""Reading in a child process with limits: a file that hangs, takes too much memory or crashes its parser is one refusal.

One process serves file after file and is kept for the next call; it is replaced only after it was ended or died. Answers
are JSON; nothing that comes from a file is ever unpickled.
"""

from __future__ import annotations

import atexit
import queue
import threading
from collections.abc import Iterator
from typing import Any

from clics.errors import CrystalError
from clics.progress import CancelToken
from clics.readers.reader_process import event_from_message, reading
from clics.readers.reading import Event, Position
from clics.supervision.limits import Failure, Limits
from clics.supervision.process import Inbox, SupervisedProcess

SECONDS = 30.0
"""Processor time of one step: opening a file, one block, row, frame or archive member."""
MEMORY = 2 * 2**30
"""Bytes."""
_POLL = 0.2
_MESSAGES = 64
"""Messages that may wait; then the child waits, so that memory stays bounded."""
_MAX_DEATHS = 3
"""Of one file, before the rest of it is given up."""

_idle: list[Reader] = []
_lock = threading.Lock()


class ReaderFailed(Exception):  # noqa: N818 - an event inside this module, not an error that a user sees
    """A step exceeded a limit or ended the process; the process is of no more use."""

    def __init__(self, failure: Failure) -> None:
        super().__init__(failure.reason)
        self.failure = failure


class Reader:
    """One supervised process that reads files."""

    def __init__(self, seconds: float = SECONDS, memory: int = MEMORY) -> None:
        self._inbox: Inbox = queue.Queue(_MESSAGES)
        self._process = SupervisedProcess(reading(), Limits(seconds=seconds, memory=memory), self._inbox)
        self.pid = self._process.pid
        self.close = self._process.kill

    @property
    def usable(self) -> bool:
        """True while the process runs and is not due to be replaced."""
        return self._process.alive and not self._process.worn

    def events(self, path: str, start: Position, cancel: CancelToken | None) -> Iterator[Event]:
        """Read one file.

        Args:
            path: The file.
            start: Position of the first step; earlier ones are skipped.
            cancel: Checked while the process works.

        Raises:
            ReaderFailed: A step exceeded a limit, or the process died.
            Cancelled: On request. The reader must be closed after either.
        """
        if not self._process.give({"path": path, "start": list(start)}):
            raise ReaderFailed(Failure("process-died", "ended its process"))
        while "done" not in (message := self._next(cancel)):
            if "ready" in message:
                self._process.ready = True
            else:
                try:
                    event = event_from_message(message["answer"])
                except (KeyError, TypeError, ValueError, CrystalError) as error:
                    raise ReaderFailed(Failure("process-died", "gave an answer that is damaged")) from error
                yield event
            self._process.restart_clock()
        self._process.busy = False
        self._process.done += 1

    def _next(self, cancel: CancelToken | None) -> dict[str, Any]:
        while True:
            try:
                _, message = self._inbox.get(timeout=_POLL)
            except queue.Empty:
                if cancel is not None:
                    cancel.check()
                failure = self._process.overdue()
            else:
                failure = self._process.failure_of(message)
                if failure is None and message is not None:
                    return message
            if failure is not None:
                raise ReaderFailed(failure)


def read_sandboxed(
    path: str, *, seconds: float = SECONDS, memory: int = MEMORY, cancel: CancelToken | None = None
) -> Iterator[Event]:
    """Read a file as :func:`clics.readers.reading.read_file`, in a child process.

    Args:
        path: The file.
        seconds: Processor time of one step; see :class:`clics.supervision.limits.Limits`.
        memory: Bytes of memory of one step.
        cancel: Checked several times a second.

    Yields:
        Finished events only. A step that exceeds a limit or kills the child becomes a refusal of kind ``timeout``,
        ``out-of-memory``, ``process-died`` or ``failed``; reading resumes behind it.

    Raises:
        Cancelled: On request.
    """
    start: Position = (0, 0)
    for death in range(1, _MAX_DEATHS + 1):
        reader = _take(seconds, memory)
        last = Event((start[0], -1), path, "")
        try:
            for event in reader.events(path, start, cancel):
                last = event
                if event.outcome is not None:
                    yield event
        except ReaderFailed as failed:
            reader.close()
            if last.outcome is None or death == _MAX_DEATHS:
                yield Event(last.position, last.source, last.block, _refusal(failed.failure, last, death))
            member, block = last.position
            start = (member, block + 1) if block >= 0 else (member + 1, 0)
        except BaseException:  # also a caller that stops asking; the child is in the middle of a file
            reader.close()
            raise
        else:
            _give_back(reader, seconds, memory)
            return


def warm_up() -> None:
    """Start a child now and return at once, so that the first file need not wait for its imports."""
    _give_back(_take(SECONDS, MEMORY), SECONDS, MEMORY)


def shut_down() -> None:
    """End the children that wait for work (also done at the end of the program)."""
    with _lock:
        readers = _idle[:]
        _idle.clear()
    for reader in readers:
        reader.close()


def _take(seconds: float, memory: int) -> Reader:
    with _lock:
        while (seconds, memory) == (SECONDS, MEMORY) and _idle:
            reader = _idle.pop()
            if reader.usable:
                return reader
            reader.close()
    return Reader(seconds, memory)


def _give_back(reader: Reader, seconds: float, memory: int) -> None:
    with _lock:
        if (seconds, memory) == (SECONDS, MEMORY) and not _idle and reader.usable:
            _idle.append(reader)
            return
    reader.close()


def _refusal(failure: Failure, at: Event, death: int) -> CrystalError:
    where = f"{at.source} [{at.block}]" if at.block else at.source
    rest = "; what follows in this file is given up" if death == _MAX_DEATHS else ""
    return CrystalError(f"{where}: reading it {failure.reason}{rest}.", kind=failure.kind)


atexit.register(shut_down)
