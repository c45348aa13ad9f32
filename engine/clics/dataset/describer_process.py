"""The process that describes crystals, one at a time: ``python -P -m clics.dataset.describer_process``.

A fresh interpreter, not a fork, so that it may be started from any thread and from any kind of process. JSON lines come on
standard input: first ``{"path": sys.path, "describe": "module:function"}``, then a crystal each
(:meth:`clics.dataset.crystal_rows.Row.to_json`). JSON lines go out on standard output, each with ``resident``, the bytes of memory
that the process holds: ``{"ready": true}`` or ``{"broken": reason}``, then an answer for every crystal, ``{"description": …}``
or ``{"error": {"kind", "message"}}``. The process ends at once when its input is closed, whatever it is at.
"""

from __future__ import annotations

import importlib
import json
import os
import queue
import signal
import sys
import threading
import warnings
from collections.abc import Callable, Mapping
from typing import Any, BinaryIO

import numpy as np

from clics.crystals.crystal import Crystal
from clics.dataset.crystal_rows import Row
from clics.errors import ClicsError

Describe = Callable[[Crystal], Any]
"""A crystal in, a :class:`~clics.results.description.Description` out; importable by name from another process."""


def describe_robocrys(crystal: Crystal) -> Any:
    """The project's own describer (imported here, so that only workers load it)."""
    from clics.descriptions.describe import describe

    return describe(crystal)


def describe_named(crystal: Crystal) -> Any:
    """The same with the name of the structure type."""
    from clics.descriptions.describe import describe

    return describe(crystal, mineral=True)


def name_of(describe: Describe) -> str:
    """``module:function``, by which another process finds a describer."""
    return f"{describe.__module__}:{describe.__qualname__}"


def prepare_process() -> None:
    """Leave Ctrl-C to the parent, which stops workers in order, and keep warnings on single crystals off the screen."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    warnings.simplefilter("ignore")
    os.environ["SPGLIB_WARNING"] = "OFF"


def main() -> None:
    """Serve until standard input ends; see the module."""
    prepare_process()
    # foreign libraries may print; what they print must not get between our answers
    answers = os.fdopen(os.dup(1), "wb")
    os.dup2(os.open(os.devnull, os.O_WRONLY), 1)
    start = json.loads(sys.stdin.buffer.readline())
    sys.path[:] = start["path"]
    lines: queue.SimpleQueue[bytes] = queue.SimpleQueue()
    threading.Thread(target=_listen, args=(lines,), daemon=True).start()
    try:
        module, _, function = start["describe"].partition(":")
        describe: Describe = getattr(importlib.import_module(module), function)
        # loads everything before the first crystal's time runs; a describer that cannot do rock salt can do nothing
        describe(_rock_salt().crystal()).to_json()
    except Exception as error:  # noqa: BLE001 - whatever is wrong with the describer, the build must be told
        _say(answers, {"broken": f"{type(error).__name__}: {error}"})
        return
    _say(answers, {"ready": True})
    while True:
        _say(answers, _answer(Row.from_json(json.loads(lines.get())), describe))


def _listen(lines: queue.SimpleQueue[bytes]) -> None:
    """Take in lines. A killed parent cannot stop its workers, and one that hangs in a crystal would stay for ever."""
    for line in sys.stdin.buffer:
        lines.put(line)
    os._exit(0)


def _say(answers: BinaryIO, message: Mapping[str, Any]) -> None:
    import psutil

    line = json.dumps({**message, "resident": psutil.Process().memory_info().rss})
    try:
        answers.write(line.encode() + b"\n")
        answers.flush()
    except BrokenPipeError:
        os._exit(0)  # the parent is gone


def _rock_salt() -> Row:
    lattice = np.array([[0.0, 2.82, 2.82], [2.82, 0.0, 2.82], [2.82, 2.82, 0.0]])
    return Row.of("rock-salt", lattice, np.array([11, 17]), np.array([[0.0, 0.0, 0.0], [0.5, 0.5, 0.5]]), "")


def _answer(row: Row, describe: Describe) -> dict[str, Any]:
    try:
        description = describe(row.crystal()).to_json()
        # numbers of numpy become plain here, so that what cannot be stored is this crystal's failure
        return {"description": json.loads(json.dumps(description, default=lambda value: value.item()))}
    except ClicsError as error:
        return {"error": {"kind": error.kind, "message": error.message}}
    except Exception as error:  # noqa: BLE001 - whatever the describer raises must cost one crystal, never the build
        message = f"{row.formula} ({row.id}) could not be described: {type(error).__name__}: {error}"
        return {"error": {"kind": "not-described", "message": message[:500]}}


if __name__ == "__main__":
    main()
