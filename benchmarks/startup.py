"""Cost of starting: CPU seconds and memory of the commands, and the time to a visible window beside ASE's GUI.

    python -m benchmarks.startup --runs 5 [--only commands | --only window]

Commands: each in a fresh process and a user's folder of its own, turn and turn about with ``import torch``, which is
what a command that needs the model cannot do without. CPU seconds are user and system time of the process and of the
processes that it started (the reading process); the smallest of several runs is the steadiest figure on a machine that
does other work. Memory is the largest resident size of any of these processes.

Window: both programs open the same file, turn and turn about, each in a fresh process. *Visible* is the first paint of
the window (ours: Qt's expose and paint have been handled; ASE's: Tk has mapped and drawn it). The clock is the system's
monotonic one, read by both processes. CPU seconds are those of the process up to that moment. On Linux both draw on one
virtual screen (Xvfb), unless --screen mine.

Files are warm: one run of each goes before and is not counted.
"""

from __future__ import annotations

import argparse
import json
import os
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
FILE = ROOT / "resources" / "examples" / "rutile.cif"

OURS = """
import json, os, sys, time
from pathlib import Path
from clics_gui import app

app._prepare_process()
application, window, worker = app.start([Path(sys.argv[1])])
from PySide6.QtCore import QEvent, QObject, QTimer

stamps = {}

def stamp(name):
    stamps[name] = (time.monotonic(), time.process_time())

class Watch(QObject):
    def eventFilter(self, watched, event):
        if event.type() == QEvent.Type.Paint and "visible" not in stamps:
            QTimer.singleShot(0, lambda: stamps.get("visible") or stamp("visible"))
        return False

watch = Watch()
window.centralWidget().installEventFilter(watch)

def look():
    if window.views.current is not None and window.views.current.canvas.scene is not None:
        stamp("drawn")
        print(json.dumps(stamps), flush=True)
        os._exit(0)

timer = QTimer()
timer.timeout.connect(look)
timer.start(10)
application.exec()
"""

TORCH = "import torch"
COMMANDS: dict[str, tuple[tuple[str, ...], float | None, bool, int | None]] = {
    "clics --help": (("--help",), 0.4, False, None),
    "clics library list": (("library", "list"), 0.4, False, None),
    "clics describe rutile.cif": (("describe", str(FILE)), None, False, None),
    "clics analyse rutile.cif": (("analyse", str(FILE)), 1.2, True, 330),
    "clics search": (("search", "corner-sharing octahedra"), 1.0, True, None),
}
"""Command → arguments, target in CPU seconds, True where that is beyond ``import torch``, target in MB."""

ASE = """
import json, os, sys, time
from ase.gui.gui import GUI
from ase.gui.images import Images
from ase.io import read

images = Images()
images.initialize([read(sys.argv[1])])
gui = GUI(images)
gui.window.win.update()
now = (time.monotonic(), time.process_time())
print(json.dumps({"visible": now, "drawn": now}), flush=True)
os._exit(0)
"""


@contextmanager
def screen(wanted: str) -> Iterator[None]:
    """A virtual screen on Linux."""
    if wanted == "mine" or not sys.platform.startswith("linux"):
        yield
        return
    if shutil.which("Xvfb") is None:
        sys.exit('Xvfb is missing; "make test" installs it or says how. Or use --screen mine.')
    reading, writing = os.pipe()
    server = subprocess.Popen(
        ["Xvfb", "-displayfd", str(writing), "-screen", "0", "1280x800x24"],
        pass_fds=(writing,),
        stderr=subprocess.DEVNULL,
    )
    os.close(writing)
    with os.fdopen(reading) as pipe:
        os.environ["DISPLAY"] = f":{pipe.readline().strip()}"
    os.environ["QT_QPA_PLATFORM"] = "xcb"
    try:
        yield
    finally:
        server.terminate()
        server.wait()


def measure(code: str) -> dict[str, tuple[float, float]] | None:
    """Seconds on the clock and of CPU until each moment; None where the program does not start here."""
    with tempfile.TemporaryDirectory() as home:
        environment = os.environ | {
            "CLICS_HOME": home,
            "PYTHONPATH": os.pathsep.join([str(ROOT / "engine"), str(ROOT)]),
        }
        begin = time.monotonic()
        result = subprocess.run(
            [sys.executable, "-W", "ignore", "-c", code, str(FILE)],
            capture_output=True, text=True, env=environment, cwd=home, check=False,
        )  # fmt: skip
    if result.returncode:
        print(result.stderr.strip().splitlines()[-1:], file=sys.stderr)
        return None
    stamps = json.loads(result.stdout.splitlines()[-1])
    return {name: (clock - begin, cpu) for name, (clock, cpu) in stamps.items()}


def cost(*command: str) -> tuple[float, float]:
    """CPU seconds of a process and of those it started, and the largest resident size in MB."""
    with tempfile.TemporaryDirectory() as home:
        environment = os.environ | {
            "CLICS_HOME": home,
            "OMP_NUM_THREADS": "1",
            "PYTHONPATH": os.pathsep.join([str(ROOT / "engine"), str(ROOT)]),
        }
        process = subprocess.Popen(
            command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, env=environment, cwd=home
        )
        _, status, usage = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode:
        raise SystemExit(f"{' '.join(command)} failed with code {process.returncode}.")
    unit = 1e6 if sys.platform == "darwin" else 1e3  # of ru_maxrss: bytes there, KiB on Linux
    return usage.ru_utime + usage.ru_stime, usage.ru_maxrss / unit


def measure_commands(runs: int) -> None:
    """Print the table of the commands."""
    programs = {TORCH: (sys.executable, "-c", TORCH)}
    programs |= {name: (sys.executable, "-m", "clics", *row[0]) for name, row in COMMANDS.items()}
    measured: dict[str, list[tuple[float, float]]] = {name: [] for name in programs}
    for run in range(runs + 1):
        for name, command in programs.items():
            figures = cost(*command)
            if run > 0:
                measured[name].append(figures)
    torch_alone = min(cpu for cpu, _ in measured[TORCH])
    print(f"{runs} runs each, {os.cpu_count()} cores, load {_load():.1f}")
    print("| | CPU s: least (median) | beyond import torch | target | peak MB | target |\n|---|---|---|---|---|---|")
    for name, rows in measured.items():
        seconds = [cpu for cpu, _ in rows]
        _, limit, beyond, memory = COMMANDS.get(name, ((), None, True, None))
        past = f"{min(seconds) - torch_alone:.2f}" if beyond and name != TORCH else ""
        target = "" if limit is None else f"≤ {limit} beyond" if beyond else f"≤ {limit}"
        print(
            f"| {name} | {min(seconds):.2f} ({statistics.median(seconds):.2f}) | {past} | {target} "
            f"| {max(size for _, size in rows):.0f} | {'' if memory is None else f'≤ {memory}'} |"
        )


def measure_window(runs: int, wanted: str) -> None:
    """Print the table of the window and of ASE's GUI."""
    programs = {"clics-gui": OURS, "ase gui": ASE}
    times: dict[str, list[dict[str, tuple[float, float]]]] = {name: [] for name in programs}
    with screen(wanted):
        for run in range(runs + 1):
            for name, code in programs.items():
                measured = measure(code)
                if measured is not None and run > 0:
                    times[name].append(measured)
    print(f"{runs} runs each, {os.cpu_count()} cores, load {_load():.1f}; seconds: median (best)")
    print("| | visible, clock | visible, CPU | crystal drawn, clock | crystal drawn, CPU |\n|---|---|---|---|---|")
    for name, rows in times.items():
        if not rows:
            print(f"| {name} | does not start here | | | |")
            continue
        cells = [
            f"{statistics.median(values):.2f} ({min(values):.2f})"
            for moment in ("visible", "drawn")
            for values in ([row[moment][0] for row in rows], [row[moment][1] for row in rows])
        ]
        print(f"| {name} | {' | '.join(cells)} |")


def _load() -> float:
    return os.getloadavg()[0] if hasattr(os, "getloadavg") else float("nan")


def main() -> None:
    """Entry point."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--runs", type=int, default=5)
    parser.add_argument("--only", choices=["commands", "window"])
    parser.add_argument("--screen", choices=["virtual", "mine"], default="virtual")
    arguments = parser.parse_args()
    if arguments.only != "window":
        measure_commands(arguments.runs)
    if arguments.only != "commands":
        measure_window(arguments.runs, arguments.screen)


if __name__ == "__main__":
    main()
