"""The frame of the stress scripts: what a script is given, the log of its outcomes, and the real commands."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path
from random import Random

from clics.supervision.command import safe_environment

ROOT = Path(__file__).resolve().parents[2]
EXAMPLES = ROOT / "resources" / "examples"
REPORTS = ROOT / "build" / "stress"
CODES = (0, 1, 2)
"""Documented exit codes of a command that nobody stopped (docs/reference/command-line.md)."""
LONGEST_LINE = 2000
_CONTROL = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f]")
_CLASS = re.compile(r"\b[A-Z]\w+(?:Error|Exception|Warning)\b")


@dataclass(slots=True)
class Outcome:
    """What one item of a script came to."""

    item: int
    row: str
    faults: list[str] = field(default_factory=list)
    figures: dict[str, float] = field(default_factory=dict)


class Log:
    """Outcomes of a script, a JSON line each, so that a script that was stopped can resume."""

    def __init__(self, path: Path, seed: int, *, resume: bool) -> None:
        self.path, self.seed = path, seed
        self.outcomes: list[Outcome] = []
        path.parent.mkdir(parents=True, exist_ok=True)
        if resume and path.exists():
            for line in path.read_text(encoding="utf-8").splitlines():
                entry = json.loads(line)
                if entry.pop("seed") == seed:
                    self.outcomes.append(Outcome(**entry))
        else:
            path.write_text("", encoding="utf-8")

    def note(self, outcome: Outcome) -> None:
        """Store an outcome."""
        self.outcomes.append(outcome)
        with self.path.open("a", encoding="utf-8") as file:
            file.write(json.dumps({"seed": self.seed, **asdict(outcome)}) + "\n")
        for fault in outcome.faults:
            print(f"{self.path.stem} {outcome.item} [{outcome.row}]: {fault}", file=sys.stderr, flush=True)


@dataclass(slots=True)
class Stress:
    """What a script is given."""

    name: str
    count: int
    first: int
    seed: int
    scratch: Path
    log: Log
    kept: Path

    def items(self) -> Iterator[int]:
        """Numbers of the items that have no outcome yet."""
        done = {outcome.item for outcome in self.log.outcomes}
        yield from (item for item in range(self.first, self.first + self.count) if item not in done)

    def random(self, item: int) -> Random:
        """The random numbers of an item."""
        return Random(f"{self.name} {self.seed} {item}")

    def note(self, item: int, row: str, faults: Sequence[str] = (), **figures: float) -> None:
        """Store the outcome of an item."""
        self.log.note(Outcome(item, row, list(faults), figures))

    def keep(self, item: int, *paths: Path) -> None:
        """Keep copies of the files of an item with faults."""
        folder = self.kept / str(item)
        folder.mkdir(parents=True, exist_ok=True)
        for path in paths:
            if path.is_dir():
                shutil.copytree(path, folder / path.name, dirs_exist_ok=True)
            elif path.exists():
                shutil.copy2(path, folder / path.name)


def command(*arguments: str | Path) -> list[str]:
    """Command line of ``clics`` with this interpreter."""
    return [sys.executable, "-P", "-m", "clics", *map(str, arguments)]


def environment(home: Path, **more: str) -> dict[str, str]:
    """Environment of a command: a user's data folder of its own, one thread."""
    own = {"CLICS_HOME": str(home), "COLUMNS": "120", "OMP_NUM_THREADS": "1", "HF_HUB_OFFLINE": "1"}
    return safe_environment() | own | more


def faults_of_text(text: str) -> list[str]:
    """What is wrong with what a command printed on stderr: tracebacks, control characters, names of classes, novels."""
    faults = []
    if "Traceback (most recent call last)" in text or "failed unexpectedly" in text:
        faults.append(f"a traceback or an unexpected failure: {text.strip()[-300:]!r}")
    if match := _CONTROL.search(text):
        around = text[max(0, match.start() - 60) : match.end() + 20]
        faults.append(f"a control character on the screen: {around!r}")
    if match := _CLASS.search(text):
        faults.append(f"the name of a class in a sentence: {text[max(0, match.start() - 100) : match.end() + 60]!r}")
    longest = max(map(len, text.splitlines()), default=0)
    if longest > LONGEST_LINE:
        faults.append(f"a line of {longest} characters")
    return faults


def faults_of(result: subprocess.CompletedProcess[str], codes: Sequence[int] = CODES) -> list[str]:
    """What is wrong with the end of a command and with what it said."""
    faults = faults_of_text(result.stderr)
    if result.returncode not in codes:
        faults.append(f"exit code {result.returncode}: {result.stderr.strip()[-300:]!r}")
    return faults
