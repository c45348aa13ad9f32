"""Keeps an engine process running: starts it, notices its end, starts it again, and repeats what it was doing."""

from __future__ import annotations

import logging
import signal
import time
from collections.abc import Callable
from typing import Any

from clics.errors import ClicsError
from PySide6.QtCore import QObject, QTimer, Signal

from clics_gui.engine_thread.blame import Sent, hold, judge
from clics_gui.engine_thread.connection import Connection, engine_log
from clics_gui.engine_thread.message_queue import MessageQueue
from clics_gui.engine_thread.request import Request

PATIENCE = 8.0
"""Seconds that a cancelled request may go on, where nothing else runs, before the engine is started again."""
LOOK_EVERY = 500
"""Milliseconds between two looks at cancelled requests."""
MOST_ENDS = 5
SHORT_TIME = 60.0
"""An engine that ends :data:`MOST_ENDS` times in so many seconds is not started again by itself."""
MOST_FAILED_STARTS = 2
_REAP = 0.3

Deliver = Callable[[int, Any, Any], None]
log = logging.getLogger(__name__)


class EngineProcess(QObject):
    """The engine in a process of its own, behind :class:`~clics_gui.engine_thread.worker.Worker`.

    Everything but the pipes happens on the GUI thread. No state of the window lives in the process: each request names its
    model and library, and crystals come with it.

    Attributes:
        restarted: Signal with a sentence: the engine ended and was started again.
        broken: Signal with a sentence: the engine cannot be started, or lacks what it needs.
        failed_start: Signal with the same sentence where it has never worked since the window began.
    """

    restarted = Signal(str)
    broken = Signal(str)
    failed_start = Signal(str)

    def __init__(self, deliver: Deliver, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._deliver = deliver
        self._queue = MessageQueue(self._take, self)
        self._connection: Connection | None = None
        self._sent: dict[int, Sent] = {}
        self._ever_ready = self._ever_warm = self._ready = False
        self._warm_since: float | None = None
        self._failed_starts = 0
        self._ends: list[float] = []
        self._problem = ""
        self._killed_for = ""
        self._closed = False
        self._watch = QTimer(self)
        self._watch.setInterval(LOOK_EVERY)
        self._watch.timeout.connect(self._look_at_cancelled)

    @property
    def pid(self) -> int | None:
        """Number of the process; None where there is none."""
        return None if self._connection is None else self._connection.process.pid

    def start(self) -> None:
        """Start the process, ahead of the first request or after it was given up."""
        if self._connection is not None or self._closed:
            return
        self._problem, self._failed_starts = "", 0
        self._ends.clear()
        self._connect()

    def put(self, request: Request) -> None:
        """Send a request."""
        sent = Sent(request)
        self._sent[request.job.number] = sent
        if self._problem:
            self._queue.post((None, (request.job.number, "failed", ClicsError(self._problem, kind="no-engine"))))
            return
        if self._connection is None:
            self._connect()
        self._send(sent)

    def cancel(self, request: Request) -> None:
        """Ask the engine to stop a request."""
        sent = self._sent.get(request.job.number)
        if sent is None:
            return
        sent.cancelled = time.monotonic()
        if sent.held or self._connection is None:
            self._queue.post((None, (request.job.number, "cancelled", None)))
        else:
            self._connection.send("cancel", request.job.number)
            self._watch.start()

    def shutdown(self, timeout: float) -> bool:
        """End the process, in order where it does not take longer than ``timeout`` s. Always True."""
        self._closed = True
        self._watch.stop()
        connection, self._connection = self._connection, None
        if connection is not None:
            connection.send("stop", None)
            connection.end(timeout)
        return True

    # ---- messages ---------------------------------------------------------------------------------------------------

    def _connect(self) -> None:
        self._ready, self._warm_since = False, None
        try:
            self._connection = Connection(lambda connection, message: self._queue.post((connection, message)))
        except OSError as error:
            log.exception("the engine process could not be started")
            self._give_up(f"its process could not be started ({error.strerror or error})")

    def _send(self, sent: Sent) -> None:
        if self._connection is not None and not sent.held:
            self._connection.send("run", sent.request.job)

    def _take(self, parcel: tuple[Connection | None, tuple[int, Any, Any] | None]) -> None:
        connection, message = parcel
        if self._closed or (connection is not None and connection is not self._connection):
            return
        if message is None:
            self._end_of_process()
            return
        number, kind, value = message
        if number == 0:
            self._take_state(kind, value)
            return
        sent = self._sent.get(number)
        if sent is None:
            return
        if kind == "started":
            sent.running = True
        elif kind == "item":
            sent.received += 1
            if sent.received <= sent.delivered:
                return  # of a repeated request, whose listener has had it
            sent.delivered += 1
        elif kind != "progress":
            del self._sent[number]
            self._release()
        self._deliver(number, kind, value)

    def _take_state(self, kind: str, value: Any) -> None:
        if kind == "ready":
            self._ready = self._ever_ready = True
            self._failed_starts = 0
        elif kind == "warm":
            self._warm_since = time.monotonic()
            self._ever_warm = True
        elif kind == "broken":
            log.error("the engine is broken: %s", value)
            sentence = f"The engine of CLICS cannot work: {value}; the details are in {engine_log()}."
            (self.broken if self._ever_warm else self.failed_start).emit(sentence)

    def _release(self) -> None:
        """Send what was held, once the suspects before it have passed."""
        held = [sent for sent in self._sent.values() if sent.held]
        if held:
            hold(self._sent.values())
            for sent in held:
                self._send(sent)

    # ---- ends -------------------------------------------------------------------------------------------------------

    def _end_of_process(self) -> None:
        connection, self._connection = self._connection, None
        assert connection is not None
        how = _how(connection.end(_REAP))
        log.error("the engine process ended: %s", how)
        if not self._ready:
            self._failed_starts += 1
            if self._failed_starts >= MOST_FAILED_STARTS:
                self._give_up(f"its process ended at once: {how}")
            else:
                self._connect()
                self._send_again()
            return
        now = time.monotonic()
        self._ends = [*(then for then in self._ends if now - then < SHORT_TIME), now]
        killed_for, self._killed_for = self._killed_for, ""
        verdict = judge(self._sent.values(), wanted=bool(killed_for))
        if len(self._ends) > MOST_ENDS:
            self._give_up(f"it ended {len(self._ends)} times within a minute, the last time by {how}")
            return
        self._connect()
        for sent in verdict.cancelled:
            self._finish(sent, "cancelled", None)
        for sent in verdict.refused:
            self._finish(sent, "failed", _refusal(sent, how))
        for sent in verdict.uncertain:
            self._finish(sent, "failed", _uncertainty(sent, how))
        hold(self._sent.values())
        self._send_again()
        self.restarted.emit(_sentence(how, killed_for, [sent.name for sent in verdict.repeated if sent.request.title]))

    def _send_again(self) -> None:
        for sent in list(self._sent.values()):
            if sent.cancelled is not None:
                self._finish(sent, "cancelled", None)
            else:
                self._send(sent)

    def _finish(self, sent: Sent, kind: str, value: object) -> None:
        del self._sent[sent.request.job.number]
        self._deliver(sent.request.job.number, kind, value)

    def _give_up(self, why: str) -> None:
        self._connection = None
        self._problem = f"The engine of CLICS cannot be started ({why}); the details are in {engine_log()}."
        for sent in list(self._sent.values()):
            self._finish(sent, "failed", ClicsError(self._problem, kind="no-engine"))
        (self.broken if self._ever_ready else self.failed_start).emit(self._problem)

    def _look_at_cancelled(self) -> None:
        running = [sent for sent in self._sent.values() if sent.running]
        cancelled = [sent for sent in running if sent.cancelled is not None]
        if not any(sent.cancelled is not None for sent in self._sent.values()):
            self._watch.stop()
        if not cancelled or len(cancelled) < len(running) or self._warm_since is None or self._connection is None:
            return
        since = max(max(sent.cancelled or 0.0 for sent in cancelled), self._warm_since)
        if time.monotonic() - since > PATIENCE and not self._killed_for:
            self._killed_for = cancelled[0].name
            self._connection.kill()


def _how(code: int | None) -> str:
    """The end of a process in words."""
    if code is None:
        return "an unknown cause"
    if code >= 0:
        return f"exit code {code}"
    words = {"SIGSEGV": "segmentation fault", "SIGKILL": "killed, perhaps for lack of memory", "SIGABRT": "aborted"}
    try:
        name = signal.Signals(-code).name
    except ValueError:
        name = f"signal {-code}"
    return f"{name}, {words[name]}" if name in words else name


def _sentence(how: str, killed_for: str, repeated: list[str]) -> str:
    if killed_for:
        return f"{killed_for} did not stop when it was cancelled, so the engine was started again."
    again = f"; repeated now: {', '.join(repeated)}" if repeated else ""
    return f"The engine ended unexpectedly ({how}) and was started again{again}."


def _refusal(sent: Sent, how: str) -> ClicsError:
    return ClicsError(
        f"{sent.name} ended the engine twice ({how}) and is not repeated; the details are in {engine_log()}.",
        kind="engine-ended",
    )


def _uncertainty(sent: Sent, how: str) -> ClicsError:
    return ClicsError(
        f"{sent.name}: the engine ended meanwhile ({how}); look whether it was done before you repeat it.",
        kind="engine-ended",
    )
