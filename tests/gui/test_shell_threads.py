"""PySide6 makes its types on the GUI thread alone: no module that imports it is imported on another thread."""

from __future__ import annotations

import json
import threading
from pathlib import Path

import pytest
from PySide6.QtCore import QObject

from clics_gui.engine_thread import qt_type_preload
from clics_gui.shell.idle_tasks import IdleTasks

from .test_shell_start import run

RUTILE = Path(__file__).resolve().parents[2] / "resources" / "examples" / "rutile.cif"

STARTED = """
import json, sys, threading
from pathlib import Path
from types import ModuleType

elsewhere = set()

class Watch:
    def find_spec(self, name, path=None, target=None):
        if threading.current_thread() is not threading.main_thread():
            elsewhere.add(name)

def of_qt(value):
    origins = [getattr(value, "__module__", ""), type(value).__module__]
    if isinstance(value, ModuleType):
        origins.append(value.__name__)
    return any(str(origin).startswith(("PySide6", "shiboken6")) for origin in origins)

sys.meta_path.insert(0, Watch())
from clics_gui import app
app._prepare_process()
application, window, worker = app.start([Path(sys.argv[1])])
from PySide6.QtCore import QTimer

def look():
    view, document = window.views.current, window.documents.current
    drawn = view is not None and view.canvas.scene is not None
    if drawn and document.analysis is not None and all(dock.panel is not None for dock in window.docks):
        application.quit()

timer = QTimer()
timer.timeout.connect(look)
timer.start(20)
application.exec()
timer.stop()
window.close()
worker.shutdown(60)
known = {name: module for name, module in sys.modules.items() if name in elsewhere}
guilty = [name for name, module in known.items() if of_qt(module) or any(map(of_qt, list(vars(module).values())))]
print(json.dumps({"elsewhere": sorted(known), "guilty": sorted(guilty)}))
"""

PAINTED = """
import json, sys, threading
from pathlib import Path
from PySide6 import QtCore, QtGui, QtWidgets
from clics_gui import app
from clics_gui.engine_thread import qt_type_preload as qt_types
app._prepare_process()
application = QtWidgets.QApplication(["clics-gui"])
from clics_gui.export.page import pdf
from clics_gui.export.report import painted, png, trimmed
from clics_gui.engine_thread.message_queue import MessageQueue
from clics.results.provenance import Provenance
from clics.results.geometry_words import SiteRow
from clics.results.report import SimilarCrystal, Orbit, Report, Scored
from clics.session import Session

with Session(sandboxed=False) as session:
    (opened,) = session.iter_opened([Path(sys.argv[1])])
if sys.argv[2] == "made":
    qt_types.make_all()
report = Report(
    "rutile", "O2Ti", "rutile.cif", "P4_2/mnm", (("a", "4.6 Å"),), (("0.01 Å", "P4_2/mnm", 136),),
    (Orbit("Ti1", "2a", "mmm", ("0", "0", "0")),),
    (SiteRow("Ti 2a", "CN 6", "octahedron (OC-6, S 0.4)", "TiO6", "Ti-O 1.948", "chains"),),
    (Scored("P4_2/mnm", 0.5, True),), (Scored("octahedral", 0.4, None),),
    (), (SimilarCrystal("1", "O2Sn", "P4_2/mnm", 0.9),), "Corner-sharing octahedra.", ("None.",), Provenance(),
)
told = []
queue = MessageQueue(told.append)

def types():
    return {name for module in (QtCore, QtGui, QtWidgets) for name in vars(module)}

def paint():
    picture = trimmed(painted(opened.atoms))
    assert png(picture) and pdf(report, picture)
    queue.post("painted")

before = types()
thread = threading.Thread(target=paint)
thread.start()
thread.join()
made = sorted(types() - before)
application.processEvents()
print(json.dumps({"made": made, "told": told}))
"""


def test_what_imports_qt_is_imported_on_the_gui_thread() -> None:
    result = run("-c", STARTED, str(RUTILE))
    assert result.returncode == 0, result.stderr
    found = json.loads(result.stdout.splitlines()[-1])
    assert {"vispy.scene", "OpenGL.GL"} <= set(found["elsewhere"])
    assert found["guilty"] == []


def test_painting_on_another_thread_makes_no_types() -> None:
    made = {}
    for types in ("left", "made"):
        result = run("-c", PAINTED, str(RUTILE), types)
        assert result.returncode == 0, result.stderr
        found = json.loads(result.stdout.splitlines()[-1])
        assert found["told"] == ["painted"]
        made[types] = found["made"]
    assert made["left"] != []  # why it has to be done before
    assert made["made"] == []


def test_types_are_made_on_the_gui_thread_alone() -> None:
    caught: list[BaseException] = []

    def make() -> None:
        try:
            qt_type_preload.slices()[0]()
        except RuntimeError as error:
            caught.append(error)

    thread = threading.Thread(target=make)
    thread.start()
    thread.join()
    assert "GUI thread" in str(caught[0])


def test_steps_go_on_after_one_that_fails_until_they_are_stopped(qtbot) -> None:
    owner = QObject()
    steps, done = IdleTasks(owner), []

    def fail() -> None:
        raise ValueError("a step failed")

    with qtbot.captureExceptions() as caught:
        steps.add(lambda: done.append(1), fail, lambda: done.append(2))
        steps.add(lambda: done.append(3))
        assert done == []
        qtbot.waitUntil(lambda: done == [1, 2, 3])
    assert [str(value) for _, value, _ in caught] == ["a step failed"]
    steps.add(steps.stop, lambda: done.append(4))
    qtbot.wait(30)
    steps.add(lambda: done.append(5))
    qtbot.wait(30)
    assert done == [1, 2, 3]


@pytest.mark.parametrize("name", ["QPainterPath", "QConicalGradient", "QMarginsF"])
def test_all_types_are_made(name: str) -> None:
    from PySide6 import QtCore, QtGui

    qt_type_preload.make_all()
    assert name in vars(QtCore) | vars(QtGui)


SEARCHED = """
import json, sys
from pathlib import Path
from clics.engine_process.operation import SESSION, call, together
from clics_gui import app
app._prepare_process()
application, window, worker = app.start([Path(sys.argv[1])])
from PySide6.QtCore import QTimer

found = []

def ask():
    first = call(SESSION.search, "corner-sharing octahedra", top=3)
    return together(first, call(SESSION.similar, window.documents.current.crystal, top=3))

def look():
    view, document = window.views.current, window.documents.current
    if view is None or view.canvas.scene is None or document.analysis is None:
        return
    timer.stop()
    worker.submit(ask(), done=found.extend, finished=application.quit)

timer = QTimer()
timer.timeout.connect(look)
timer.start(20)
application.exec()
window.close()
worker.shutdown(60)
print(json.dumps({"hits": [len(result.hits) for result in found], "modules": sorted(sys.modules)}))
"""


SCIENCE = {
    "torch", "triton", "pymatgen", "scipy", "faiss", "spglib", "moyopy", "gemmi", "ase", "pandas", "sklearn", "sqlite3",
    "tokenizers", "safetensors", "robocrys", "monty", "networkx", "sympy", "matplotlib",
}  # fmt: skip


def test_opening_analysing_and_searching_import_no_science_into_the_window() -> None:
    """A native library of these would share the window's process: triton's ends one in which Mesa draws."""
    result = run("-c", SEARCHED, str(RUTILE))
    assert result.returncode == 0, result.stderr
    found = json.loads(result.stdout.splitlines()[-1])
    assert found["hits"] == [3, 3]
    assert "numpy" in found["modules"]
    assert SCIENCE & {name.partition(".")[0] for name in found["modules"]} == set()
