"""The program answers as it did when the released model was trained: tables, descriptions, searches, model and library.

Kept answers are compared by the rules for those of version 0.1 (``compare.py``), whose fixtures have tests of their own.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from . import compare, golden
from .cli import run_cli, run_several
from .compare import as_printed, comparable, differences, reworded, without_ignored

SETS = ("describe", "library", "search", "similar")

LAST_DIGITS = 2e-6
"""Vectors of phrases are float32, whose digits end at 1e-7; a score is made from some ten of them."""


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return golden.make_workplace(tmp_path_factory.mktemp("golden") / "work")


@pytest.fixture(scope="module")
def today(place: Path) -> dict[str, list[dict[str, Any]]]:
    """Today's answers to all commands but ``analyse``."""
    return golden.split(run_several(golden.several(), place, golden.library_file()))


def in_words(found: list[str]) -> str:
    return "\n".join([f"{len(found)} differences", *found[:40]])


def check(before: list[dict[str, Any]], now: list[dict[str, Any]]) -> None:
    """Exit codes, what was said on stderr, and the JSON, of the same commands."""
    assert [answer["arguments"] for answer in now] == [answer["arguments"] for answer in before]
    found = []
    for old, new in zip(before, now):
        where = " ".join(old["arguments"])[:100]
        assert (new["code"], new["err"]) == (old["code"], reworded(old["err"])), where
        assert bool(new["out"]) == bool(old["out"]), where
        if old["out"]:
            before_now = (comparable(old["arguments"], json.loads(answer["out"])) for answer in (old, new))
            found += differences(*before_now, where)
    assert not found, in_words(found)


def test_analyse_through_the_script(place: Path) -> None:
    check(golden.load("analyse"), [run_cli(*golden.ANALYSE, cwd=place)])


@pytest.mark.parametrize("name", SETS)
def test_answers(today: dict[str, list[dict[str, Any]]], name: str) -> None:
    check(golden.load(name), today[name])


def test_searches_are_printed_alike(today: dict[str, list[dict[str, Any]]]) -> None:
    """Byte for byte but for renamed keys and the last digits of floats.

    Where other packages or another processor compute, floats are left out.
    """
    exact = golden.read("made_with.json") == golden.made_with()
    for old, new in zip(golden.load("search"), today["search"], strict=True):
        before, now = json.loads(old["out"]), json.loads(new["out"])
        arguments = old["arguments"]
        assert old["out"] == as_printed(before)
        assert new["out"] == as_printed(now), "white space or escapes are others"
        before, now = (without_ignored(comparable(arguments, answer)) for answer in (before, now))
        assert as_printed(without_floats(before)) == as_printed(without_floats(now))
        if exact:
            assert floats_of(now) == pytest.approx(floats_of(before), abs=LAST_DIGITS)


def without_floats(data: Any) -> Any:
    if isinstance(data, dict):
        return {key: without_floats(value) for key, value in data.items()}
    if isinstance(data, list):
        return [without_floats(value) for value in data]
    return 0.0 if isinstance(data, float) else data


def floats_of(data: Any) -> list[float]:
    if isinstance(data, dict | list):
        values = data.values() if isinstance(data, dict) else data
        return [number for value in values for number in floats_of(value)]
    return [data] if isinstance(data, float) else []


def test_the_model_and_the_library_that_ship_are_the_same() -> None:
    assert golden.fingerprints() == golden.read("fingerprints.json")


def test_the_comparison_sees_what_it_should(monkeypatch: pytest.MonkeyPatch) -> None:
    hits = [{"id": "a", "score": 0.5, "sites": 3}, {"id": "b", "score": 0.49995, "sites": 4}, {"id": "c", "score": 0.1}]
    old = {"schema": 1, "hits": hits, "name": "x"}
    assert differences(old, {"schema": 2, "hits": [hits[1], hits[0], hits[2]], "name": "x"}) == []
    assert differences(old, {"schema": 2, "hits": [hits[0], hits[2], hits[1]], "name": "x"})
    assert differences(old, {"hits": [{**hits[0], "score": 0.50009}, *hits[1:]], "name": "x"}) == []
    assert differences(old, {"hits": [{**hits[0], "score": 0.5005}, *hits[1:]], "name": "x"})
    assert differences(old, {"hits": hits, "name": "y"}) == [".name: 'x' before, 'y' now"]
    assert differences(old, {"name": "x", "hits": hits})
    assert differences(old, {"hits": hits}) == [": the key name is gone"]
    assert differences(old, {"hits": hits, "name": "x", "more": 1}) == [": the key more is new"]
    assert differences([1], [1.5])
    assert differences([True], [1])
    monkeypatch.setattr(compare, "RENAMED", {"hits.sites": "count", "name": "title"})
    new = {"hits": [{("count" if key == "sites" else key): value for key, value in hit.items()} for hit in hits]}
    assert differences(old, {**new, "title": "x"}) == []
