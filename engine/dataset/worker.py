"""The process that describes crystals: one at a time, reporting what came out and how much memory it holds."""

from __future__ import annotations

import json
import os
import signal
import threading
import warnings
from collections.abc import Callable
from multiprocessing import parent_process
from multiprocessing.connection import Connection, wait
from typing import Any

import numpy as np

from engine.crystals.crystal import Crystal
from engine.dataset.rows import Row
from engine.errors import ClicsError

Describe = Callable[[Crystal], Any]
"""A crystal in, a :class:`~engine.concepts.description.Description` out; importable by name from another process."""

READY = "ready"
BROKEN = "broken"


def describe_robocrys(crystal: Crystal) -> Any:
    """The project's own describer (imported here, so that only workers load it)."""
    from engine.concepts.describe import describe

    return describe(crystal)


def run(connection: Connection, describe: Describe) -> None:
    """Answer every :class:`~engine.dataset.rows.Row` received with ``({"description"} or {"error"}, resident bytes)``.

    Before, it says once ``(READY, resident bytes)``, or ``((BROKEN, reason), 0)`` and ends.

    Ends when the other side hangs up, and at once when the parent process is gone.
    """
    threading.Thread(target=_end_with_parent, daemon=True).start()
    prepare_process()
    try:
        memory = _resident_memory()
        # loads everything before the first crystal's time runs; a describer that cannot do rock salt can do nothing
        describe(_rock_salt().crystal()).to_json()
    except Exception as error:  # noqa: BLE001 - whatever is wrong with the describer, the build must be told
        connection.send(((BROKEN, f"{type(error).__name__}: {error}"), 0))
        return
    connection.send((READY, memory()))
    while True:
        try:
            row: Row = connection.recv()
            connection.send((_answer(row, describe), memory()))
        except (EOFError, BrokenPipeError, ConnectionResetError):
            return


def _rock_salt() -> Row:
    lattice = np.array([[0.0, 2.82, 2.82], [2.82, 0.0, 2.82], [2.82, 2.82, 0.0]])
    return Row.of("rock-salt", lattice, np.array([11, 17]), np.array([[0.0, 0.0, 0.0], [0.5, 0.5, 0.5]]), "")


def prepare_process() -> None:
    """Leave Ctrl-C to the parent, which stops workers in order, and keep warnings on single crystals off the screen."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    warnings.simplefilter("ignore")
    os.environ["SPGLIB_WARNING"] = "OFF"


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


def _resident_memory() -> Callable[[], int]:
    import psutil

    process = psutil.Process()
    return lambda: int(process.memory_info().rss)


def _end_with_parent() -> None:
    """A killed parent cannot stop its workers; one that hangs in a crystal would stay for ever."""
    parent = parent_process()
    if parent is not None:
        wait([parent.sentinel])
        os._exit(1)
