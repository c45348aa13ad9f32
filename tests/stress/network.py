"""No command and no window opens a network socket: strace watches the processes from outside.

Sockets between processes of one machine (``AF_UNIX``) are allowed, ``AF_NETLINK`` is a question to the kernel; every other
family is a fault.
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

from tests.tiny_model import make_tiny_model

from .common import EXAMPLES, Stress, command, environment, faults_of
from .kill_scenarios import Materials

_SOCKET = re.compile(r"\b(?:socket|socketpair)\((\w+)|sa_family=(AF_\w+)")
_ALLOWED = {"AF_UNIX", "AF_LOCAL", "AF_NETLINK", "AF_UNSPEC"}
_WINDOW = """
import sys
from pathlib import Path
from PySide6.QtCore import QTimer
from clics_gui.app import start
application, window, worker = start([Path(sys.argv[1])], Path(sys.argv[2]))
def look():
    document = window.documents.current
    if document is not None and document.analysis is not None:
        window.close()
        application.quit()
timer = QTimer()
timer.timeout.connect(look)
timer.start(100)
application.exec()
sys.exit(0 if worker.shutdown(60) else 3)
"""


def unable() -> str:
    """Why the script cannot run here; empty where it can."""
    if not sys.platform.startswith("linux"):
        return "strace is a program of Linux"
    if shutil.which("strace") is None:
        return "there is no strace (package strace of Debian and Ubuntu)"
    found = subprocess.run(["strace", "-f", "-o", os.devnull, "true"], capture_output=True, check=False)
    return "" if found.returncode == 0 else "this system does not let strace watch processes"


def run(stress: Stress) -> None:
    """Each command once, and a window."""
    from .commands import Commands

    with Commands(stress.scratch / "home") as commands:
        cases = _cases(Materials(stress.scratch / "materials", commands), stress.scratch)
    for number in stress.items():
        if number < len(cases):
            name, arguments = cases[number]
            stress.note(number, name, _watched(arguments, stress.scratch / f"trace-{number}", stress.scratch / "home"))


def _cases(materials: Materials, scratch: Path) -> list[tuple[str, list[str]]]:
    rutile, library, model = EXAMPLES / "rutile.cif", scratch / "own.clics", ("--model", materials.model)
    shutil.copyfile(materials.library, library)
    own = ("--library", library)
    cases: list[tuple[str, list[str]]] = [
        ("analyse, released model", command("analyse", rutile)),
        ("describe", command("describe", rutile)),
        ("search, released model", command("search", "corner-sharing octahedra")),
        ("similar", command("similar", rutile, *own, *model)),
        ("library add", command("library", "add", EXAMPLES, *own, *model, "--workers", "2")),
        ("library update-embeddings", command("library", "update-embeddings", *own, "--model", materials.other_model)),
        ("export", command("export", rutile, "-o", scratch / "table.xlsx", *model)),
        ("report", command("report", rutile, "-o", scratch / "page.html", *own, *model)),
        ("symmetrise", command("symmetrise", rutile, "-o", scratch / "ideal.cif")),
        ("dataset build", command("dataset", "build", materials.some, "-o", scratch / "set", "--workers", "1")),
        ("dataset pack", command("dataset", "pack", "--described", materials.described, "-o", scratch / "packed")),
        (
            "train",
            command(
                "train", materials.packed, "-o", scratch / "out", "--recipe", materials.recipe,
                "--start-from", materials.model, "--device", "cpu", "--workers", "2",
            ),
        ),
    ]  # fmt: skip
    if shutil.which("Xvfb") is not None:
        cases.append(
            ("window", [sys.executable, "-P", "-c", _WINDOW, str(rutile), str(make_tiny_model(scratch / "tiny"))])
        )
    return cases


def _watched(arguments: list[str], trace: Path, home: Path) -> list[str]:
    own: dict[str, str] = {}
    if arguments[1:3] == ["-P", "-c"]:
        from tests.gui.display import start_virtual_screen

        start_virtual_screen()
        own = {name: os.environ[name] for name in ("DISPLAY", "QT_QPA_PLATFORM", "LIBGL_ALWAYS_SOFTWARE")}
    watching = ["strace", "-f", "-qq", "-e", "trace=socket,socketpair,connect,bind,sendto,sendmsg", "-o", str(trace)]
    result = subprocess.run(
        [*watching, *arguments],
        env=environment(home, **own),
        capture_output=True,
        encoding="utf-8",
        timeout=3600,
        check=False,
    )
    faults = faults_of(result, (0,))
    if not trace.exists():
        return [*faults, "strace wrote no trace"]
    for line in trace.read_text(encoding="utf-8", errors="replace").splitlines():
        families = {family for pair in _SOCKET.findall(line) for family in pair if family.startswith("AF_")}
        if families - _ALLOWED:
            faults.append(f"a socket: {line[:200]}")
    return faults[:5]
