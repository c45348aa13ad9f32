"""Goes through the window of an installed CLICS: ``PYTHON -I tools/window_walk.py FILE.cif CRYSTALS MODEL RECIPE``.

Opens the file, waits for its picture and its analysis, searches, looks for similar crystals, fine-tunes MODEL on the crystals
until the first steps were made, and closes the window. Prints a JSON object of what was seen and of the native libraries
that the window, its engine and the training have loaded. Needs a screen; ``tools/usual_torch.py`` gives it one.
"""

from __future__ import annotations

import json
import re
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

PATIENCE = 2400.0
"""Longest wait for one answer, in s; a training has the lowest priority, which is little on a busy machine."""
WATCHED = re.compile(r"/(libtorch(?:_cpu|_cuda)?|libtriton|libLLVM|libgallium)[-.\w]*\.so")
SCIENCE = ("torch", "triton", "pymatgen", "scipy", "faiss", "spglib", "sqlite3")


class Walk:
    """The window and what is asked of it."""

    def __init__(self, file: Path) -> None:
        from clics_gui import app

        app._prepare_process()
        self.application, self.window, self.worker = app.start([file])
        self.seen: dict[str, Any] = {"seconds": {}}
        self._begin = time.monotonic()

    def wait(self, what: str, until: Callable[[], bool]) -> None:
        """Let the event loop run until a condition is met; ends with a message where it never is."""
        from PySide6.QtCore import QEventLoop

        end = time.monotonic() + PATIENCE
        while not until():
            if time.monotonic() > end:
                sys.exit(f"{what}: nothing after {PATIENCE:.0f} s; messages: {self.messages()}")
            self.application.processEvents(QEventLoop.ProcessEventsFlag.AllEvents, 50)
            time.sleep(0.01)
        self.seen["seconds"][what] = round(time.monotonic() - self._begin, 1)

    def messages(self) -> list[str]:
        """What the window has told."""
        return [note.message for note in self.window.notifications.history]

    def answer(self, what: str, operation: Any, **options: Any) -> Any:
        """The result of an operation; its error ends the walk."""
        found: list[Any] = []
        failures: list[Any] = []
        self.worker.submit(operation, done=found.append, failed=failures.append, **options)
        self.wait(what, lambda: bool(found or failures))
        if failures:
            sys.exit(f"{what}: {failures[0]}")
        return found[0]

    def look(self, file: Path) -> None:
        """Picture, analysis, search and similar crystals."""
        views, documents, docks = self.window.views, self.window.documents, self.window.docks
        self.wait("picture", lambda: views.current is not None and views.current.canvas.scene is not None)
        self.wait("analysis", lambda: documents.current is not None and documents.current.analysis is not None)
        self.seen["space groups"] = [group.number for group in documents.current.analysis.space_groups[:3]]
        self.wait("panels", lambda: all(dock.panel is not None for dock in docks))
        search = docks.panel("search")
        search.form.phrase.setText("corner-sharing octahedra")
        search.form.submit()
        self.wait("search", lambda: search.results.result is not None)
        self.seen["hits"] = len(search.results.result.hits)
        from clics.engine_process.operation import SESSION, call

        similar = self.answer("similar", call(SESSION.similar, documents.current.crystal, top=3))
        self.seen["similar"] = [hit.formula for hit in similar.hits]
        self.seen["engine"] = libraries(self.worker.engine.pid)

    def train(self, crystals: Path, model: Path, recipe: Path) -> None:
        """Fine-tune until the loss of the first steps is known, then end it."""
        from clics.engine_process.operation import SESSION, call
        from clics.results import TrainingOptions

        options = TrainingOptions(crystals, name="walk", start_from=model, recipe=recipe)
        state = self.answer("training began", call(SESSION.training.start, options))
        loaded: set[str] = set()

        def under_way() -> bool:
            now = self.answer("training", call(SESSION.training.state, state.folder))
            if not now.active and now.status != "finished":
                sys.exit(f"training: {now.status}, {now.message}")
            loaded.update(libraries(process_of(state.folder)))
            time.sleep(0.5)
            curves = self.answer("training", call(SESSION.training.curves, state.folder))
            self.seen["steps"] = len(curves.loss)
            return bool(curves.loss) or not now.active

        self.wait("training", under_way)
        self.seen["training"] = sorted(loaded)
        self.answer("training ended", call(SESSION.training.kill, state.folder))

    def close(self) -> None:
        """Close the window as its button does; print what was seen."""
        self.seen["messages"] = self.messages()
        self.seen["window"] = libraries(0)
        self.seen["imported by the window"] = [name for name in SCIENCE if name in sys.modules]
        self.window.close()
        self.seen["ended"] = self.worker.shutdown()
        print(json.dumps(self.seen), flush=True)


def libraries(pid: int | None) -> list[str]:
    """Native libraries of interest that a process has loaded; 0: this one. Empty where the system does not tell."""
    try:
        maps = Path(f"/proc/{pid or 'self'}/maps").read_text(encoding="utf-8", errors="replace")
    except OSError:
        return []
    return sorted({match[1] for match in WATCHED.finditer(maps)})


def process_of(folder: Path) -> int | None:
    """Number of the process of a training; None before it has told it."""
    try:
        number = json.loads((folder / "status.json").read_text(encoding="utf-8"))["pid"]
    except (OSError, ValueError, KeyError):
        return None
    return int(number)


def main() -> None:
    """Entry point."""
    file, crystals, model, recipe = (Path(argument).resolve() for argument in sys.argv[1:5])
    walk = Walk(file)
    walk.look(file)
    walk.train(crystals, model, recipe)
    walk.close()


if __name__ == "__main__":
    main()
