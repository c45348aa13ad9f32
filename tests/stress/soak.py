"""Mixed calls in one session: memory of the process and its children stays flat, and answers stay the same."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path
from random import Random
from typing import Any

from clics.errors import ClicsError
from clics.session import Session

from tests.tiny_model import make_tiny_model

from .common import EXAMPLES, Stress
from .memory import growth, held, verdict
from .mutations import MUTATIONS

SAMPLES = 40
"""Measurements of memory in a run."""
SHORT = 400
"""Fewer calls say nothing about memory."""
_PHRASES = ("octahedra", "corner-sharing octahedra", "Pnma", "trigonal planar", "spinel", "edge-sharing tetrahedra")


def run(stress: Stress) -> None:
    """Call in turns what a user calls; every call is checked against its first answer."""
    model = make_tiny_model(stress.scratch / "model")
    library = stress.scratch / "own.clics"
    files = sorted(EXAMPLES.glob("*.cif"))
    every = max(1, stress.count // SAMPLES)
    series: list[float] = []
    with Session(model=model, library=library) as session:
        session.library.add(files)
        calls = Calls(session, files, stress.scratch)
        for number in stress.items():
            chance = stress.random(number)
            name = chance.choice(list(calls.all))
            faults = []
            try:
                faults = calls.all[name](chance)
            except ClicsError as error:
                faults = [f"{type(error).__name__}: {error}"]
            stress.note(number, name, faults)
            if number % every == 0:
                series.append(held())
    faults = verdict(series, "the session") if len(stress.log.outcomes) >= SHORT else []
    if series:
        stress.note(-1, "memory", faults, megabytes=series[-1] / 1e6, growth_of_last_half_percent=100 * growth(series))


class Calls:
    """The calls of the soak, each with a check of its answer."""

    def __init__(self, session: Session, files: list[Path], scratch: Path) -> None:
        self._session, self._scratch = session, scratch
        self._single = [path for path in files if "polymorphs" not in path.name]
        self._first: dict[Any, Any] = {}
        self.all: dict[str, Callable[[Random], list[str]]] = {
            "analyse": self._analyse,
            "describe": self._describe,
            "geometry": self._geometry,
            "search": self._search,
            "similar": self._similar,
            "add and remove": self._add_and_remove,
            "export": self._export,
            "write": self._write,
            "hostile file": self._hostile,
        }

    def _same(self, key: Any, answer: Any) -> list[str]:
        first = self._first.setdefault(key, answer)
        return [] if answer == first else [f"another answer than at first: {answer!r:.150} for {first!r:.150}"]

    def _ordered(self, chance: Random) -> Path:
        return chance.choice([path for path in self._single if "taenite" not in path.name])

    def _analyse(self, chance: Random) -> list[str]:
        path = self._ordered(chance)
        found = self._session.analyse(path)
        return self._same(("analyse", path), [group.number for group in found.space_groups])

    def _describe(self, chance: Random) -> list[str]:
        path = self._ordered(chance)
        return self._same(("describe", path), self._session.describe(path).text)

    def _geometry(self, chance: Random) -> list[str]:
        path = self._ordered(chance)
        found = self._session.geometry(path)
        return self._same(("geometry", path), found.description.text if found.description else "")

    def _search(self, chance: Random) -> list[str]:
        phrase = chance.choice(_PHRASES)
        hits = self._session.search(phrase).hits
        return self._same(("search", phrase), [hit.id for hit in hits if not hit.id.startswith("extra")])

    def _similar(self, chance: Random) -> list[str]:
        path = self._ordered(chance)
        return self._same(("similar", path), [hit.id for hit in self._session.similar(path).hits])

    def _add_and_remove(self, chance: Random) -> list[str]:
        path = self._scratch / "extra.cif"
        shutil.copyfile(self._ordered(chance), path)
        report = self._session.library.add([path])
        gone = self._session.library.remove(["extra"])
        return self._same("add and remove", (report.added, gone))

    def _export(self, chance: Random) -> list[str]:
        ending = chance.choice(["csv", "json", "html", "xlsx"])
        rows = self._session.export(self._session.search("octahedra"), self._scratch / f"table.{ending}")
        return self._same(("export", ending), rows)

    def _write(self, chance: Random) -> list[str]:
        path, target = self._ordered(chance), self._scratch / "written.cif"
        crystal = self._session.read(path)
        self._session.write(crystal, target)
        return self._same(("write", path), self._session.read(target).formula)

    def _hostile(self, chance: Random) -> list[str]:
        mutation = chance.choice([m for m in MUTATIONS if m.name not in ("compression bomb",)])
        path = self._scratch / f"hostile.cif{mutation.suffix}"
        path.write_bytes(mutation.change(chance, self._ordered(chance).read_bytes()))
        answers = self._session.analyse([path], top=1)
        return [] if len(answers) else ["a hostile file got no answer"]
