"""One item that fails costs itself: limits, order, restart, cancelling."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import psutil
import pytest
import tasks
from clics.errors import Cancelled
from clics.progress import CancelToken
from clics.supervision.limits import Failure, Limits, NoWorkersError
from clics.supervision.pool import AHEAD, SupervisedPool
from clics.supervision.process import SupervisedProcess
from clics.supervision.task import Task, folder_of, name_of

HERE = Path(__file__).parent
posix = pytest.mark.skipif(os.name != "posix", reason="signals of POSIX")


def task(factory: Any = tasks.worker, **options: Any) -> Task:
    return Task(name_of(factory), options, folder_of(factory))


def pool(*, workers: int = 1, factory: Any = tasks.worker, **limits: Any) -> SupervisedPool[Any]:
    return SupervisedPool(task(factory), lambda item: item, workers=workers, limits=Limits(**limits))


def children() -> list[psutil.Process]:
    return [child for child in psutil.Process().children() if "tasks:worker" in child.cmdline()]


def test_results_come_in_order() -> None:
    with pool(workers=2) as two:
        items = ["late", 1, 2, "late", 3, 4]
        assert list(two.run(items)) == list(zip(items, ["late", 2, 4, "late", 6, 8], strict=True))
        assert len(children()) == 2
    assert children() == []


def test_results_come_as_they_are_finished() -> None:
    with pool(workers=2) as two:
        list(two.run([1, 2, 3, 4]))
        found = [answer for _, answer in two.run(["late", 1, 2, 3], ordered=False)]
    assert sorted(found, key=str) == [2, 4, 6, "late"]
    assert found[0] == 2


def test_the_child_collects_garbage_but_not_what_imports_made() -> None:
    with pool() as one:
        assert list(one.run(["garbage"])) == [("garbage", [True, True])]


def test_options_reach_the_child() -> None:
    with SupervisedPool(task(scale=5), lambda item: item + 1, workers=1, limits=Limits()) as one:
        assert list(one.run([1, 2])) == [(1, 10), (2, 15)]


@posix
def test_each_trouble_costs_one_item_and_is_named() -> None:
    items = [1, "spin", 2, "kill", 3, "exit", 4, "raise", 5, "memory", 6, "hoard", 7]
    with pool(workers=2, seconds=3.0, memory=600_000_000) as two:
        found = dict(two.run(items))
    assert {item: answer for item, answer in found.items() if isinstance(item, int)} == {n: 2 * n for n in range(1, 8)}
    assert found["spin"] == Failure("timeout", "took more than 3 s of processor time")
    assert found["kill"] == Failure("process-died", "ended its process (signal 9)")
    assert found["exit"] == Failure("process-died", "ended its process (exit code 7)")
    assert found["raise"] == Failure("failed", "failed (nothing)")
    assert found["memory"] == found["hoard"] == Failure("out-of-memory", "needed more than 0.6 GB of memory")


def test_a_process_that_does_nothing_is_not_waited_for() -> None:
    with pool(seconds=0.5) as one:
        assert list(one.run(["sleep", 1])) == [("sleep", Failure("timeout", "did nothing for 2 s")), (1, 2)]


@pytest.mark.skipif(sys.platform != "linux", reason="processors are assigned as on Linux")
def test_a_process_that_waits_for_its_turn_is_waited_for() -> None:
    """It works for longer than it might be idle by the clock, on a processor that it shares with nine others."""
    processor = min(os.sched_getaffinity(0))
    others = [subprocess.Popen([sys.executable, "-c", "while True: pass"]) for _ in range(9)]
    try:
        for other in others:
            os.sched_setaffinity(other.pid, {processor})
        with pool(seconds=0.6) as one:
            item = ["shared", processor, 2.6]
            assert list(one.run([item])) == [(item, "done")]
    finally:
        for other in others:
            other.kill()
            other.wait()


def test_an_exception_does_not_cost_the_process() -> None:
    with pool() as one:
        first, _, second = (answer for _, answer in one.run(["pid", "raise", "pid"]))
    assert first == second


def test_a_process_is_replaced_after_so_many_items() -> None:
    with pool(restart_items=2) as one:
        pids = [answer for _, answer in one.run(["pid"] * 4)]
    assert pids[0] == pids[1] != pids[2] == pids[3]


def test_a_process_that_holds_too_much_memory_is_replaced() -> None:
    with pool(restart_memory=1) as one:
        pids = [answer for _, answer in one.run(["pid"] * 2)]
    assert pids[0] != pids[1]


def test_what_libraries_print_is_no_answer() -> None:
    with pool() as one:
        assert list(one.run(["print", 1])) == [("print", "printed"), (1, 2)]


@pytest.mark.parametrize("ordered", [True, False])
def test_reading_does_not_run_ahead(ordered: bool) -> None:
    taken = 0

    def source() -> Iterator[int]:
        nonlocal taken
        for number in range(100):
            taken += 1
            yield number

    with pool(workers=2) as two:
        run = two.run(source(), ordered=ordered)
        for _ in range(3):
            next(run)
        assert taken <= 3 + 2 * (AHEAD if ordered else 1)
        run.close()  # type: ignore[attr-defined]


def test_cancelling_ends_the_busy_processes() -> None:
    token = CancelToken()
    threading.Timer(1.0, token.cancel).start()
    with pool(workers=2) as two:
        with pytest.raises(Cancelled):
            list(two.run(["sleep", "sleep", 1], token))
        assert children() == []
        assert list(two.run([1, 2])) == [(1, 2), (2, 4)]


def test_a_caller_that_stops_asking_leaves_no_busy_process() -> None:
    with pool(workers=2) as two:
        run = two.run([1, "sleep"])
        assert next(run) == (1, 2)
        run.close()  # type: ignore[attr-defined]
        assert all(not process.busy for process in two._processes)


@pytest.mark.parametrize(("factory", "reason"), [(tasks.broken, "Nothing works here"), (tasks.dies, "exit code 3")])
def test_processes_that_do_not_start_are_one_error(factory: Any, reason: str) -> None:
    with pool(factory=factory, workers=2) as two, pytest.raises(NoWorkersError, match=reason) as caught:
        list(two.run([1, 2, 3]))
    assert caught.value.kind == "no-workers"


@posix
def test_an_idle_process_that_was_killed_is_replaced() -> None:
    with pool() as one:
        ((_, pid),) = one.run(["pid"])
        idle = psutil.Process(pid)
        idle.kill()
        while idle.status() != psutil.STATUS_ZOMBIE:
            time.sleep(0.01)
        assert list(one.run([1, 2, 3])) == [(1, 2), (2, 4), (3, 6)]


def test_a_line_that_is_no_message_ends_the_process(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("clics.supervision.process.child_command", lambda _: [sys.executable, "-c", "print('hello')"])
    inbox: Any = __import__("queue").Queue()
    process = SupervisedProcess(task(), Limits(), inbox)
    sender, message = inbox.get(timeout=20)
    assert (sender, message) == (process, None)
    failure = process.failure_of(message)
    assert failure is not None
    assert failure.kind == "process-died"
    process.kill()


@posix
def test_a_killed_parent_leaves_no_process() -> None:
    script = f"""
import sys
sys.path.insert(0, {str(HERE)!r})
import tasks
from clics.supervision.limits import Limits
from clics.supervision.pool import SupervisedPool
from clics.supervision.task import Task, folder_of, name_of
pool = SupervisedPool(Task(name_of(tasks.worker), {{}}, folder_of(tasks.worker)), lambda item: item, workers=1, limits=Limits())
for _, pid in pool.run(["pid", "sleep"]):
    print(pid, flush=True)
"""
    parent = subprocess.Popen([sys.executable, "-c", script], stdout=subprocess.PIPE, text=True)
    assert parent.stdout is not None
    child = psutil.Process(int(parent.stdout.readline()))
    os.kill(parent.pid, signal.SIGKILL)
    parent.wait()
    parent.stdout.close()
    deadline = time.monotonic() + 20
    while child.is_running() and child.status() != psutil.STATUS_ZOMBIE:
        assert time.monotonic() < deadline
        time.sleep(0.05)


@pytest.mark.skipif(sys.platform != "linux", reason="the allocator of glibc")
def test_memory_of_a_large_item_is_given_back() -> None:
    with pool() as team:
        answers = [answer for _, answer in team.run(["size", "pieces", "size"])]
    before, _, after = answers
    assert isinstance(before, int)
    assert isinstance(after, int)
    assert after < before + 20 * 2**20, "of 100 MB"
