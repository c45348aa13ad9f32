"""The process in which files of strangers are parsed: ``python -P -m clics.readers.reader_process``.

It reads requests (JSON lines) from its standard input and answers on its standard output, a JSON line for every event
of :func:`clics.readers.reading.read_file`. It never imports torch, and ends when its input is closed.
"""

from __future__ import annotations

import contextlib
import json
import os
import sys
from typing import Any, BinaryIO

from clics.errors import CrystalError
from clics.readers.reading import Event, read_file
from clics.readers.record import Record
from clics.readers.registry import import_readers


def event_to_message(event: Event) -> dict[str, Any]:
    """Plain JSON values of an event."""
    message: dict[str, Any] = {"at": list(event.position), "source": event.source, "block": event.block}
    if isinstance(event.outcome, Record):
        message["record"] = event.outcome.to_message()
    elif event.outcome is not None:
        message["error"] = {"kind": event.outcome.kind, "message": event.outcome.message}
    return message


def event_from_message(message: dict[str, Any]) -> Event:
    """The event of :func:`event_to_message`. Raises KeyError, TypeError, ValueError or CrystalError."""
    outcome: Record | CrystalError | None = None
    if "record" in message:
        outcome = Record.from_message(message["record"])
    elif "error" in message:
        outcome = CrystalError(str(message["error"]["message"]), kind=str(message["error"]["kind"]))
    member, block = message["at"]
    return Event((int(member), int(block)), str(message["source"]), str(message["block"]), outcome)


def main() -> None:
    """Serve until standard input ends: ``{"path", "start", "seconds"}`` in, events and ``{"done": true}`` out."""
    requests = sys.stdin.buffer
    # Foreign libraries may print; what they print must not get between our answers.
    answers = os.fdopen(os.dup(1), "wb")
    os.dup2(os.open(os.devnull, os.O_WRONLY), 1)
    import_readers()
    _limit_memory(int(sys.argv[1]) if len(sys.argv) > 1 else 0)
    for line in requests:
        request = json.loads(line)
        _serve(request["path"], tuple(request["start"]), float(request["seconds"]), answers)


def _serve(path: str, start: tuple[int, int], seconds: float, answers: BinaryIO) -> None:
    last = Event((0, -1), path, "")
    try:
        for event in read_file(path, start):
            _alarm(0.0)
            _send(event_to_message(event), answers)
            last = event
            _alarm(seconds)
    except MemoryError:
        # The parser's memory is free again by now, but in pieces; the parent puts a fresh process in our place.
        error = CrystalError(f"{last.source}: reading it needs more memory than is allowed.", kind="out-of-memory")
        _send(event_to_message(Event(last.position, last.source, last.block, error)), answers)
        os._exit(0)
    finally:
        _alarm(0.0)
    _send({"done": True}, answers)


def _send(message: dict[str, Any], answers: BinaryIO) -> None:
    try:
        answers.write(json.dumps(message, allow_nan=False).encode() + b"\n")
        answers.flush()
    except BrokenPipeError:
        os._exit(0)  # the parent is gone


def _limit_memory(limit: int) -> None:
    """Address space, where the system knows such a limit (Linux); elsewhere the parent watches the resident size."""
    with contextlib.suppress(ImportError, ValueError, OSError):
        import resource

        if limit:
            resource.setrlimit(resource.RLIMIT_AS, (limit, limit))
        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


def _alarm(seconds: float) -> None:
    """Let the kernel end this process should a parser hang after the parent, which keeps the clock, has died."""
    with contextlib.suppress(ImportError, AttributeError):
        import signal

        signal.setitimer(signal.ITIMER_REAL, 2 * seconds + 5 if seconds else 0.0)


if __name__ == "__main__":
    main()
