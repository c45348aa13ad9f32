"""Cyclic garbage ends on the GUI thread, whichever thread makes objects."""

from __future__ import annotations

import gc
import threading
import weakref
from collections.abc import Iterator

import pytest
from PySide6.QtCore import QObject, QTimer

from clics_gui.engine_thread.window_thread import WindowThread
from clics_gui.shell.garbage import NEW_OBJECTS, GarbageCollection


@pytest.fixture
def parent() -> Iterator[QObject]:
    parent = QObject()
    yield parent
    parent.deleteLater()
    gc.enable()


def on_another_thread(function) -> None:
    thread = threading.Thread(target=function)
    thread.start()
    thread.join()


def cycle_with_a_timer(ended: list[str]) -> None:
    timer = QTimer()
    timer.myself = [timer]  # type: ignore[attr-defined]
    weakref.finalize(timer, lambda: ended.append(threading.current_thread().name))


def make_objects() -> None:
    for _ in range(3):
        [[] for _ in range(2 * NEW_OBJECTS[0])]


def test_timers_in_cycles_end_on_the_gui_thread(parent: QObject) -> None:
    gc.collect()
    collection, ended = GarbageCollection(parent), []
    cycle_with_a_timer(ended)
    on_another_thread(make_objects)
    assert ended == []
    make_objects()
    kept = [[] for _ in range(2 * NEW_OBJECTS[0])]
    collection.collect()
    assert ended == [threading.main_thread().name]
    del kept


def test_garbage_that_has_grown_old_is_collected_too(parent: QObject) -> None:
    gc.collect()
    collection, ended = GarbageCollection(parent), []
    timer = QTimer()
    timer.myself = [timer]  # type: ignore[attr-defined]
    weakref.finalize(timer, ended.append, "ended")
    gc.collect()  # it lives, and is of the oldest generation now
    del timer
    for _ in range(2 * (NEW_OBJECTS[1] + 2) * (NEW_OBJECTS[2] + 2)):
        made = [[] for _ in range(2 * NEW_OBJECTS[0])]
        collection.collect()
        del made
        if ended:
            break
    assert ended


def test_listeners_do_not_end_on_the_thread_that_works(qtbot, parent: QObject) -> None:
    ended: list[str] = []

    class Listener:
        def take(self, _result: object) -> None: ...

    def submit(thread: WindowThread) -> None:
        listener = Listener()
        weakref.finalize(listener, lambda: ended.append(threading.current_thread().name))
        thread.run(lambda: None, done=listener.take)

    thread = WindowThread(parent)
    for _ in range(50):
        submit(thread)
    qtbot.waitUntil(lambda: len(ended) == 50)
    assert set(ended) == {threading.main_thread().name}
    assert thread.shutdown(10)
