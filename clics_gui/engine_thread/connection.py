"""One engine process and the pipes to it."""

from __future__ import annotations

import contextlib
import logging
import subprocess
import threading
from collections.abc import Callable
from pathlib import Path
from queue import SimpleQueue
from typing import IO, Any

from clics.engine_process import wire
from clics.engine_process.start import engine_command, engine_environment
from clics.paths import log_folder

LARGEST_LOG = 1_000_000
"""Bytes of the engine's log, beyond which a new one is begun."""
_JOIN = 2.0

log = logging.getLogger(__name__)


def engine_log() -> Path:
    """File of what the engine process prints, stacks of crashes included; it need not exist."""
    return log_folder() / "clics-engine.log"


class Connection:
    """An engine process, from its start to its end.

    Start it on the GUI thread: on Linux the process ends with the thread that started it.

    Args:
        post: Called on another thread with this connection and each message, and with None when the process has ended.
    """

    def __init__(self, post: Callable[[Connection, Any], None]) -> None:
        self._outbox: SimpleQueue[bytes | None] = SimpleQueue()
        output = _open_log()
        try:
            self.process = subprocess.Popen(
                engine_command(),
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=output,
                env=engine_environment(),
                creationflags=getattr(subprocess, "CREATE_NO_WINDOW", 0),
            )
        finally:
            if not isinstance(output, int):
                output.close()
        self._threads = [
            threading.Thread(target=self._read, args=(post,), name="clics-engine-reader", daemon=True),
            threading.Thread(target=self._write, name="clics-engine-writer", daemon=True),
        ]
        for thread in self._threads:
            thread.start()

    def send(self, what: str, value: object) -> None:
        """Send a message; it is packed here, so that what it holds may change afterwards."""
        self._outbox.put(wire.pack_request((what, value)))

    def kill(self) -> None:
        """End the process, whatever it is doing; its end is told as any other."""
        self.process.kill()

    def end(self, timeout: float = 0.0) -> int | None:
        """Wait at most ``timeout`` s for the end of the process, then end it.

        Returns:
            Its exit code, negative for a signal; None where it could not be ended.
        """
        try:
            code = self.process.wait(timeout)
        except subprocess.TimeoutExpired:
            self.process.kill()
            with contextlib.suppress(subprocess.TimeoutExpired):
                self.process.wait(_JOIN)
            code = self.process.returncode
        self._outbox.put(None)
        for thread in self._threads:
            if thread is not threading.current_thread():
                thread.join(_JOIN)
        return code

    def _read(self, post: Callable[[Connection, Any], None]) -> None:
        assert self.process.stdout is not None
        with self.process.stdout as stream:
            while (data := wire.receive(stream)) is not None:
                try:
                    message = wire.unpack_answer(data)
                except Exception:  # whatever cannot be read is logged, and the process that sent it is replaced
                    log.exception("the engine sent nonsense")
                    self.kill()
                    break
                post(self, message)
        post(self, None)

    def _write(self) -> None:
        assert self.process.stdin is not None
        with contextlib.suppress(OSError), self.process.stdin as stream:  # its end is told by the reader
            while (data := self._outbox.get()) is not None:
                wire.send(stream, data)


def _open_log() -> IO[bytes] | int:
    try:
        path = engine_log()
        path.parent.mkdir(parents=True, exist_ok=True)
        fresh = path.exists() and path.stat().st_size > LARGEST_LOG
        return path.open("wb" if fresh else "ab")
    except OSError:
        return subprocess.DEVNULL
