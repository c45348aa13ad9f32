"""Files of version 0.1 are opened, continued and kept: library, data sets, model, training, settings, session."""

from __future__ import annotations

import base64
import json
from dataclasses import asdict
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from clics.session import Session
from safetensors.numpy import load_file

from clics_gui.panels.search.query import Query
from clics_gui.shell.panel_registry import PANELS
from clics_gui.state.settings import SettingsStore
from clics_gui.state.window_state import WindowState
from clics_gui.viewer.view_state import usable

from . import fixtures, golden
from .cli import run_several
from .compare import differences, today

VIEW = {
    "representation": "polyhedra", "preset": "publication", "completion": "all", "images": False, "cell_edges": True,
    "repeats": (2, 1, 1), "hidden": frozenset({"O"}), "polyhedra_of": {},
}  # fmt: skip


@pytest.fixture
def files(tmp_path: Path) -> Path:
    """A copy of a test's own."""
    return fixtures.copy(fixtures.FIXTURES, tmp_path / "v0_1")


def test_everything_is_read_as_it_was(files: Path) -> None:
    """Library rows, searches with its vectors, the model, and what the data sets hold."""
    before, now = fixtures.expected(), run_several(fixtures.READING, files)
    for old, new in zip(before["answers"], now, strict=True):
        assert (new["arguments"], new["code"], new["err"]) == (old["arguments"], old["code"], old["err"])
        found = differences(json.loads(old["out"]), json.loads(new["out"]), " ".join(old["arguments"]))
        assert not found, "\n".join(found[:40])
    assert golden.stored_in(files / "library.clics") == before["stored"]


def test_what_is_there_is_not_made_again(files: Path) -> None:
    """Crystals are recognised by the hashes that version 0.1 gave them; its data set is packed to the same arrays."""
    commands = (
        ("library", "add", "rutile.cif", "--library", "library.clics", "--model", "model"),
        ("library", "refresh", "--library", "library.clics", "--model", "model"),
        ("dataset", "build", "crystals.cif", "-o", "described", "--workers", "1"),
        ("dataset", "pack", "--described", "described", "-o", "again", "--workers", "1"),
        ("library", "remove", "rutile", "--library", "library.clics"),
    )
    answers = run_several([(*command, "--json") for command in commands], files)
    assert [answer["code"] for answer in answers] == [0] * len(commands), [answer["err"] for answer in answers]
    added, refreshed, built, packed, removed = (json.loads(answer["out"]) for answer in answers)
    assert (added["added"], added["completed"], added["skipped"]) == (0, 0, 1)
    assert refreshed["embedded"] == 0
    assert (built["described"], built["skipped"]) == (0, 27)
    assert packed["crystals"] == {"train": 23, "val": 3, "test": 0}
    assert packed_in(files / "again") == packed_in(files / "packed")
    assert removed["removed"] == 1


def packed_in(folder: Path) -> dict[str, Any]:
    """The arrays of a packed data set; mentions of concepts resolved, since version 0.1 numbered them at random.

    Mentions of kinds that models did not learn then are left out.
    """
    arrays = {name: array.tolist() for name, array in load_file(folder / "arrays.safetensors").items()}
    concepts = json.loads((folder / "texts.json").read_text(encoding="utf-8"))[today("concepts")]
    numbers, truths = arrays.pop(today("concept_ids")), arrays.pop(today("concept_truth"))
    atoms, atom_ends = arrays.pop(today("concept_atoms")), arrays.pop(today("concept_atom_offsets"))
    mentions = [
        (concepts[number], truth, atoms[start:end])
        for number, truth, (start, end) in zip(numbers, truths, pairwise(atom_ends), strict=True)
    ]
    ends = arrays.pop(today("concept_offsets"))
    of_crystals = [sorted(mentions[start:end]) for start, end in pairwise(ends)]
    return {**arrays, "mentions": [[m for m in one if m[0][0] not in LEARNED_SINCE] for one in of_crystals]}


LEARNED_SINCE = ("dimensionality",)
"""Kinds of concepts that models of version 0.1 did not learn."""


def test_a_paused_training_goes_on(files: Path) -> None:
    engine, folder = Session(), files / "paused"
    state = engine.training.state(folder)
    assert (state.status, state.name, state.preset, state.device) == ("paused", "Paused", "small", "cpu")
    assert (state.source, state.start_from) == (str(files / "packed"), str(files / "start"))
    assert (state.phase, state.done, state.total) == ("training", 2347, 4000)
    before = engine.training.curves(folder)
    assert (before.epochs, len(before.loss)) == (4, 2)
    commands = (
        ("train", "-o", "paused", "--resume", "--json"),
        ("library", "refresh", "--library", "library.clics", "--model", "paused/model", "--json"),
    )
    trained, embedded = run_several(commands, files)
    assert (trained["code"], embedded["code"]) == (0, 0), trained["err"] + embedded["err"]
    assert json.loads(trained["out"])["epochs"] == 4
    assert json.loads(embedded["out"])["embedded"] == 5
    assert engine.training.state(folder).status == "finished"
    after = engine.training.curves(folder)
    assert after.loss[:2] == before.loss
    for name, points in before.figures.items():
        assert after.figures[name][: len(points)] == points
        assert len(after.figures[name]) > len(points)


def test_settings_lose_nothing(files: Path) -> None:
    path = files / "settings.json"
    stored = json.loads(path.read_text(encoding="utf-8"))
    store = SettingsStore(path)
    assert store.problem is None
    assert not differences(stored, json.loads(store.value.model_dump_json()))
    store.set("analysis", "top", 6)
    stored["analysis"]["top"] = 6
    assert not differences(stored, json.loads(path.read_text(encoding="utf-8")))


def test_a_session_loses_nothing(files: Path) -> None:
    path = files / "session.json"
    stored: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    session = WindowState.load(path)
    assert not differences(stored, asdict(session))
    session.save(path)
    assert not differences(stored, json.loads(path.read_text(encoding="utf-8")))


def test_a_session_fits_the_window(files: Path) -> None:
    """Docks, panels, earlier searches and views are known by the names that version 0.1 gave them."""
    session = WindowState.load(files / "session.json")
    arranged = base64.b64decode(session.docks).decode("utf-16-be", "ignore") + base64.b64decode(session.docks)[
        1:
    ].decode("utf-16-be", "ignore")
    panels = {place.id for place in PANELS}
    assert {"geometry", "search", "similar", "libraries", "map", "sites", "models"} <= panels
    assert all(f"dock.{panel}" in arranged for panel in panels)
    assert set(session.panels) <= panels
    history = session.panels["search"]["history"]
    queries = [Query.from_json(query) for query in history]
    assert [query.phrase for query in queries if query is not None] == ["corner-sharing octahedra", "layers"]
    assert [json.loads(json.dumps(query.to_json())) for query in queries if query is not None] == history
    assert usable(session.open[0].view) == (VIEW, True)
