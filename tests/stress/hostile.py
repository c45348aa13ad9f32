"""Hostile files of every format through ``clics analyse`` and ``clics library add``.

A fault is a traceback, a hang (the reader's own limit counts as one), an item without an answer, another answer of the
second command, or a wrong acceptance: a crystal that was read without a note and that neither the sound file nor an
independent reading has, or that contradicts what the file states.
"""

from __future__ import annotations

import json
import subprocess
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from clics.session import Session
from clics.supervision.limits import Failure, Limits
from clics.supervision.pool import SupervisedPool
from clics.supervision.task import Task, folder_of, name_of
from pymatgen.core import Structure

from tests.tiny_model import make_tiny_model

from . import peers
from .commands import Commands
from .common import Stress, faults_of_text
from .judge import agree, contradictions, fingerprint, impossible
from .mutations import Mutation, mutations_of
from .seeds import Seed, seeds

BATCH = 200
SECONDS_EACH = 40.0
"""Clock time that a command may take for each file of a batch."""
_HANGS = ("timeout", "out-of-memory", "process-died", "failed", "no-workers")


@dataclass(slots=True)
class Item:
    """One hostile file and what became of it."""

    number: int
    seed: Seed
    mutation: Mutation
    path: Path
    answers: list[dict[str, Any]] = field(default_factory=list)
    stored: list[Structure] = field(default_factory=list)
    refused: int = 0
    unjudged: int = 0
    faults: list[str] = field(default_factory=list)

    @property
    def row(self) -> str:
        """Its line in the report."""
        return f"{self.seed.format}, {self.mutation.kind}"


def run(stress: Stress) -> None:
    """Make, read and judge the files."""
    sound = seeds()
    for number, name in enumerate(name for name, files in sound.items() if not files):
        stress.note(-1 - number, name, [f"there is no sound file of the format {name}; see seeds.py"])
    model = make_tiny_model(stress.scratch / "model")
    task = Task(name_of(peers.handler), folder=folder_of(peers.handler))
    limits = Limits(seconds=20.0, memory=2 * 2**30)
    with (
        Commands(stress.scratch / "home") as commands,
        SupervisedPool[dict[str, str]](task, dict, workers=1, limits=limits) as pool,
    ):
        judge = Judge(stress, pool)
        batch: list[Item] = []
        for number in stress.items():
            batch.append(_made(stress, number, sound))
            if len(batch) == BATCH:
                _attack(stress, commands, model, batch, judge)
                batch = []
        if batch:
            _attack(stress, commands, model, batch, judge)


def _made(stress: Stress, number: int, sound: dict[str, list[Seed]]) -> Item:
    chance = stress.random(number)
    formats = [name for name, files in sound.items() if files]
    name = formats[number % len(formats)]
    seed = chance.choice(sound[name])
    mutation = chance.choice(mutations_of(name, binary=seed.binary))
    content = mutation.change(chance, seed.content)
    if mutation.kind == "damage" and chance.random() < 0.15:  # two faults in one file
        second = chance.choice([m for m in mutations_of(name, binary=seed.binary) if not m.suffix])
        content = second.change(chance, content)
    folder = stress.scratch / "files" / str(number)
    folder.mkdir(parents=True)
    path = folder / f"{seed.name}{mutation.suffix}"
    path.write_bytes(content)
    return Item(number, seed, mutation, path)


def _attack(stress: Stress, commands: Commands, model: Path, items: Sequence[Item], judge: Judge) -> None:
    _analyse(commands, model, items)
    _add(commands, model, stress.scratch / "library.clics", items)
    for item in items:
        judge.judge(item)
        stress.note(item.number, item.row, item.faults, accepted=len(item.stored), unjudged=item.unjudged)
        if item.faults:
            stress.keep(item.number, item.path)
        item.path.unlink()
        item.path.parent.rmdir()


def _run(commands: Commands, items: Sequence[Item], *arguments: str | Path) -> subprocess.CompletedProcess[str] | None:
    """The command on all items; None where it hung."""
    try:
        return commands.run(*arguments, *(item.path for item in items), timeout=120 + SECONDS_EACH * len(items))
    except subprocess.TimeoutExpired:
        return None


def _analyse(commands: Commands, model: Path, items: Sequence[Item]) -> None:
    result = _run(commands, items, "analyse", "--json", "--top", "1", "--model", model)
    answers = _parsed(result)
    if not isinstance(answers, list) and len(items) > 1:  # who was it?
        for item in items:
            _analyse(commands, model, [item])
        return
    if result is None or not isinstance(answers, list):
        items[0].faults.append(
            "analyse hung" if result is None else f"analyse printed no list: {result.stderr[-300:]!r}"
        )
        return
    by_folder = _by_folder(answers, "file")
    for item in items:
        item.answers = by_folder[str(item.number)]
        if not item.answers:
            item.faults.append("analyse gave no answer")
        item.faults += [
            f"analyse: {entry['error']['kind']}: {entry['error']['message'][:300]}"
            for entry in item.answers
            if entry.get("error", {}).get("kind") in _HANGS and item.mutation.name != "compression bomb"
        ]
    _blame(result, items)


def _add(commands: Commands, model: Path, library: Path, items: Sequence[Item]) -> None:
    for part in library.parent.glob(f"{library.name}*"):
        part.unlink()
    result = _run(commands, items, "library", "add", "--json", "--library", library, "--model", model)
    report = _parsed(result)
    if not isinstance(report, dict) and len(items) > 1:
        for item in items:
            _add(commands, model, library, [item])
        return
    if result is None or not isinstance(report, dict):
        items[0].faults.append(
            "library add hung" if result is None else f"library add failed: {result.stderr[-300:]!r}"
        )
        return
    refused = _by_folder(report["refused"], "source")
    stored: dict[str, list[Structure]] = defaultdict(list)
    with Session(library=library) as session:
        for row in session.library.rows():
            crystal = session.library.crystal(row.id)
            stored[Path(crystal.source.split("!")[0]).parent.name].append(crystal.structure)
    for item in items:
        item.stored, item.refused = stored[str(item.number)], len(refused[str(item.number)])
    _blame(result, items)


def _parsed(result: subprocess.CompletedProcess[str] | None) -> Any:
    try:
        return None if result is None else json.loads(result.stdout)
    except ValueError:
        return None


def _by_folder(entries: Sequence[dict[str, Any]], key: str) -> dict[str, list[dict[str, Any]]]:
    found: dict[str, list[dict[str, Any]]] = defaultdict(list)
    for entry in entries:
        found[Path(entry[key].split("!")[0]).parent.name].append(entry)
    return found


def _blame(result: subprocess.CompletedProcess[str], items: Sequence[Item]) -> None:
    """Note what is wrong with the printed text at the item whose file is named there."""
    if result.returncode not in (0, 2):
        items[0].faults.append(f"exit code {result.returncode} of a batch: {result.stderr[-300:]!r}")
    for line in result.stderr.splitlines():
        if faults := faults_of_text(line):
            owner = next((item for item in items if f"/{item.number}/" in line), items[0])
            owner.faults += faults


class Judge:
    """Decides whether an item was accepted wrongly."""

    def __init__(self, stress: Stress, pool: SupervisedPool[dict[str, str]]) -> None:
        self._stress, self._pool = stress, pool
        self._known: dict[int, list[dict[str, Any]]] = {}

    def judge(self, item: Item) -> None:
        """Add what is wrong with the answers to the item's faults."""
        accepted = [entry for entry in item.answers if "formula" in entry]
        refusals = len(item.answers) - len(accepted)
        if len(accepted) > len(item.stored) + self._twins(item, accepted) or refusals != item.refused:
            item.faults.append(
                f"analyse read {len(accepted)} and refused {refusals}, library add stored {len(item.stored)} and "
                f"refused {item.refused}"
            )
        for structure in item.stored:
            item.faults += [f"accepted with {clause}" for clause in impossible(structure)]
        if any(entry.get("warnings") for entry in accepted) or not item.stored:
            return
        if item.seed.format == "cif" and not item.mutation.suffix:
            item.faults += [f"accepted in silence: {clause}" for clause in contradictions(item.path, item.stored)]
        self._compare(item)

    @staticmethod
    def _twins(item: Item, accepted: Sequence[dict[str, Any]]) -> int:
        """Crystals that a library stores once: the same id and structure in one file."""
        return max(0, len(accepted) - 1) if item.mutation.name in ("repeated", "lines doubled", "blank lines") else 0

    def _compare(self, item: Item) -> None:
        sound = self._of_seed(item.seed)
        strange = [
            structure for structure in item.stored if not any(agree(fingerprint(structure), one) for one in sound)
        ]
        if not strange:
            return
        if not peers.judged(item.seed.format):
            item.unjudged = len(strange)
            return
        readings = self._readings(item.path, item.seed.format)
        for structure in strange:
            if any(agree(fingerprint(structure), one) for one in readings):
                continue
            what = f"{structure.composition.formula}, {structure.volume:.5g} Å³"
            others = "; ".join(f"{_formula(one)}, {one['volume']:.5g} Å³ an atom" for one in readings[:2]) or "nobody"
            item.faults.append(f"accepted in silence after “{item.mutation.name}”: {what}; others read: {others}")

    def _of_seed(self, seed: Seed) -> list[dict[str, Any]]:
        if id(seed) not in self._known:
            found = [fingerprint(structure) for structure in seed.structures]
            if not found:
                path = self._stress.scratch / "sound" / seed.name
                path.parent.mkdir(exist_ok=True)
                path.write_bytes(seed.content)
                found = self._readings(path, seed.format)
            self._known[id(seed)] = found
        return self._known[id(seed)]

    def _readings(self, path: Path, format_name: str) -> list[dict[str, Any]]:
        ((_, answer),) = self._pool.run([{"path": str(path), "format": format_name}])
        return [] if isinstance(answer, Failure) or answer is None else list(answer)


def _formula(one: dict[str, Any]) -> str:
    return " ".join(f"{name}{share:.3f}" for name, share in one["composition"].items())
