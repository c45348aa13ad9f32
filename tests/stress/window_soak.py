"""Crystals opened and closed in the real window on a virtual screen: memory stays flat, and nothing is left open."""

from __future__ import annotations

import os
import shutil
import sys
import time
from collections.abc import Callable

from clics.sources.prototypes import aflow_prototypes

from tests.gui.display import HINT, start_virtual_screen
from tests.tiny_model import make_tiny_model

from .common import EXAMPLES, Stress
from .memory import growth, held, verdict

SAMPLES = 40
SHORT = 100
"""Fewer crystals say nothing about memory."""
PATIENCE = 900.0
"""Seconds of the clock until a crystal is open, described and analysed; machines are busy."""
_LARGEST = 24


def unable() -> str:
    """Why the script cannot run here; empty where it can."""
    return HINT if sys.platform.startswith("linux") and shutil.which("Xvfb") is None else ""


def run(stress: Stress) -> None:
    """Open a crystal, wait for its answers, close it; again and again."""
    start_virtual_screen()
    os.environ["CLICS_HOME"] = str(stress.scratch / "home")
    from PySide6.QtCore import QCoreApplication, QEvent
    from PySide6.QtWidgets import QApplication

    from clics_gui.app import start

    files = [path for path in sorted(EXAMPLES.glob("*.cif")) if "polymorphs" not in path.name]
    files += _written(stress)
    application, window, worker = start([files[0]], make_tiny_model(stress.scratch / "model"))
    sys.excepthook = sys.__excepthook__  # faults of this script are not for the window's log

    def until(condition: Callable[[], bool]) -> bool:
        end = time.monotonic() + PATIENCE
        while not condition():
            QApplication.processEvents()
            QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)
            if time.monotonic() > end:
                return False
            time.sleep(0.005)
        return True

    def answered() -> bool:
        document = window.documents.current
        return document is not None and document.analysis is not None

    until(lambda: all(dock.panel is not None for dock in window.docks) and answered())
    _close_all(window)
    every, series = max(1, stress.count // SAMPLES), []
    for number in stress.items():
        faults = []
        window.open_paths([files[number % len(files)]])
        if not until(lambda: len(window.documents) > 0 and answered()):
            faults.append(f"{files[number % len(files)].name} was not opened and analysed in {PATIENCE:g} s")
        _close_all(window)
        if not until(lambda: len(window.documents) == 0):
            faults.append("it was not closed")
        stress.note(number, "opened and closed", faults)
        if number % every == 0:
            until(lambda: True)
            series.append(held())
    faults = verdict(series, "the window") if len(stress.log.outcomes) >= SHORT else []
    if series:
        stress.note(-1, "memory", faults, megabytes=series[-1] / 1e6, growth_of_last_half_percent=100 * growth(series))
    log = stress.scratch / "home" / "logs" / "clics-gui.log"
    if log.exists() and "Traceback" in (said := log.read_text(encoding="utf-8")):
        stress.note(-3, "log", [f"the window's log has a traceback: {said[said.index('Traceback') :][:600]}"])
    window.close()
    if not worker.shutdown(60):
        stress.note(-2, "ending", ["the threads of the window did not end in 60 s"])
    window.deleteLater()
    application.processEvents()


def _close_all(window) -> None:
    for document in list(window.documents):
        window.documents.close(document)


def _written(stress: Stress) -> list:
    """Small prototypes as CIF files."""
    from pymatgen.io.cif import CifWriter

    folder = stress.scratch / "crystals"
    folder.mkdir()
    found = []
    for crystal in aflow_prototypes():
        if crystal.num_sites <= _LARGEST and len(found) < 30:
            path = folder / f"{crystal.id}.cif"
            CifWriter(crystal.structure).write_file(path)
            found.append(path)
    return found
