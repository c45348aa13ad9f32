"""The engine of a real window is ended in the middle of every kind of work: told once, within a second, and nothing is lost."""

from __future__ import annotations

import os
import shutil
import signal
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import psutil

from tests.gui.display import HINT, start_virtual_screen
from tests.tiny_model import make_tiny_model

from .common import EXAMPLES, Stress
from .engine_work import Work, all_work

PATIENCE = 600.0
SOON = 1.0
"""Seconds of the clock from the end of the engine to the sentence of the window."""
ORPHANS = 10.0
"""Seconds after which no process of an engine that was ended may live."""
MORE_MEMORY = 30_000_000
"""Bytes that an engine may take beyond what it has, where it is to run out of memory."""
SHORT = 1.0
WAYS = ("SIGKILL", "SIGSEGV", "SIGABRT", "memory", "twice")


def unable() -> str:
    """Why the script cannot run here; empty where it can."""
    return HINT if not sys.platform.startswith("linux") or shutil.which("Xvfb") is None else ""


def run(stress: Stress) -> None:
    """One item is one kind of work and one way to end the engine, all pairs in turn."""
    start_virtual_screen()
    os.environ["CLICS_HOME"] = str(stress.scratch / "home")
    window = OpenWindow(stress.scratch)
    works = all_work(stress.scratch, window.crystal(), make_tiny_model(stress.scratch / "other"))
    known: dict[str, tuple[Any, float]] = {}
    for number in stress.items():
        work, way = works[number // len(WAYS) % len(works)], WAYS[number % len(WAYS)]
        if work.name not in known:
            window.rest()
            window.ask(work)
            window.end_trainings()
            began = time.monotonic()
            answer = window.ask(work)
            known[work.name] = answer, time.monotonic() - began
        faults, figures = window.end_in_the_middle(work, way, *known[work.name], stress.random(number).random())
        window.end_trainings()
        stress.note(number, f"{work.name}, {way}", faults, **figures)
    faults = window.close()
    stress.note(-1, "closing", faults)


class OpenWindow:
    """A window with two open crystals, and its engine."""

    def __init__(self, scratch: Path) -> None:
        from clics_gui import app

        self._scratch = scratch
        files = [EXAMPLES / "rutile.cif", EXAMPLES / "sio2-quartz.cif"]
        app._prepare_process()
        self._application, self.window, self.worker = app.start(files)
        sys.excepthook = sys.__excepthook__  # faults of this script are not for the window's log
        self._times: list[float] = []
        self._killed = 0.0
        self.begun = 0
        self.worker.engine_restarted.connect(self._told)
        self.worker.started.connect(self._begin)
        self._children: list[psutil.Process] = []
        self._until(lambda: all(dock.panel is not None for dock in self.window.docks))
        self._until(lambda: len(self.window.documents) == 2 and self.window.documents.current.analysis is not None)

    def crystal(self) -> Any:
        """The first open crystal."""
        return next(iter(self.window.documents)).as_read

    def _begin(self, _request: Any) -> None:
        self.begun += 1

    def rest(self) -> None:
        """Wait until the engine has imported all and does nothing."""
        self.worker.engine._ends.clear()  # an engine that ends too often within a minute is given up
        self._until(lambda: self.worker.engine._warm_since is not None and not self.worker.active)

    def ask(self, work: Work) -> Any:
        """What the answer comes to; an error as its message."""
        request, answer = self._submit(work)
        self._until(lambda: request.over)
        return answer()

    def end_in_the_middle(
        self, work: Work, way: str, expected: Any, seconds: float, share: float
    ) -> tuple[list[str], dict[str, float]]:
        """End the engine after a share of the time that the work takes; what was wrong, and figures.

        What an engine that has imported everything answers at once is asked of one that has just been started.
        """
        self.rest()
        before, noted = self._state(), self._notes()
        self._times = []
        if seconds < SHORT:
            self._kill(signal.SIGKILL)
            self._until(lambda: len(self._times) == 1)
        seconds = max(seconds, SHORT)
        idle = len(self._times)
        request, answer = self._submit(work)
        if way == "memory":
            engine = psutil.Process(self.worker.engine.pid)
            limit = engine.memory_info().vms + MORE_MEMORY
            engine.rlimit(psutil.RLIMIT_AS, (limit, limit))
            self._until(lambda: request.over)
            told = len(self._times) - idle
            self._kill(signal.SIGKILL)  # an engine is needed that has no limit
            self._until(lambda: len(self._times) > idle + told)
        else:
            self._end_while_it_runs(request, way, share * seconds)
            self._until(lambda: request.over)
        hits = len(self._times) - idle
        faults = self._judge(work, way, expected, answer(), hits)
        if self._notes() - noted != len(self._times):
            faults.append(f"{self._notes() - noted} notifications for {len(self._times)} ends")
        late = max(self._times, default=0.0)
        if late > SOON:
            faults.append(f"the end was told after {late:.2f} s")
        if self._state() != before:
            faults.append(f"the window has changed: {before} became {self._state()}")
        faults += self._left_over()
        return faults, {"ends": hits, "seconds_until_told": late}

    def end_trainings(self) -> None:
        """End trainings, which outlive their engine by design."""
        home = str(self._scratch)
        for process in psutil.process_iter(["cmdline"]):
            words = process.info["cmdline"] or []
            if "train" in words and any(word.startswith(home) for word in words):
                for one in (*process.children(recursive=True), process):
                    one.kill()

    def close(self) -> list[str]:
        """Close the window; what is left of it."""
        process = psutil.Process()
        self.window.close()
        faults = [] if self.worker.shutdown(30) else ["the engine did not end"]
        left = [one.name() for one in process.children(recursive=True) if "clics" in " ".join(one.cmdline())]
        return [*faults, f"left over: {left}"] if left else faults

    def _end_while_it_runs(self, request: Any, way: str, seconds: float) -> None:
        """Send the signal so many seconds after the request has begun, and again after its repetition has."""
        number = signal.SIGKILL if way == "twice" else signal.Signals[way]
        for _ in range(2 if way == "twice" else 1):
            ends, pid = len(self._times), self.worker.engine.pid
            begun = self.begun
            self._until(lambda begun=begun: self.begun > begun or request.over)
            due = time.monotonic() + seconds
            self._until(lambda due=due: request.over or time.monotonic() >= due)
            if request.over or self.worker.engine.pid != pid:
                return
            self._kill(number)
            self._until(lambda ends=ends: len(self._times) > ends)

    def _judge(self, work: Work, way: str, expected: Any, answer: Any, hits: int) -> list[str]:
        text = str(answer)
        if way == "memory":
            fine = answer == expected or "memory" in text or "engine twice" in text
        elif way == "twice" and hits == 2:
            fine = "engine twice" in text or any(words in text for words in work.answers)
        else:
            fine = answer == expected or any(words in text for words in work.answers)
        return [] if fine else [f"the answer is {text[:300]}, alone it was {str(expected)[:300]}"]

    def _kill(self, number: signal.Signals) -> None:
        pid = self.worker.engine.pid
        self._children += psutil.Process(pid).children(recursive=True)
        self._killed = time.monotonic()
        os.kill(pid, number)

    def _told(self, sentence: str) -> None:
        now = time.monotonic()
        self._times.append(now - self._killed if self._killed else 0.0)
        self._killed = 0.0

    def _notes(self) -> int:
        """Notifications of ends, repetitions counted."""
        history = self.window.notifications.history
        return sum(note.times for note in history if "ended unexpectedly" in note.message)

    def _left_over(self) -> list[str]:
        """Processes of an ended engine that live, but for trainings, and files beside those that were asked for."""
        end = time.monotonic() + ORPHANS
        left = [one for one in self._children if not _is_training(one)]
        while any(_alive(one) for one in left) and time.monotonic() < end:
            self._application.processEvents()
            time.sleep(0.05)
        faults = [f"process {one.pid} lives on" for one in left if _alive(one)]
        odd = [path.name for path in self._scratch.iterdir() if path.suffix in (".tmp", ".part") or path.name[0] == "."]
        return faults + ([f"files left: {odd}"] if odd else [])

    def _state(self) -> Any:
        return (
            [(one.title, one.analysis is not None, one.geometry is not None) for one in self.window.documents],
            self.worker.choice,
            self.window.documents.current.title,
        )

    def _submit(self, work: Work) -> tuple[Any, Callable[[], Any]]:
        found: list[Any] = []
        request = self.worker.submit(
            work.operation(),
            done=lambda value: found.append(work.digest(value)),
            failed=lambda error: found.append(error.message),
            thread=work.thread,
            title=f"Work “{work.name}”",
        )
        return request, lambda: found[0] if found else "no answer"

    def _until(self, condition: Callable[[], bool]) -> None:
        end = time.monotonic() + PATIENCE
        while not condition():
            self._application.processEvents()
            if time.monotonic() > end:
                raise TimeoutError(f"nothing in {PATIENCE:g} s")
            time.sleep(0.002)


def _alive(process: psutil.Process) -> bool:
    try:
        return process.is_running() and process.status() != psutil.STATUS_ZOMBIE
    except psutil.Error:
        return False


def _is_training(process: psutil.Process) -> bool:
    try:
        return "train" in process.cmdline()
    except psutil.Error:
        return False
