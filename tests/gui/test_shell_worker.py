"""The worker: threads, keys, cancel, iterators, errors, shutdown."""

from __future__ import annotations

import pickle
import threading
import time
import weakref
from collections.abc import Iterator
from pathlib import Path
from typing import cast

import pytest
from clics.engine_process.job import SessionChoice
from clics.engine_process.operation import SESSION, Operation, call, together
from clics.errors import ClicsError, InputError
from clics.progress import CancelToken, Progress, ProgressCallback
from clics.session import Session
from PySide6.QtCore import QObject, QTimer

from clics_gui.engine_thread.worker import Worker

EXAMPLES = Path(__file__).resolve().parents[2] / "resources" / "examples"


class Sums(Session):
    """A session with short operations of its own."""

    def double(self, number: int) -> int:
        return 2 * number

    def count(self, upto: int) -> Iterator[int]:
        yield from range(upto)

    def refuse(self) -> None:
        raise InputError("No such thing.", kind="bad-option")

    def break_down(self) -> None:
        raise KeyError("boom")

    def wait(self, *, cancel: CancelToken) -> None:
        while True:
            cancel.check()
            time.sleep(0.002)

    def work(self, *, progress: ProgressCallback) -> None:
        for done in range(1, 10_001):
            progress(Progress(done, 10_000))

    def where(self) -> tuple[str, int]:
        return threading.current_thread().name, id(self)


SUMS = cast("Sums", SESSION)
WAIT = call(SUMS.wait)


def double(number: int) -> Operation[int]:
    return call(SUMS.double, number)


def count(upto: int) -> Operation[Iterator[int]]:
    return call(SUMS.count, upto)


@pytest.fixture
def worker(no_leaks: None) -> Iterator[Worker]:
    """A worker whose engine threads are in this process."""
    worker = Worker(make=lambda choice: Sums())
    yield worker
    assert worker.shutdown(30)
    worker.deleteLater()


class Log(QObject):
    """Listeners that remember."""

    def __init__(self) -> None:
        super().__init__()
        self.said: list[object] = []

    def done(self, result: object) -> None:
        self.said.append(("done", result))

    def failed(self, error: ClicsError) -> None:
        self.said.append(("failed", error.kind))

    def item(self, item: object) -> None:
        self.said.append(item)

    def progress(self, progress: Progress) -> None:
        self.said.append(("progress", progress.done))

    def finished(self) -> None:
        self.said.append("finished")


@pytest.fixture
def log() -> Log:
    return Log()


def test_an_answer_comes_on_the_gui_thread(worker: Worker, qtbot) -> None:
    threads = []
    worker.submit(double(21), done=lambda result: threads.append((threading.current_thread(), result)))
    qtbot.waitUntil(lambda: bool(threads))
    assert threads == [(threading.main_thread(), 42)]


def test_threads_are_threads_with_engines_of_their_own(worker: Worker, qtbot) -> None:
    said: dict[str, tuple[str, int]] = {}
    for name, thread in (("a", "quick"), ("b", "quick"), ("c", "long")):
        worker.submit(call(SUMS.where), thread=thread, done=lambda result, name=name: said.update({name: result}))
    qtbot.waitUntil(lambda: len(said) == 3)
    assert said["a"] == said["b"]
    assert said["a"][0] == "clics-quick"
    assert said["c"][0] == "clics-long"
    assert said["a"][1] != said["c"][1]


def test_a_long_job_does_not_hold_up_a_quick_one(worker: Worker, log: Log, qtbot) -> None:
    slow = worker.submit(WAIT, thread="long")
    worker.submit(double(1), done=log.done)
    qtbot.waitUntil(lambda: log.said == [("done", 2)])
    assert slow.state == "running"


def test_the_later_request_of_a_key_supersedes_the_earlier(worker: Worker, log: Log, qtbot) -> None:
    first = worker.submit(WAIT, key="search", done=log.done, failed=log.failed, finished=log.finished)
    worker.submit(double(1), key="search", done=log.done)
    worker.submit(double(2), key="search", done=log.done)
    qtbot.waitUntil(lambda: not worker.active)
    assert first.state == "cancelled"
    assert log.said == [("done", 4)]


def test_iterators_are_delivered_item_by_item(worker: Worker, log: Log, qtbot) -> None:
    worker.submit(count(3), item=log.item, done=log.done, finished=log.finished)
    qtbot.waitUntil(lambda: not worker.active)
    assert log.said == [0, 1, 2, ("done", None), "finished"]


def test_an_iterator_without_item_becomes_a_tuple(worker: Worker, log: Log, qtbot) -> None:
    worker.submit(count(3), done=log.done)
    qtbot.waitUntil(lambda: not worker.active)
    assert log.said == [("done", (0, 1, 2))]


def test_many_items_leave_the_event_loop_its_turns(worker: Worker, qtbot) -> None:
    ticks: list[int] = []
    received: list[int] = []
    timer = QTimer()
    timer.timeout.connect(lambda: ticks.append(len(received)))
    timer.start(0)

    def slowly(item: int) -> None:
        time.sleep(0.001)
        received.append(item)

    worker.submit(count(300), item=slowly)
    qtbot.waitUntil(lambda: not worker.active and len(received) == 300)
    timer.stop()
    assert len({tick for tick in ticks if 0 < tick < 300}) >= 5


def test_cancel_tells_finished_and_nothing_else(worker: Worker, log: Log, qtbot) -> None:
    request = worker.submit(WAIT, done=log.done, failed=log.failed, finished=log.finished)
    qtbot.waitUntil(lambda: request.state == "running")
    request.cancel()
    qtbot.waitUntil(lambda: request.over)
    assert request.state == "cancelled"
    assert log.said == ["finished"]


def test_errors_go_to_the_one_who_asked(worker: Worker, log: Log, qtbot) -> None:
    unhandled: list[ClicsError] = []
    worker.unhandled.connect(unhandled.append)
    worker.submit(call(SUMS.refuse), failed=log.failed)
    worker.submit(call(SUMS.break_down), failed=log.failed, title="Counting")
    qtbot.waitUntil(lambda: not worker.active)
    assert log.said == [("failed", "bad-option"), ("failed", "bug")]
    assert unhandled == []


def test_errors_nobody_takes_are_unhandled(worker: Worker, qtbot) -> None:
    unhandled: list[ClicsError] = []
    worker.unhandled.connect(unhandled.append)
    worker.submit(call(SUMS.break_down), title="Counting")
    qtbot.waitUntil(lambda: bool(unhandled))
    assert unhandled[0].message.startswith("Counting failed unexpectedly (KeyError: 'boom')")


def test_progress_is_limited_but_ends_full(worker: Worker, log: Log, qtbot) -> None:
    request = worker.submit(call(SUMS.work), progress=log.progress)
    qtbot.waitUntil(lambda: request.over)
    assert log.said[-1] == ("progress", 10_000)
    assert len(log.said) < 200


def test_a_deleted_widget_is_not_told(worker: Worker, qtbot) -> None:
    log = Log()
    said = log.said
    request = worker.submit(double(1), done=log.done)
    log.deleteLater()
    QTimer.singleShot(0, lambda: None)
    qtbot.waitUntil(lambda: request.over)
    assert said in ([], [("done", 2)])


def test_a_listener_that_fails_does_not_hold_up_the_others(worker: Worker, log: Log, qtbot) -> None:
    def fail(_: object) -> None:
        raise RuntimeError("listener")

    with qtbot.captureExceptions() as exceptions:
        worker.submit(double(1), done=fail)
        worker.submit(double(2), done=log.done)
        qtbot.waitUntil(lambda: not worker.active)
    assert [kind.__name__ for kind, _, _ in exceptions] == ["RuntimeError"]
    assert log.said == [("done", 4)]


def test_synchronous_answers_before_submit_returns(worker: Worker, log: Log) -> None:
    worker.synchronous = True
    request = worker.submit(count(2), item=log.item, done=log.done)
    assert request.state == "done"
    assert log.said == [0, 1, ("done", None)]


def test_another_choice_makes_another_engine(log: Log) -> None:
    made: list[SessionChoice] = []
    closed: list[SessionChoice] = []

    class Watched(Sums):
        def __init__(self, choice: SessionChoice) -> None:
            super().__init__(library=choice.library)
            made.append(choice)
            self.choice = choice

        def close(self) -> None:
            closed.append(self.choice)

    worker = Worker(make=Watched)
    worker.synchronous = True
    worker.submit(double(1))
    worker.submit(double(1))
    other = SessionChoice(library=Path("other.clics"))
    worker.use(library=other.library)
    worker.submit(double(1))
    assert made == [SessionChoice(), other]
    assert worker.shutdown()
    assert closed == made
    worker.deleteLater()


def test_nothing_comes_after_shutdown(log: Log, qtbot) -> None:
    worker = Worker(make=lambda choice: Sums())
    running = worker.submit(WAIT, done=log.done, failed=log.failed)
    waiting = worker.submit(double(1), done=log.done)
    qtbot.waitUntil(lambda: running.state == "running")
    assert worker.shutdown(10)
    assert worker.submit(double(2), done=log.done).state == "cancelled"
    qtbot.wait(20)
    assert log.said == []
    assert waiting.token.cancelled
    worker.deleteLater()


def test_several_operations_are_one_request(worker: Worker, log: Log, qtbot) -> None:
    worker.submit(together(double(1), call(SUMS.double, number=4)), done=log.done)
    qtbot.waitUntil(lambda: not worker.active)
    assert log.said == [("done", (2, 8))]


def test_operations_are_values() -> None:
    operation = call(SESSION.library.rename, "Perovskites")
    assert operation == Operation("library.rename", ("Perovskites",))
    assert pickle.loads(pickle.dumps(operation)) == operation
    with pytest.raises(AssertionError):
        call(len, "not of a session")


def test_the_window_has_a_thread_of_its_own(worker: Worker, log: Log, qtbot) -> None:
    threads: list[str] = []
    worker.unhandled.connect(lambda error: log.failed(error))

    def refuse() -> None:
        raise InputError("No such thing.", kind="bad-option")

    worker.here.run(lambda: threading.current_thread().name, done=threads.append, finished=log.finished)
    worker.here.run(refuse)
    qtbot.waitUntil(lambda: len(log.said) == 2)
    assert threads == ["clics-window"]
    assert log.said == ["finished", ("failed", "bad-option")]


def test_listeners_do_not_end_on_the_thread_that_works(worker: Worker, qtbot) -> None:
    ended: list[str] = []

    class Listener:
        def take(self, _result: object) -> None: ...

    def submit() -> None:
        listener = Listener()
        weakref.finalize(listener, lambda: ended.append(threading.current_thread().name))
        worker.here.run(lambda: None, done=listener.take)

    for _ in range(50):
        submit()
    qtbot.waitUntil(lambda: len(ended) == 50)
    assert set(ended) == {threading.main_thread().name}


def test_the_real_engine_describes(worker: Worker, qtbot) -> None:
    said = []
    worker.submit(
        call(SESSION.iter_descriptions, [EXAMPLES / "rutile.cif"]),
        item=lambda entry: said.append(entry.formula),
    )
    qtbot.waitUntil(lambda: not worker.active, timeout=300_000)
    assert said == ["TiO2"]
