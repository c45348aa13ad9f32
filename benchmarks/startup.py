"""Time from starting the process to a visible window, and to the crystal in it; ASE's GUI in the same run.

    python -m benchmarks.startup --runs 5

Both open the same file, turn and turn about, each in a fresh process and a user's folder of its own, with warm files (one
run of each goes before and is not counted). *Visible* is the first paint of the window (ours: Qt's expose and paint have
been handled; ASE's: Tk has mapped and drawn it). The clock is the system's monotonic one, read by both processes. CPU
seconds are those of the process up to that moment; they are steadier than the clock where the machine does other work.
On Linux both draw on one virtual screen (Xvfb), unless --screen mine.
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

found = {}

def stamp(name):
    found[name] = (time.monotonic(), time.process_time())

class Watch(QObject):
    def eventFilter(self, watched, event):
        if event.type() == QEvent.Type.Paint and "visible" not in found:
            QTimer.singleShot(0, lambda: found.get("visible") or stamp("visible"))
        return False

watch = Watch()
window.centralWidget().installEventFilter(watch)

def look():
    if window.views.current is not None and window.views.current.canvas.scene is not None:
        stamp("drawn")
        print(json.dumps(found), flush=True)
        os._exit(0)

timer = QTimer()
timer.timeout.connect(look)
timer.start(10)
application.exec()
"""

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
    found = json.loads(result.stdout.splitlines()[-1])
    return {name: (clock - begin, cpu) for name, (clock, cpu) in found.items()}


def main() -> None:
    """Entry point."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--runs", type=int, default=5)
    parser.add_argument("--screen", choices=["virtual", "mine"], default="virtual")
    arguments = parser.parse_args()
    programs = {"clics-gui": OURS, "ase gui": ASE}
    times: dict[str, list[dict[str, tuple[float, float]]]] = {name: [] for name in programs}
    with screen(arguments.screen):
        for run in range(arguments.runs + 1):
            for name, code in programs.items():
                found = measure(code)
                if found is not None and run > 0:
                    times[name].append(found)
    load = os.getloadavg()[0] if hasattr(os, "getloadavg") else float("nan")
    print(f"{arguments.runs} runs each, {os.cpu_count()} cores, load {load:.1f}; seconds: median (best)")
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


if __name__ == "__main__":
    main()
