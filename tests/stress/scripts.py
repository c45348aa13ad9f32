"""The scripts of ``make stress``, each with its full number of items."""

from __future__ import annotations

import importlib
from dataclasses import dataclass

from .common import Stress


@dataclass(frozen=True, slots=True)
class Script:
    """One script."""

    module: str
    count: int
    title: str

    @property
    def missing(self) -> str:
        """Why it cannot run here; empty where it can."""
        unable = getattr(self._imported(), "unable", None)
        return "" if unable is None else str(unable())

    def run(self, stress: Stress) -> None:
        """Run it."""
        self._imported().run(stress)

    def _imported(self):
        return importlib.import_module(f"{__package__}.{self.module}")


SCRIPTS = {
    "hostile": Script("hostile", 10_000, "files of every format, damaged or lying"),
    "kills": Script("kills", 1_000, "kill -9 of a real command at a random moment"),
    "signals": Script("signals", 400, "signals and closed pipes in the middle of every command"),
    "disks": Script("disks", 1_000, "writers on a full and on a read-only disk"),
    "soak": Script("soak", 2_000, "mixed calls in one session"),
    "window": Script("window_soak", 300, "crystals opened and closed in the window"),
    "engine": Script("engine_deaths", 75, "the engine of a window is ended in the middle of every kind of work"),
    "writers": Script("writers", 200, "programs that add to one library at the same time"),
    "network": Script("network", 100, "commands whose sockets are watched by strace"),
}
