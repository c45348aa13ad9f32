"""The supervised process: ``clics --worker supervised`` (:mod:`clics.cli.worker`).

JSON lines come on standard input: first the start (:class:`~clics.supervision.task.Task` and ``memory``, the limit in
bytes), then ``{"item", "seconds"}`` for each item. JSON lines go out on standard output: ``{"ready": true}`` or
``{"broken": reason}``, then for each item any number of ``{"answer"}`` and one of ``{"done": true}``, ``{"failed": reason}``
and ``{"memory": true}``. The process ends when its input is closed, whatever it is doing.
"""

from __future__ import annotations

import contextlib
import gc
import importlib
import json
import os
import queue
import signal
import sys
import threading
import warnings
from typing import Any, BinaryIO

from clics.errors import reason_of
from clics.supervision.free_memory import FreeMemory
from clics.supervision.limits import PATIENCE
from clics.supervision.task import Handler

_WAITING = 50
"""Times the idle time of an item after which the clock alone ends a process that has lost its parent."""


def main() -> None:
    """Serve until standard input ends; see the module."""
    gc.disable()  # until all is imported: what imports make lives to the end, and is not garbage
    for name in ("SIGINT", "SIGTERM", "SIGHUP"):  # to a whole group: for the parent, which ends its children in order
        if hasattr(signal, name):
            signal.signal(getattr(signal, name), signal.SIG_IGN)
    warnings.simplefilter("ignore")
    os.environ["SPGLIB_WARNING"] = "OFF"
    # foreign libraries may print, and what they print must not get between the answers
    answers = os.fdopen(os.dup(1), "wb")
    os.dup2(os.open(os.devnull, os.O_WRONLY), 1)
    start = json.loads(sys.stdin.buffer.readline() or b"null")
    if start is None:
        return
    lines: queue.SimpleQueue[bytes] = queue.SimpleQueue()
    threading.Thread(target=_listen, args=(lines,), daemon=True).start()
    try:
        handle = _handler(start)
    except Exception as error:  # noqa: BLE001 - whatever is wrong with the task, the parent must know
        _send(answers, {"broken": reason_of(error)})
        return
    gc.freeze()
    gc.enable()
    _limit_memory(start["memory"])
    _send(answers, {"ready": True})
    give_back = FreeMemory()
    while True:
        request = json.loads(lines.get())
        _serve(handle, request["item"], request["seconds"], answers)
        give_back()


def _handler(start: dict[str, Any]) -> Handler:
    if start["folder"]:
        sys.path.append(start["folder"])
    module, _, function = start["factory"].partition(":")
    handle: Handler = getattr(importlib.import_module(module), function)(**start["options"])
    return handle


def _serve(handle: Handler, item: Any, seconds: float, answers: BinaryIO) -> None:
    _alarm(seconds)
    try:
        for answer in handle(item):
            _alarm(0.0)  # a parent that takes its time to read is no hanging step
            _send(answers, {"answer": answer})
            _alarm(seconds)
        message: dict[str, Any] = {"done": True}
    except MemoryError:
        # memory is free again by now, but in pieces; the parent puts a fresh process in this one's place
        _alarm(0.0)
        _send(answers, {"memory": True})
        os._exit(0)
    except Exception as error:  # noqa: BLE001 - whatever an item makes a library raise must cost that item alone
        message = {"failed": reason_of(error)}
    _alarm(0.0)
    _send(answers, message)


def _listen(lines: queue.SimpleQueue[bytes]) -> None:
    """Take in lines. A killed parent cannot end its children, and one that hangs in an item would stay for ever."""
    for line in sys.stdin.buffer:
        lines.put(line)
    os._exit(0)


def _send(answers: BinaryIO, message: dict[str, Any]) -> None:
    try:
        answers.write(json.dumps(message).encode() + b"\n")
        answers.flush()
    except BrokenPipeError:
        os._exit(0)  # the parent is gone


def _limit_memory(limit: int) -> None:
    """Limit the address space by what may still be added to the resident memory (Linux; elsewhere the parent watches)."""
    with contextlib.suppress(ImportError, ValueError, OSError):
        import resource

        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
        if limit and sys.platform == "linux":
            import psutil

            now = psutil.Process().memory_info()
            most = now.vms + max(0, limit - now.rss)
            resource.setrlimit(resource.RLIMIT_AS, (most, most))


def _alarm(seconds: float) -> None:
    """Let the kernel end this process if a library hangs, without letting threads run, after the parent has died."""
    with contextlib.suppress(ImportError, AttributeError):
        signal.setitimer(signal.ITIMER_PROF, 2 * seconds + 5 if seconds else 0.0)
        signal.setitimer(signal.ITIMER_REAL, _WAITING * PATIENCE * seconds if seconds else 0.0)
