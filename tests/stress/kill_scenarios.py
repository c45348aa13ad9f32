"""Commands that are killed, each with what it starts from and what must be true of its files."""

from __future__ import annotations

import hashlib
import json
import re
import shutil
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

from clics.library import codec
from clics.session import Session
from clics.sources.prototypes import aflow_prototypes

from tests.tiny_model import make_tiny_model

from .commands import Commands
from .common import EXAMPLES

State = Any
CRYSTALS = 96
_FIRST = 12
"""Crystals that a library holds before the others are added."""
_ANYTHING: list[str | Path] = ["models", "list"]
"""A command in place of one that has nothing left to do."""
_REPLACING = re.compile(r"\b(arrays|texts|vocabulary)-2(?=\.)")
_TIME = re.compile(r"\d{4}-\d\d-\d\d(?:[T ]\d\d:\d\d(?::\d\d)?(?:\+\d\d:\d\d|Z)?)?")


class Materials:
    """What commands start from: crystals, two models, a library and data sets, each made when it is first asked for."""

    def __init__(self, folder: Path, commands: Commands) -> None:
        folder.mkdir(parents=True)
        self._folder, self._commands = folder, commands
        small = [crystal for crystal in aflow_prototypes() if crystal.num_sites <= 4][:CRYSTALS]
        lines = [json.dumps({**crystal.structure.as_dict(), "id": crystal.id}) + "\n" for crystal in small]
        self.all, self.some = folder / "all.jsonl", folder / "some.jsonl"
        self.all.write_text("".join(lines), encoding="utf-8")
        self.some.write_text("".join(lines[:_FIRST]), encoding="utf-8")
        self.recipe = folder / "recipe.json"
        recipe = {"epochs": 2, "batch": 8, "text_every": 2, "texts": 8, "text_alignment_steps": 6, "bank_min_count": 1}
        self.recipe.write_text(json.dumps({**recipe, "max_sites": 12, "checkpoint_minutes": 0.0}), encoding="utf-8")

    @cached_property
    def model(self) -> Path:
        """A small model."""
        return make_tiny_model(self._folder / "model")

    @cached_property
    def other_model(self) -> Path:
        """Another small model."""
        return make_tiny_model(self._folder / "other", seed=1)

    @cached_property
    def library(self) -> Path:
        """A library of the first crystals."""
        path = self._folder / "some.clics"
        self._make("library", "add", self.some, "--library", path, "--model", self.model)
        return path

    @cached_property
    def described(self) -> Path:
        """All crystals, described."""
        self._make("dataset", "build", self.all, "-o", self._folder / "described", "--workers", "1")
        return self._folder / "described"

    @cached_property
    def packed(self) -> Path:
        """The same, packed."""
        path = self._folder / "packed"
        self._make("dataset", "pack", "--described", self.described, "-o", path, "--workers", "1")
        return path

    def _make(self, *arguments: str | Path) -> None:
        result = self._commands.run(*arguments, timeout=3600)
        if result.returncode:
            raise RuntimeError(f"{arguments} ended with {result.returncode}: {result.stderr}")


@dataclass(frozen=True, slots=True)
class Scenario:
    """A command and its files."""

    name: str
    prepare: Callable[[Materials, Path], None]
    arguments: Callable[[Materials, Path], list[str | Path]]
    state: Callable[[Path], State]
    intact: Callable[[Path, State, State, int], list[str]]
    again: Callable[[list[str | Path], Path], list[list[str | Path]]] = lambda arguments, _folder: [arguments]


def empty_folder(_materials: Materials, folder: Path) -> None:
    """Start from nothing."""
    folder.mkdir()


def with_library(materials: Materials, folder: Path) -> None:
    """Start from a library of a few crystals."""
    folder.mkdir()
    shutil.copy2(materials.library, folder / "own.clics")


def _with_old_files(_materials: Materials, folder: Path) -> None:
    folder.mkdir()
    for name in ("table.csv", "page.html", "ideal.cif", "crystals.jsonl"):
        (folder / name).write_text("old\n", encoding="utf-8")
    shutil.copy2(_materials.library, folder / "own.clics")


def library_state(folder: Path) -> dict[str, Any]:
    """Every crystal of a library with its facts, and what is counted; empty without a library."""
    path = folder / "own.clics"
    if not path.exists():
        return {}
    with Session(library=path) as session:
        try:
            session.library.check()
            rows = list(session.library.rows())
        except Exception as error:
            if getattr(error, "kind", "") == "not-a-library" and path.stat().st_size == 0:
                return {}  # made, and killed before its first table
            raise
        state: dict[str, Any] = {
            row.id: (
                codec.structure_hash(session.library.crystal(row.id).structure).hex(),
                row.space_group,
                row.undescribed,
            )
            for row in rows
        }
        info = session.library.info()
        state["*"] = (
            info.described,
            sorted((m.fingerprint, m.vectors, m.structural, m.sites, m.without) for m in info.models),
            info.name,
        )
        return state


def _grown(folder: Path, before: State, after: State, reported: int) -> list[str]:
    """Of a library that was being added to."""
    now = library_state(folder)
    faults = [
        f"{name} was there before and is not as it was"
        for name in before
        if name != "*" and now.get(name) != before[name]
    ]
    faults += [
        f"{name} is not as in the undisturbed run" for name in now if name != "*" and now[name] != after.get(name)
    ]
    held = len(now.keys() - {"*"})
    if held < reported:
        faults.append(f"{reported} crystals were reported as done, {held} are stored")
    if now and now["*"][0] != held:
        faults.append(f"{held} crystals, but {now['*'][0]} descriptions")
    return faults


def either(state: Callable[[Path], State]) -> Callable[[Path, State, State, int], list[str]]:
    """Of a file or a library that has either its old or its new content."""

    def intact(folder: Path, before: State, after: State, _reported: int) -> list[str]:
        now = state(folder)
        return [] if now in (before, after) else [f"neither old nor new: {str(now)[:200]}"]

    return intact


def _embedded(folder: Path, before: State, after: State, reported: int) -> list[str]:
    """Of a library whose embeddings were being made."""
    now = library_state(folder)
    faults = [f"{name} is not as it was" for name in before if name != "*" and now.get(name) != before[name]]
    counts = {model[0]: model[1] for model in now["*"][1]}
    if any(counts.get(model[0], 0) < model[1] for model in before["*"][1]):
        faults.append("embeddings of the first model are lost")
    if sum(counts.values()) - sum(model[1] for model in before["*"][1]) < reported:
        faults.append(f"{reported} embeddings were reported as done, there are {counts}")
    return faults


def _text(name: str) -> Callable[[Path], State]:
    """A text file without its dates."""

    def state(folder: Path) -> State:
        path = folder / name
        text = path.read_text(encoding="utf-8") if path.exists() else None
        return text if text is None else _TIME.sub("DATE", text)

    return state


def plain_name(text: str) -> str:
    """Names of files of a packed data set as they are where it replaced none."""
    return _REPLACING.sub(r"\1", text)


def _texts_of_folder(name: str) -> Callable[[Path], State]:
    def state(folder: Path) -> State:
        return {path.name: path.read_text(encoding="utf-8") for path in sorted((folder / name).glob("*.cif"))}

    return state


def _exported_again(arguments: list[str | Path], folder: Path) -> list[list[str | Path]]:
    """The same command, unless the kill came after the folder was there: a folder that holds files is refused by design."""
    return [_ANYTHING if (folder / "out").exists() else arguments]


def _lines(folder: Path) -> State:
    """The described data set, a line a crystal."""
    import gzip

    found = {}
    for path in sorted((folder / "set").glob("part-*.jsonl*")):
        text = gzip.decompress(path.read_bytes()) if path.suffix == ".gz" else path.read_bytes()
        for line in text.splitlines(keepends=True):
            if line.endswith(b"\n"):
                entry = json.loads(line)
                found[entry["key"]] = {name: entry[name] for name in entry if name not in ("seconds", "took")}
    return found


def _described(folder: Path, _before: State, after: State, reported: int) -> list[str]:
    now = _lines(folder)
    waiting = {json.loads(line)["key"] for line in _buffered(folder)}
    faults = [f"{key} is not as in the undisturbed run" for key in now if now[key] != after.get(key)]
    if len(now.keys() | waiting) < reported:
        faults.append(f"{reported} crystals were reported as done, {len(now.keys() | waiting)} are in the data set")
    return faults


def _buffered(folder: Path) -> list[bytes]:
    from clics.dataset.description_store import AHEAD

    path = folder / "set" / AHEAD
    return [line for line in path.read_bytes().split(b"\n")[:-1] if line] if path.exists() else []


def _packed(folder: Path) -> State:
    """A packed data set: its manifest without dates, and the hashes of the files that it names.

    A data set that replaces a whole one has files of other names (``arrays-2.safetensors``).
    """
    manifest = folder / "packed" / "manifest.json"
    if not manifest.exists():
        return None
    text = manifest.read_text(encoding="utf-8")
    hashes = [hashlib.sha256((manifest.parent / name).read_bytes()).hexdigest() for name in json.loads(text)["sha256"]]
    return _TIME.sub("DATE", plain_name(text)), hashes


def _trained(folder: Path) -> State:
    """The trained model by the hash of its weights, and its curve; None where there is no model yet."""
    config = folder / "out" / "model" / "config.json"
    if not config.exists():
        return None
    return json.loads(config.read_text(encoding="utf-8"))["sha256"]["model.safetensors"]


def _resumed(arguments: list[str | Path], folder: Path) -> list[list[str | Path]]:
    """The documented way on, or the same command where the kill came before the first checkpoint."""
    resume: list[str | Path] = ["train", "-o", folder / "out", "--resume"]
    return [resume, arguments] if _trained(folder) is None else [_ANYTHING]


def _training(folder: Path, _before: State, after: State, _reported: int) -> list[str]:
    state = _trained(folder)
    return [] if state in (None, after) else ["the model is not that of the undisturbed run"]


def command_of(*arguments: str) -> Callable[[Materials, Path], list[str | Path]]:
    """Arguments in which ``@name`` is a thing of the materials and ``=name`` a file of the folder."""

    def made(materials: Materials, folder: Path) -> list[str | Path]:
        found: list[str | Path] = []
        for argument in arguments:
            if argument.startswith("@"):
                found.append(getattr(materials, argument[1:]))
            else:
                found.append(folder / argument[1:] if argument.startswith("=") else argument)
        return found

    return made


OWN: Sequence[str] = ("--library", "=own.clics")
RUTILE = str(EXAMPLES / "rutile.cif")
_ADD = command_of("library", "add", "@all", *OWN, "--model", "@model")
SCENARIOS: tuple[Scenario, ...] = (
    Scenario("library add, new", empty_folder, _ADD, library_state, _grown),
    Scenario("library add, more", with_library, _ADD, library_state, _grown),
    Scenario(
        "library remove", with_library, command_of("library", "remove", "--where", "nsites<3", *OWN),
        library_state, either(library_state),
    ),
    Scenario(
        "library update-embeddings", with_library,
        command_of("library", "update-embeddings", *OWN, "--model", "@other_model"), library_state, _embedded,
    ),
    Scenario(
        "library rename", with_library, command_of("library", "rename", "Another", *OWN), library_state, either(library_state),
    ),
    Scenario(
        "library export, JSON lines", _with_old_files, command_of("library", "export", "-o", "=crystals.jsonl", *OWN),
        _text("crystals.jsonl"), either(_text("crystals.jsonl")),
    ),
    Scenario(
        "library export, CIF", with_library, command_of("library", "export", "-o", "=out", "--format", "cif", *OWN),
        _texts_of_folder("out"), either(_texts_of_folder("out")), _exported_again,
    ),
    Scenario(
        "dataset build", empty_folder, command_of("dataset", "build", "@all", "-o", "=set", "--workers", "2"),
        _lines, _described,
    ),
    Scenario(
        "dataset pack", empty_folder,
        command_of("dataset", "pack", "--described", "@described", "-o", "=packed", "--workers", "1"),
        _packed, either(_packed),
    ),
    Scenario(
        "train", empty_folder,
        command_of("train", "@packed", "-o", "=out", "--recipe", "@recipe", "--start-from", "@model", "--device", "cpu"),
        _trained, _training, _resumed,
    ),
    Scenario(
        "export", _with_old_files, command_of("export", RUTILE, "-o", "=table.csv", "--model", "@model"),
        _text("table.csv"), either(_text("table.csv")),
    ),
    Scenario(
        "report", _with_old_files, command_of("report", RUTILE, "-o", "=page.html", *OWN, "--model", "@model"),
        _text("page.html"), either(_text("page.html")),
    ),
    Scenario(
        "symmetrise", _with_old_files, command_of("symmetrise", RUTILE, "-o", "=ideal.cif"),
        _text("ideal.cif"), either(_text("ideal.cif")),
    ),
)  # fmt: skip
