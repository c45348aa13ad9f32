"""The engine process: ``clics --worker engine NUMBER``, started by the window with the number of its own process.

Messages come on standard input: ``("run", Job)``, ``("cancel", number)`` and ``("stop", None)``. Answers go out on
standard output: ``(number, kind, value)`` of a job, and with number 0 ``"ready"``, ``"warm"`` when all that answers need
is imported, and ``"broken"`` with the reason where it cannot be imported. The process ends when its input is closed and
when the window's process dies, whatever it is doing; it listens on no port.
"""

from __future__ import annotations

import ctypes
import faulthandler
import gc
import importlib
import importlib.util
import os
import signal
import sys
import threading
import time
import traceback
import warnings
from typing import Any, BinaryIO

from clics.engine_process import wire
from clics.engine_process.engine_thread import EngineThread, unexpected
from clics.engine_process.job import Job, Kind, ThreadName
from clics.errors import ClicsError, incomplete_installation, is_out_of_memory, reason_of
from clics.progress import CancelToken

FIRST = ("numpy", "pymatgen.core")
"""Imported before the first message is taken: a crystal in a message needs them, and where two threads import one package by
different modules of it at a time, Python gives one of them a module that is not complete."""
NEEDED = (
    "clics.session", "clics.services.geometry", "clics.descriptions.describe",
    "clics.symmetry.ladder", "clics.library.store", "clics.model.encoder", "clics.analysis", "clics.retrieval.candidates",
)  # fmt: skip
"""Imported ahead of the first question: what reading needs first, the model last."""
PRESENT = (
    "torch", "pymatgen", "gemmi", "psutil", "spglib", "moyopy", "scipy", "faiss", "safetensors", "tokenizers", "openpyxl",
)  # fmt: skip
"""Imported when they are needed; that they are there is looked at ahead of the first question."""
HEAD_START = 3.0
"""Seconds for which imports wait for the first answer: two threads that import would only get in each other's way."""
LAST_SECONDS = 2.5
"""Time that jobs have to end in order when the window closes."""
_NEW_OBJECTS = 100_000
"""New objects after which Python looks for cyclic garbage, as in :mod:`clics.cli.main`."""
_DIE_WITH_PARENT = 1
"""``PR_SET_PDEATHSIG`` of Linux."""


def main() -> None:
    """Serve until the window closes or dies; see the module."""
    requests, answers = _take_streams()
    _prepare(int(sys.argv[1]))
    Server(requests, answers).serve()


class Server:
    """Two engine threads and the pipes to the window."""

    def __init__(self, requests: BinaryIO, answers: BinaryIO) -> None:
        self._requests = requests
        self._answers = answers
        self._sending = threading.Lock()
        self._tokens: dict[int, CancelToken] = {}
        self._answered = threading.Event()
        self._threads: dict[ThreadName, EngineThread] = {
            "quick": EngineThread("quick", self._post),
            "long": EngineThread("long", self._post),
        }

    def serve(self) -> None:
        """Take messages until the end."""
        self._send(0, "ready", None)
        if self._imported(FIRST):
            threading.Thread(target=self._warm_up, name="clics-warm", daemon=True).start()
        while (data := wire.receive(self._requests)) is not None:
            what, value = wire.unpack_request(data)
            if what == "run":
                self._tokens[value.number] = token = CancelToken()
                self._threads[value.thread].put(value, token)
            elif what == "cancel" and value in self._tokens:
                self._tokens[value].cancel()
            elif what == "stop":
                self._stop()
                break
        os._exit(0)  # a thread inside foreign code cannot be stopped; libraries and trainings survive this

    def _stop(self) -> None:
        for token in list(self._tokens.values()):
            token.cancel()
        end = time.monotonic() + LAST_SECONDS
        for thread in self._threads.values():
            thread.stop()
        for thread in self._threads.values():
            thread.join(max(0.0, end - time.monotonic()))

    def _post(self, job: Job, kind: Kind, value: Any) -> None:
        if kind in ("done", "failed", "cancelled"):
            self._tokens.pop(job.number, None)
            self._answered.set()
        try:
            self._send(job.number, kind, wire.plain_error(value) if isinstance(value, ClicsError) else value)
        except OSError:
            os._exit(0)  # the window is gone
        except Exception as error:  # noqa: BLE001  a result that cannot be sent is that job's failure alone
            self._send(job.number, "failed", unexpected(error, job))

    def _send(self, number: int, kind: str, value: Any) -> None:
        data = wire.pack_answer((number, kind, value))
        with self._sending:
            wire.send(self._answers, data)

    def _warm_up(self) -> None:
        self._answered.wait(HEAD_START)
        if self._imported(NEEDED, PRESENT):
            self._send(0, "warm", None)

    def _imported(self, names: tuple[str, ...], present: tuple[str, ...] = ()) -> bool:
        """Import modules; False, and the window is told, where one fails or one of those to be present is missing."""
        try:
            for name in present:
                if importlib.util.find_spec(name) is None:
                    raise ImportError(f"No module named {name!r}")
            for name in names:
                importlib.import_module(name)
        except Exception as error:  # noqa: BLE001  whatever is wrong with the installation, the window must know
            traceback.print_exc()  # to the log
            known = isinstance(error, ImportError) and not is_out_of_memory(error)
            self._send(0, "broken", incomplete_installation(error) if known else reason_of(error))
            return False
        return True


def _take_streams() -> tuple[BinaryIO, BinaryIO]:
    """The two pipes, out of reach of libraries that print and of processes that this one starts."""
    pipes = os.dup(0), os.dup(1)
    os.dup2(os.open(os.devnull, os.O_RDONLY), 0)
    os.dup2(2, 1)
    if sys.platform == "win32":
        import msvcrt

        for pipe in pipes:
            msvcrt.setmode(pipe, os.O_BINARY)
    return os.fdopen(pipes[0], "rb"), os.fdopen(pipes[1], "wb")


def _prepare(window: int) -> None:
    gc.set_threshold(_NEW_OBJECTS)
    warnings.simplefilter("ignore")
    faulthandler.enable()  # to standard error, which is the log
    # what a terminal sends to all is for the window; a handler, not SIG_IGN, which processes started here would inherit
    for name in ("SIGINT", "SIGHUP"):
        if hasattr(signal, name):
            signal.signal(getattr(signal, name), lambda *_: None)
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(_DIE_WITH_PARENT, signal.SIGKILL)
        if os.getppid() != window:
            os._exit(0)
