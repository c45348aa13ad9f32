"""Gaps between ticks of a timer on the GUI thread while the program works in the background.

    python -m benchmarks.event_loop [--crystals 1000] [--seconds 40] [--trace gaps.txt]

The real window with the released model and a copy of the starter library, on a virtual screen (Linux) of 1280 × 800 with
Mesa's software renderer. Somebody turns the crystal without a pause and searches every few seconds, first while nothing
else happens, then while the program adds crystals to the library (prototypes with their cells stretched), while a training
runs beside it, while hostile files are opened, all at once, and after the engine's process was killed. A timer is due every
10 ms; a gap is the time between two of its ticks, so 10 ms is none at all. ``--trace`` writes what the window was running in
gaps above --over. The turning itself is counted: drawing takes the processor here, where a graphics card would do it
elsewhere. The window and all that it starts share two cores (--cores, Linux) with whatever else runs on the machine.
Three things tell what of a gap is ours: *without waits* is the gap less the time in which the GUI thread could have run and
had no processor; *own* is its processor time; *bare window* are the gaps of a window of Qt that does nothing but count,
at the same time on the same cores. Processor times are of the window's own process. Goals, from the first picture of a
crystal on: 99 % of gaps at most 50 ms, none above 200 ms.
"""

from __future__ import annotations

import argparse
import os
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from benchmarks.gui_thread import StallSampler, ThreadTimes, stolen
from benchmarks.startup import screen

if TYPE_CHECKING:
    from PySide6.QtWidgets import QApplication

    from clics_gui.shell.main_window import MainWindow

Floats = NDArray[np.float64]
ROOT = Path(__file__).resolve().parents[1]
TICK = 10
TURN = 50
SEARCH = 4000
PHRASES = ("corner-sharing octahedra", "tetrahedral metal", "Fm-3m", "edge-sharing tetrahedra", "square planar metal")

WRITE = """
import sys
from itertools import count
from pathlib import Path
from clics.session import Session

folder, wanted = Path(sys.argv[1]), int(sys.argv[2])
with Session(sandboxed=False) as session:
    ids = [row.id for row in session.library.rows(where="nsites<40")]
    written = 0
    for turn in count(1):
        for name in ids:
            if written == wanted:
                sys.exit()
            structure = session.library.crystal(name).structure.copy()
            structure.scale_lattice(structure.volume * (1 + 0.02 * turn))
            structure.to(str(folder / f"{name}-{turn}.cif"))
            written += 1
"""


class Probe:
    """Times the ticks of a timer on the GUI thread: gaps, and its processor time and its waits for a processor in them."""

    def __init__(self, sampler: StallSampler | None) -> None:
        from PySide6.QtCore import Qt, QTimer

        self.ticks: dict[str, list[tuple[float, float, float]]] = {}
        """By what went on: gap, processor time and wait in s."""
        self.phases: list[tuple[float, str]] = []
        """When each part began, by the monotonic clock."""
        self._sampler = sampler
        self._times = ThreadTimes()
        self.enter("start")
        self._timer = QTimer()
        self._timer.setTimerType(Qt.TimerType.PreciseTimer)
        self._timer.timeout.connect(self._tick)
        self._timer.start(TICK)

    def enter(self, name: str) -> None:
        """From now on gaps belong to this; the one under way, in which it began, to nothing."""
        self._name = name
        self.phases.append((time.monotonic(), name))
        self._last = self._now()

    def _now(self) -> tuple[float, float, float]:
        return time.perf_counter(), self._times.used(), self._times.waited()

    def _tick(self) -> None:
        now = self._now()
        gap, own, waited = (after - before for after, before in zip(now, self._last, strict=True))
        self.ticks.setdefault(self._name, []).append((gap, own, waited))
        if self._sampler is not None:
            self._sampler.tick(gap, own, waited, self._name)
        self._last = self._now()


class WindowUse:
    """The window and somebody who uses it."""

    def __init__(self, application: QApplication, window: MainWindow, probe: Probe) -> None:
        from PySide6.QtCore import QTimer

        self.window = window
        self.probe = probe
        self.frames = self.searches = 0
        self._application = application
        self._hand, self._typing = QTimer(), QTimer()
        self._hand.timeout.connect(self._turn)
        self._typing.timeout.connect(self._search)

    def panel(self) -> Any:
        """The search panel."""
        return self.window.docks.panel("search")

    def use(self) -> None:
        """Begin to turn and to search."""
        self._hand.start(TURN)
        self._typing.start(SEARCH)

    def wait(self, seconds: float, until: Callable[[], bool] = lambda: False) -> bool:
        """Let the event loop run; whether ``until`` came true."""
        from PySide6.QtCore import QEventLoop, QTimer

        loop, met = QEventLoop(), False

        def look() -> None:
            nonlocal met
            if until():
                met = True
                loop.quit()

        end, watch = QTimer(singleShot=True), QTimer()
        end.timeout.connect(loop.quit)
        end.start(round(1000 * seconds))
        watch.timeout.connect(look)
        watch.start(100)
        loop.exec()
        watch.stop()
        return met

    def _turn(self) -> None:
        view = self.window.views.current
        if view is not None:
            view.canvas.turn(right=0.05, up=0.01)
            self.frames += 1

    def _search(self) -> None:
        form = self.panel().form
        form.phrase.setText(PHRASES[self.searches % len(PHRASES)])
        form.submit()
        self.searches += 1


def hostile_files(folder: Path) -> list[Path]:
    """A huge loop, one without an end, and bytes that are no text."""
    head = "data_x\n_cell_length_a 5\n_cell_length_b 5\n_cell_length_c 5\n_cell_angle_alpha 90\n_cell_angle_beta 90\n"
    head += (
        "_cell_angle_gamma 90\nloop_\n_atom_site_label\n_atom_site_fract_x\n_atom_site_fract_y\n_atom_site_fract_z\n"
    )
    huge, endless, broken = (folder / f"{name}.cif" for name in ("huge", "endless", "broken"))
    huge.write_text(head + "".join(f"Na{n} 0.{n:07d} 0.{n * 7919 % 9999991:07d} 0.5\n" for n in range(400_000)))
    endless.write_text(head + "Na1 0 0 0\n_note\n;\n" + "this text does not end\n" * 1_000_000)
    broken.write_bytes(np.random.default_rng(0).integers(0, 256, 2_000_000, dtype=np.uint8).tobytes())
    return [huge, endless, broken]


def run(arguments: argparse.Namespace, folder: Path) -> None:
    """Start the window, go through what may happen, print the gaps."""
    from clics.engine_process.job import ThreadName
    from clics.engine_process.operation import SESSION, call
    from clics.supervision.command import cli_command
    from clics.supervision.priority import lower_priority

    from clics_gui import app
    from clics_gui.engine_thread.engine_process import EngineProcess

    crystals = folder / "crystals"
    crystals.mkdir()
    subprocess.run([sys.executable, "-c", WRITE, str(crystals), str(arguments.crystals)], check=True, cwd=ROOT)
    hostile = hostile_files(folder)
    app._prepare_process()
    ticks = folder / "ticks"
    bare = subprocess.Popen([sys.executable, "-m", "benchmarks.bare_window", str(ticks)], cwd=ROOT)
    lost = stolen()
    application, window, worker = app.start([ROOT / "resources" / "examples" / "rutile.cif"])
    sampler = None if arguments.trace is None else StallSampler(arguments.over / 1000, "/clics_gui/")
    probe = Probe(sampler)
    use = WindowUse(application, window, probe)
    use.wait(300, lambda: window.views.current is not None and window.views.current.canvas.scene is not None)
    print(f"first picture after {time.process_time():.2f} s of processor time of the window's process")
    probe.enter("first answers")
    current = window.documents
    use.wait(300, lambda: current.current is not None and current.current.analysis is not None)
    use.use()
    use.wait(10, lambda: use.panel().results.result is not None)
    probe.enter("turning and searching")
    use.wait(arguments.seconds)

    long: ThreadName = "long"
    told: list[Any] = []

    def add() -> None:
        worker.submit(
            call(SESSION.library.add, [crystals], workers=2),
            thread=long,
            title="Adding",
            done=told.append,
            failed=told.append,
        )

    def train() -> subprocess.Popen[bytes]:
        command = [*cli_command(), "train", str(ROOT / "resources" / "starter.clics")]
        command += ["-o", str(folder / "training"), "--start-from", str(ROOT / "resources" / "model")]
        process = subprocess.Popen(
            command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, start_new_session=True
        )
        lower_priority(process.pid)  # as a training from the dialog does
        return process

    probe.enter("adding crystals")
    add()
    use.wait(arguments.seconds, lambda: bool(told))
    training = train()
    probe.enter("all at once")
    window.open_paths(hostile)
    use.wait(arguments.seconds)
    probe.enter("still adding, and training")
    use.wait(600, lambda: bool(told))
    probe.enter("training beside it")
    use.wait(arguments.seconds)
    if training.poll() is not None:
        sys.exit(f"the training ended by itself with {training.returncode}; nothing was measured beside it")
    training.kill()
    training.wait()
    probe.enter("hostile files")
    window.open_paths(hostile)
    use.wait(arguments.seconds)
    probe.enter("the engine is killed")
    engine = worker.engine
    assert isinstance(engine, EngineProcess)
    os.kill(engine.pid or 0, signal.SIGKILL)
    use.wait(arguments.seconds)
    print(f"added: {told or 'not finished'}")
    print(f"messages: {[note.message for note in window.notifications.history]}")
    print(f"processor time of the window's process: {time.process_time():.0f} s")
    print(f"stolen from this machine: {stolen() - lost:.1f} s")
    bare.kill()
    bare.wait()
    _report(probe, reference_gaps(ticks, probe.phases), use, arguments)
    if sampler is not None:
        arguments.trace.write_text("\n".join(sampler.report()) + "\n", encoding="utf-8")
    window.close()
    worker.shutdown()


def reference_gaps(file: Path, phases: list[tuple[float, str]]) -> dict[str, Floats]:
    """Gaps in s of the bare window, by what went on meanwhile in ours."""
    ticks = np.fromfile(file, dtype=np.float64)
    gaps, begins = np.diff(ticks), ticks[:-1]
    bounds = np.array([begin for begin, _ in phases])
    part = np.searchsorted(bounds, begins, side="right") - 1
    return {name: gaps[part == number] for number, (_, name) in enumerate(phases)}


def _report(probe: Probe, reference: dict[str, Floats], use: WindowUse, arguments: argparse.Namespace) -> None:
    load = os.getloadavg()[0] if hasattr(os, "getloadavg") else float("nan")
    print(
        f"{arguments.cores} of {os.cpu_count()} cores, load {load:.1f}, {use.frames} frames, {use.searches} searches; ms"
    )
    print("| | ticks | median | 99 % | longest | over 50 | over 200 | without waits: 99 % | longest "
          "| own 99 % | longest | bare window: 99 % | longest |")  # fmt: skip
    print("|---|" + "---|" * 12)
    total = "from the first picture on"
    measured = {name: 1000 * np.array(ticks) for name, ticks in probe.ticks.items()}
    bare = {name: 1000 * gaps for name, gaps in reference.items()}
    for times in (measured, bare):
        times[total] = np.concatenate([values for name, values in times.items() if name != "start"])
    for name, rows in measured.items():
        gaps, own, waited = rows.T
        median = np.percentile(gaps, 50)
        over = f"{(gaps > 50).mean():.1%} | {(gaps > 200).sum()}"
        pairs = " | ".join(_high(values) for values in (gaps - waited, own, bare.get(name, np.array([np.nan]))))
        print(f"| {name} | {len(own)} | {median:.0f} | {_high(gaps)} | {over} | {pairs} |")


def _high(values: Floats) -> str:
    if not len(values):
        return "| "
    return f"{np.percentile(values, 99):.0f} | {values.max():.0f}"


def main() -> None:
    """Entry point."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--crystals", type=int, default=1000)
    parser.add_argument("--seconds", type=float, default=40.0, help="at least so long in each part")
    parser.add_argument("--trace", type=Path, help="file for what ran in long gaps")
    parser.add_argument("--over", type=float, default=200.0, help="ms above which a gap is long, for --trace")
    parser.add_argument("--cores", type=int, default=2, help="processor cores for all of it")
    parser.add_argument("--screen", choices=["virtual", "mine"], default="virtual")
    arguments = parser.parse_args()
    if hasattr(os, "sched_setaffinity"):
        os.sched_setaffinity(0, sorted(os.sched_getaffinity(0))[: arguments.cores])
    with tempfile.TemporaryDirectory() as folder, screen(arguments.screen):
        os.environ["CLICS_HOME"] = str(Path(folder) / "home")
        run(arguments, Path(folder))


if __name__ == "__main__":
    main()
