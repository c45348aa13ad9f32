"""Engine threads inside the window's own process, for tests and batch pictures: no process is started."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from clics.engine_process.engine_thread import EngineThread

if TYPE_CHECKING:
    from clics.engine_process.engine_thread import MakeSession
    from clics.engine_process.job import Kind, ThreadName

    from clics_gui.engine_thread.request import Request

Post = Callable[[int, "Kind", Any], None]
"""Called with the number of a request and what it has to say, on any thread."""


class InProcess:
    """The two engine threads, each with a session of its own.

    Args:
        post: Called with each outcome.
        make: Makes a session.
    """

    def __init__(self, post: Post, make: MakeSession) -> None:
        self._threads: dict[ThreadName, EngineThread] = {
            "quick": EngineThread("quick", lambda job, kind, value: post(job.number, kind, value), make),
            "long": EngineThread("long", lambda job, kind, value: post(job.number, kind, value), make),
        }

    def put(self, request: Request) -> None:
        """Run a request on its thread, after those before it."""
        self._threads[request.thread].put(request.job, request.token)

    def run(self, request: Request) -> None:
        """Run a request here and now."""
        self._threads[request.thread].run(request.job, request.token)

    def cancel(self, request: Request) -> None:
        """The token, which is shared, says it all."""

    def shutdown(self, timeout: float) -> bool:
        """Wait at most ``timeout`` s for the threads to end; True if they have ended."""
        end = time.monotonic() + timeout
        for thread in self._threads.values():
            thread.stop()
        ended = [thread.join(max(0.0, end - time.monotonic())) for thread in self._threads.values()]
        return all(ended)
