"""Closing in the middle of work, being killed, disks that take nothing, screens without OpenGL: as processes of their own."""

from __future__ import annotations

import json
import os
import resource
import subprocess
import sys
import time
from pathlib import Path

import pytest
from clics.library.store import Library
from clics.session import Session

from clics_gui.state.window_state import WindowState

from .test_shell_start import ROOT, run

EXAMPLES = ROOT / "resources" / "examples"

WORKING = """
import os, sys
from pathlib import Path
from PySide6.QtCore import QTimer
from clics.engine_process.operation import SESSION, call
from clics_gui import app

folder, model, how = Path(sys.argv[1]), Path(sys.argv[2]), sys.argv[3]
sys.argv = ["clics-gui", str(folder), "--model", str(model), "--library", str(folder.parent / "mine.clics")]
start = app.start

def working(*arguments):
    application, window, worker = start(*arguments)
    worker.submit(call(SESSION.library.add, [folder]), thread="long", title="Adding")
    window.docks.panel("search").form.phrase.setText("octahedra")

    def at_work():
        if len(window.documents) < 2 or not worker.active:
            return
        timer.stop()
        window.docks.panel("search").form.submit()
        window._remember()
        print("at work", flush=True)
        if how == "close":
            window.close()

    timer = QTimer(window)
    timer.timeout.connect(at_work)
    timer.start(20)
    return application, window, worker

app.start = working
app.main()
"""

STARTED = """
import json, sys, time
from clics_gui import app
app._prepare_process()
application, window, worker = app.start([])
wanted, words = int(sys.argv[1]), sys.argv[2]
said = lambda: [note.message for note in window.notifications.history]
end = time.monotonic() + 120
while time.monotonic() < end and not (len(window.documents) >= wanted and any(words in text for text in ["", *said()])):
    application.processEvents()
    time.sleep(0.01)
print(json.dumps([len(window.documents), said()]))
window.close()
worker.shutdown()
"""


@pytest.fixture
def crystals(tmp_path: Path) -> Path:
    """Two files to open, and a library's worth of others to add."""
    folder = tmp_path / "crystals"
    folder.mkdir()
    with Session(sandboxed=False) as session:
        for opened in session.iter_opened(sorted(EXAMPLES.glob("*.cif"))[:3]):
            if hasattr(opened, "crystal") and opened.crystal.is_ordered:
                for copy in range(15):
                    structure = opened.crystal.structure.copy()
                    structure.scale_lattice(structure.volume * (1 + 0.01 * copy))
                    structure.to(str(folder / f"{opened.crystal.formula}-{copy}.cif"))
    return folder


def start_working(crystals: Path, model: Path, how: str) -> subprocess.Popen[str]:
    environment = os.environ | {"PYTHONPATH": os.pathsep.join([str(ROOT / "engine"), str(ROOT)])}
    command = [sys.executable, "-W", "ignore", "-c", WORKING, str(crystals), str(model), how]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True, env=environment, start_new_session=True)
    assert process.stdout is not None
    assert process.stdout.readline() == "at work\n"
    return process


def of_group(group: int) -> list[int]:
    """Processes of a group that are left."""
    found = []
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit():
            try:
                stat = (entry / "stat").read_text().rpartition(")")[2].split()
            except OSError:
                continue
            if int(stat[2]) == group and stat[0] != "Z":
                found.append(int(entry.name))
    return found


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="looks into /proc")
def test_closing_in_the_middle_of_everything_is_quick_and_leaves_nothing(
    screen: None, crystals: Path, tiny_model: Path, tmp_path: Path
) -> None:
    process = start_working(crystals, tiny_model, "close")
    begin = time.monotonic()
    assert process.wait(60) == 0
    assert time.monotonic() - begin < 20  # three seconds where the processor is free
    end = time.monotonic() + 10
    while of_group(process.pid) and time.monotonic() < end:
        time.sleep(0.05)
    assert of_group(process.pid) == []
    with Library(tmp_path / "mine.clics", "read") as library:
        assert library.info().crystals >= 0


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="kills")
def test_after_a_kill_the_session_comes_back_and_the_library_is_whole(
    screen: None, crystals: Path, tiny_model: Path, tmp_path: Path
) -> None:
    process = start_working(crystals, tiny_model, "stay")
    process.kill()
    process.wait()
    end = time.monotonic() + 30
    while of_group(process.pid) and time.monotonic() < end:
        time.sleep(0.05)
    assert of_group(process.pid) == []  # neither the engine nor its own processes
    with Library(tmp_path / "mine.clics", "read") as library:
        assert library.info().crystals >= 0
    done = run("-c", STARTED, "2", "")
    assert done.returncode == 0, done.stderr
    count, _ = json.loads(done.stdout.splitlines()[-1])
    assert count >= 2


def test_a_full_disk_costs_the_session_but_nothing_else(tmp_path: Path) -> None:
    path = tmp_path / "session.json"
    WindowState(recent=["first.cif"]).save(path)
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (16, before[1]))  # no file may grow beyond 16 bytes, as on a full disk
    try:
        WindowState(recent=["second.cif"]).save(path)
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)
    assert WindowState.load(path).recent == ["first.cif"]
    assert [entry.name for entry in tmp_path.iterdir()] == ["session.json"]


def test_a_home_that_cannot_be_written_does_not_stop_the_window(screen: None, tmp_path: Path) -> None:
    occupied = tmp_path / "occupied"
    occupied.write_text("a file where the folder should be")
    done = run("-c", STARTED, "1", "", CLICS_HOME=str(occupied))
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout.splitlines()[-1])[0] == 1
    assert occupied.read_text() == "a file where the folder should be"


def test_damaged_settings_and_session_give_way_to_defaults(screen: None, own_home: Path) -> None:
    (own_home / "settings.json").write_text("{not json")
    (own_home / "session.json").write_text('{"version": 1, "open": 7}')
    done = run("-c", STARTED, "0", "could not be read")
    assert done.returncode == 0, done.stderr
    count, said = json.loads(done.stdout.splitlines()[-1])
    assert count == 0
    assert any("could not be read" in message for message in said)


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="the switch is X11's")
def test_without_opengl_the_crystal_is_still_there(screen: None) -> None:
    done = run("-c", STARTED, "1", "OpenGL is not available", QT_XCB_GL_INTEGRATION="none")
    assert done.returncode == 0, done.stderr
    count, said = json.loads(done.stdout.splitlines()[-1])
    assert count == 1
    assert any("OpenGL is not available" in message for message in said)
