"""Starting the program: as a process of its own, and what it says where it cannot start."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from clics_gui.dialogs.credits import ATTRIBUTION, parts
from clics_gui.shell.start_failure import TOOLS, show_without_qt

ROOT = Path(__file__).resolve().parents[2]
HEAVY = (
    "torch",
    "pymatgen",
    "robocrys",
    "scipy",
    "pandas",
    "vispy",
    "pyqtgraph",
    "transformers",
    "faiss",
    "ase",
    "typer",
)

VISIBLE = """
import sys
from clics_gui import app
app._prepare_process()
application, window, worker = app.start([])
assert window.isVisible()
print([name for name in sys.argv[1:] if name in sys.modules])
window.close()
worker.shutdown()
"""

INTERRUPTED = """
import os, signal, sys
from PySide6.QtCore import QTimer
from clics_gui import app
sys.argv = ["clics-gui"]
start = app.start
def with_signal(*arguments):
    found = start(*arguments)
    QTimer.singleShot(50, lambda: os.kill(os.getpid(), signal.SIGTERM))
    return found
app.start = with_signal
app.main()
"""


def run(*arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
    """The program, with this environment on top of the tests' own; an empty value takes a variable away."""
    mixed = os.environ | {"PYTHONPATH": os.pathsep.join([str(ROOT / "engine"), str(ROOT)])} | environment
    kept = {name: value for name, value in mixed.items() if value}
    command = [sys.executable, "-W", "ignore", *arguments]
    return subprocess.run(command, capture_output=True, text=True, env=kept, check=False, timeout=500)


def test_nothing_heavy_is_imported_before_the_window_is_visible() -> None:
    result = run("-c", VISIBLE, *HEAVY)
    assert result.returncode == 0, result.stderr
    assert result.stdout.strip() == "[]"


def test_a_missing_file_is_told_before_a_window_opens() -> None:
    result = run("-m", "clics_gui.app", "no-such-file.cif")
    assert result.returncode == 2
    assert "there is no no-such-file.cif" in result.stderr


def test_the_version() -> None:
    assert run("-m", "clics_gui.app", "--version").stdout.startswith("clics ")


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="only Linux has sessions without a screen")
def test_without_a_screen_it_says_so() -> None:
    result = run("-m", "clics_gui.app", DISPLAY="", WAYLAND_DISPLAY="", QT_QPA_PLATFORM="")
    assert result.returncode == 1
    assert "there is no screen" in result.stderr


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="screens of X11")
def test_a_screen_that_refuses_is_one_sentence(own_home: Path) -> None:
    result = run("-m", "clics_gui.app", DISPLAY=":4711", WAYLAND_DISPLAY="", QT_QPA_PLATFORM="")
    assert result.returncode == 1
    assert result.stderr == (
        "clics-gui: the screen :4711 cannot be opened. Check DISPLAY, and that you may draw on that screen.\n"
    )


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="screens of X11 and Wayland")
@pytest.mark.parametrize(
    "told",
    [
        {"QT_QPA_PLATFORM": "nonsense"},
        {"QT_QPA_PLATFORM": "xcb", "DISPLAY": ":4711"},
        {"WAYLAND_DISPLAY": "wayland-77"},
    ],
)
def test_where_qt_would_abort_there_is_one_sentence(own_home: Path, told: dict[str, str]) -> None:
    """Without it: signal 6, exit code 134, and advice to install Qt again."""
    result = run("-m", "clics_gui.app", **{"DISPLAY": "", "WAYLAND_DISPLAY": "", "QT_QPA_PLATFORM": "", **told})
    log = own_home / "logs" / "clics-gui-start.log"
    assert result.returncode == 1
    [sentence] = result.stderr.splitlines()
    for name, value in told.items():
        assert f"{name}={value}" in sentence
    assert sentence.endswith(f"The details are in {log}")
    assert "no Qt platform plugin could be initialized" in log.read_text()


BROKEN = """
import sys
sys.modules["clics_gui.shell.main_window"] = None
from PySide6.QtWidgets import QMessageBox
QMessageBox.exec = lambda box: print(box.text())
from clics_gui.app import main
sys.argv[1:] = []
main()
"""


def test_a_broken_installation_is_told_with_the_place_of_the_log(own_home: Path) -> None:
    result = run("-c", BROKEN)
    log = own_home / "logs" / "clics-gui-start.log"
    assert result.returncode == 1
    assert f"clics-gui: {result.stdout.strip()}" == result.stderr.strip().splitlines()[-1]
    assert "CLICS could not start: the installation of CLICS seems to be incomplete (" in result.stderr
    assert result.stderr.strip().endswith(f"The details are in {log}")
    assert "Traceback" in log.read_text()


def test_missing_resources_are_told_at_the_start(screen: None, own_home: Path, tmp_path: Path) -> None:
    package = tmp_path / "clics_resources"
    package.mkdir()
    (package / "__init__.py").touch()
    for name in ("icons", "examples", "starter.clics"):
        (package / name).symlink_to(ROOT / "resources" / name)
    path = os.pathsep.join([str(tmp_path), str(ROOT / "engine"), str(ROOT)])
    code = (
        "from PySide6.QtWidgets import QMessageBox; QMessageBox.exec = lambda box: print(box.text());"
        "import sys; sys.argv[1:] = []; from clics_gui.app import main; main()"
    )
    result = run("-c", code, PYTHONPATH=path)
    assert result.returncode == 1
    assert (
        f"CLICS could not start: The released model is missing from this installation ({package / 'model'})"
        in result.stdout
    )
    assert "clics-gui-start.log" in result.stdout


INCOMPLETE = """
import sys
sys.modules["superqt"] = None
from PySide6.QtWidgets import QMessageBox
QMessageBox.exec = lambda box: print(box.text(), flush=True)
from clics_gui.app import main
sys.argv[1:] = []
main()
"""


def test_a_missing_package_that_shows_later_ends_the_start(screen: None, own_home: Path) -> None:
    result = run("-c", INCOMPLETE)
    assert result.returncode == 1, result.stderr
    assert len(result.stdout.splitlines()) == 1
    assert "CLICS cannot work: the installation of CLICS seems to be incomplete (" in result.stdout
    assert "superqt" in result.stdout
    assert result.stdout.strip().endswith(f"The details are in {own_home / 'logs' / 'clics-gui.log'}.")


def test_without_qt_a_program_of_the_desktop_tells(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    if not sys.platform.startswith("linux"):
        pytest.skip("programs of Linux desktops")
    tool, said = tmp_path / "xmessage", tmp_path / "said"
    tool.write_text(f'#!/bin/sh\nprintf "%s\n" "$@" >"{said}"\n')
    tool.chmod(0o755)
    monkeypatch.setenv("PATH", f"{tmp_path}{os.pathsep}/bin{os.pathsep}/usr/bin")
    monkeypatch.setattr("clics_gui.shell.start_failure.TOOLS", TOOLS[-1:])
    show_without_qt("CLICS could not start: 50 % {of} it is missing.")
    assert said.read_text().splitlines() == ["-center", "CLICS could not start: 50 % {of} it is missing."]


@pytest.mark.skipif(sys.platform == "win32", reason="signals of POSIX")
def test_a_signal_closes_the_window_in_good_order(own_home: Path) -> None:
    result = run("-c", INTERRUPTED)
    assert result.returncode == 0, result.stderr
    assert (own_home / "session.json").exists()


def test_about_names_licences_and_the_source_of_the_data() -> None:
    assert "Materials Project" in ATTRIBUTION
    assert "CC BY 4.0" in ATTRIBUTION
    found = {part.name: part.licence for part in parts()}
    assert "PySide6-Essentials" in found
    assert all(licence and len(licence) < 80 for licence in found.values())


UNWRITABLE = """
from pathlib import Path
from clics_gui import app
app._prepare_process()
application, window, worker = app.start([])
print([note.message for note in window.notifications.history])
window.close()
worker.shutdown()
"""


def test_a_data_folder_that_cannot_be_written_is_told(screen: None, tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    folder = tmp_path / "file" / "clics"
    result = run("-c", UNWRITABLE, CLICS_HOME=str(folder))
    assert result.returncode == 0, result.stderr
    assert result.stdout.startswith(
        f"['{folder}: not a directory, so that settings, open crystals and the log are not kept"
    )
    assert run("-c", UNWRITABLE, CLICS_HOME=str(tmp_path / "new" / "clics")).stdout.strip() == "[]"
