"""The engine in a process of its own, which is killed in the middle of everything."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import psutil
import pytest
from clics.engine_process.job import SessionChoice
from clics.engine_process.operation import SESSION, Operation, call
from clics.errors import ClicsError, LibraryError
from clics.progress import Progress
from clics.results import Opened
from clics.session import Session

from clics_gui.engine_thread import connection, engine_process
from clics_gui.engine_thread.engine_process import EngineProcess
from clics_gui.engine_thread.request import Request
from clics_gui.engine_thread.worker import Worker

from .test_shell_start import ROOT, run

EXAMPLES = ROOT / "resources" / "examples"
LONG = 200_000
SOON = 1.0
"""Seconds within which the end of the engine is noticed, where the processor is free."""

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="signals of Unix")


@pytest.fixture(scope="module")
def library(tiny_model: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("library") / "examples.clics"
    with Session(model=tiny_model, library=path, sandboxed=False) as session:
        session.library.add([EXAMPLES / "rutile.cif", EXAMPLES / "srtio3-perovskite.cif"])
    return path


@pytest.fixture
def worker(no_leaks: None, tiny_model: Path, library: Path) -> Iterator[Worker]:
    worker = Worker(choice=SessionChoice(tiny_model, library))
    yield worker
    pid = worker.engine.pid  # type: ignore[union-attr]
    assert worker.shutdown(30)
    assert pid is None or not psutil.pid_exists(pid)
    worker.deleteLater()


def engine(worker: Worker) -> EngineProcess:
    assert isinstance(worker.engine, EngineProcess)
    return worker.engine


class Killer:
    """Kills the engine whenever a request with this title begins, ``times`` times at most; keeps what is told of it."""

    def __init__(self, worker: Worker, title: str, times: int = 1) -> None:
        self.told: list[str] = []
        self._worker, self._title, self._left = worker, title, times
        worker.started.connect(self._started)
        worker.engine_restarted.connect(self.told.append)

    def _started(self, request: Request) -> None:
        if request.title == self._title and self._left:
            self._left -= 1
            os.kill(engine(self._worker).pid or 0, signal.SIGKILL)


def answer(worker: Worker, qtbot: Any, operation: Operation[Any], **options: Any) -> Any:
    """The result of an operation."""
    found: list[Any] = []
    request = worker.submit(operation, done=found.append, failed=found.append, **options)
    qtbot.waitUntil(lambda: request.over, timeout=LONG)
    (result,) = found
    return result


def opened(worker: Worker, qtbot: Any, **options: Any) -> Opened:
    (found,) = answer(worker, qtbot, call(SESSION.iter_opened, [EXAMPLES / "rutile.cif"]), **options)
    assert isinstance(found, Opened)
    return found


def test_two_threads_at_work_survive_a_kill(worker: Worker, qtbot: Any, tmp_path: Path, tiny_model: Path) -> None:
    rutile = opened(worker, qtbot)
    mine = SessionChoice(tiny_model, tmp_path / "mine.clics")
    killer = Killer(worker, "Adding")
    reports: list[Any] = []
    worker.submit(
        call(SESSION.library.add, [EXAMPLES / "rutile.cif"]),
        choice=mine,
        thread="long",
        title="Adding",
        done=reports.append,
    )
    result = answer(worker, qtbot, call(SESSION.search, "octahedra", top=2), title="Searching")
    assert len(result.hits) == 2
    geometry = answer(worker, qtbot, call(SESSION.geometry, rutile.crystal))  # a crystal of the engine that was killed
    assert (geometry.formula, geometry.symmetry.number) == ("TiO2", 136)
    qtbot.waitUntil(lambda: not worker.active, timeout=LONG)
    assert reports[0].added + reports[0].skipped == 1
    (sentence,) = killer.told
    assert sentence.startswith(
        "The engine ended unexpectedly (SIGKILL, killed, perhaps for lack of memory) and was started again; repeated now: "
    )
    assert "Adding" in sentence


def test_items_are_delivered_once(worker: Worker, qtbot: Any) -> None:
    files = [EXAMPLES / f"{name}.cif" for name in ("rutile", "caco3-calcite", "sio2-quartz")]
    titles: list[str] = []

    def take(entry: Any) -> None:
        titles.append(entry.title)
        if len(titles) == 1:
            os.kill(engine(worker).pid or 0, signal.SIGKILL)

    worker.submit(call(SESSION.iter_opened, files), item=take)
    qtbot.waitUntil(lambda: not worker.active, timeout=LONG)
    assert len(titles) == len(set(titles)) == 3


def test_what_ends_the_engine_twice_is_refused_by_name(worker: Worker, qtbot: Any) -> None:
    killer = Killer(worker, "Opening a bad crystal", times=5)
    error = answer(worker, qtbot, call(SESSION.open, EXAMPLES / "rutile.cif"), title="Opening a bad crystal")
    assert (type(error), error.kind) == (ClicsError, "engine-ended")
    assert error.message.startswith("Opening a bad crystal ended the engine twice (SIGKILL")
    assert len(killer.told) == 2
    assert opened(worker, qtbot).title.startswith("rutile")


def test_the_end_is_noticed_at_once(worker: Worker, qtbot: Any) -> None:
    opened(worker, qtbot)
    pid = engine(worker).pid
    with qtbot.waitSignal(worker.engine_restarted, timeout=LONG):
        begin = time.process_time(), time.monotonic()
        os.kill(pid or 0, signal.SIGSEGV)
    assert time.process_time() - begin[0] < SOON
    assert engine(worker).pid != pid


def test_cancel_progress_errors_and_keys(worker: Worker, qtbot: Any) -> None:
    reported: list[Progress] = []
    request = worker.submit(call(SESSION.iter_opened, [EXAMPLES]), progress=reported.append)
    first = worker.submit(call(SESSION.search, "octahedra"), key="search", done=lambda _: pytest.fail("superseded"))
    second = worker.submit(call(SESSION.search, "tetrahedra"), key="search")
    qtbot.waitUntil(lambda: bool(reported), timeout=LONG)
    request.cancel()
    qtbot.waitUntil(lambda: not worker.active, timeout=LONG)
    assert [one.state for one in (request, first, second)] == ["cancelled", "cancelled", "done"]
    error = answer(worker, qtbot, call(SESSION.library.state, Path("/no/library.clics")))
    assert (type(error), error.kind) == (LibraryError, "missing")
    bug = answer(worker, qtbot, Operation("library.no_such_method"), title="Searching")
    assert bug.kind == "bug"
    assert bug.message.startswith("Searching failed unexpectedly (AttributeError")


def test_what_does_not_stop_is_stopped(worker: Worker, qtbot: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(engine_process, "PATIENCE", 0.2)
    told: list[str] = []
    worker.engine_restarted.connect(told.append)
    opened(worker, qtbot)
    qtbot.waitUntil(lambda: engine(worker)._warm_since is not None, timeout=LONG)
    request = worker.submit(call(SESSION.iter_opened, [EXAMPLES]), title="Opening everything")
    qtbot.waitUntil(lambda: request.state == "running", timeout=LONG)
    os.kill(engine(worker).pid or 0, signal.SIGSTOP)  # as a library that hangs
    request.cancel()
    waiting = worker.submit(call(SESSION.open, EXAMPLES / "rutile.cif"))
    qtbot.waitUntil(lambda: not worker.active, timeout=LONG)
    assert (request.state, waiting.state) == ("cancelled", "done")
    assert told == ["Opening everything did not stop when it was cancelled, so the engine was started again."]


def test_an_engine_that_cannot_start_is_told(worker: Worker, qtbot: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    command = [sys.executable, "-c", "raise SystemExit(3)"]
    with monkeypatch.context() as patch:
        patch.setattr(connection, "engine_command", lambda: command)
        with qtbot.waitSignal(worker.engine_failed_start, timeout=LONG) as told:
            error = answer(worker, qtbot, call(SESSION.open, EXAMPLES / "rutile.cif"))
    assert error.kind == "no-engine"
    assert told.args == [error.message]
    assert "exit code 3" in error.message
    assert "clics-engine.log" in error.message
    assert answer(worker, qtbot, call(SESSION.library.info)).kind == "no-engine"
    worker.start_engine()
    assert opened(worker, qtbot).title.startswith("rutile")


@pytest.mark.parametrize("missing", ["gemmi", "torch"])
def test_an_engine_that_lacks_a_package_is_told(
    worker: Worker, qtbot: Any, monkeypatch: pytest.MonkeyPatch, missing: str
) -> None:
    code = (
        f"import sys; sys.modules[{missing!r}] = None; import importlib.util as util; find = util.find_spec;"
        f"util.find_spec = lambda name: None if name == {missing!r} else find(name);"
        "sys.argv[1:] = sys.argv[3:]; from clics.engine_process.server import main; main()"
    )
    whole = connection.engine_command()
    command = [sys.executable, "-c", code, *whole[-3:]]
    monkeypatch.setattr(connection, "engine_command", lambda: command)
    with qtbot.waitSignal(worker.engine_failed_start, timeout=LONG) as told:
        worker.start_engine()
    assert told.args[0].startswith(
        "The engine of CLICS cannot work: the installation of CLICS seems to be incomplete ("
    )
    assert f"{missing!r}" in told.args[0]
    assert "clics-engine.log" in told.args[0]


BROKEN = """
import sys
from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QApplication, QMessageBox
from clics_gui import app
from clics_gui.engine_thread import connection
connection.engine_command = lambda: [sys.executable, "-c", "raise SystemExit(3)"]
sys.argv = ["clics-gui"]
start = app.start

def watched(*arguments):
    found = start(*arguments)
    timer = QTimer(found[1])
    def press():
        for box in QApplication.topLevelWidgets():
            if isinstance(box, QMessageBox) and box.isVisible():
                print(box.text(), flush=True)
                box.accept()
    timer.timeout.connect(press)
    timer.start(50)
    return found

app.start = watched
app.main()
"""

KILLED = """
import os, sys, time
from pathlib import Path
from PySide6.QtCore import QCoreApplication
from clics_gui.engine_thread.worker import Worker
from clics.engine_process.operation import SESSION, call
application = QCoreApplication([])
worker = Worker()
worker.submit(call(SESSION.iter_opened, [Path(sys.argv[1])]))
print(worker.engine.pid, flush=True)
while True:
    application.processEvents()
    time.sleep(0.01)
"""


def test_a_window_without_engine_says_so_and_ends_with_1(screen: None) -> None:
    done = run("-c", BROKEN)
    assert done.returncode == 1, done.stderr
    assert done.stdout.startswith("The engine of CLICS cannot be started (its process ended at once: exit code 3)")
    assert "clics-engine.log" in done.stderr


@pytest.mark.parametrize("number", [signal.SIGKILL, signal.SIGTERM, signal.SIGHUP])
def test_no_engine_outlives_its_window(number: signal.Signals) -> None:
    environment = os.environ | {"PYTHONPATH": os.pathsep.join([str(ROOT / "engine"), str(ROOT)])}
    if signal.getsignal(number) == signal.SIG_IGN:
        pytest.skip("this signal is ignored here, as under nohup, and so it is by the programs that are started")
    window = subprocess.Popen(
        [sys.executable, "-c", KILLED, str(EXAMPLES)], stdout=subprocess.PIPE, text=True, env=environment
    )
    assert window.stdout is not None
    pid = int(window.stdout.readline())
    _wait(lambda: len(psutil.Process(pid).children()) > 0)  # it reads files
    children = psutil.Process(pid).children()
    window.send_signal(number)
    window.wait()
    _wait(lambda: not any(_alive(one) for one in (pid, *(child.pid for child in children))))


def _alive(pid: int) -> bool:
    try:
        return psutil.Process(pid).status() != psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return False


def _wait(condition: Callable[[], bool]) -> None:
    end = time.monotonic() + 100
    while not condition():
        assert time.monotonic() < end
        time.sleep(0.02)
