"""Several libraries searched at once give the hits of one library with all their crystals."""

from __future__ import annotations

import json
import subprocess
import sys
from itertools import islice
from pathlib import Path
from typing import Any

import pytest
from clics.crystals.crystal import Crystal
from clics.errors import InputError
from clics.library.add import add
from clics.library.store import Library
from clics.results import SearchResult
from clics.session import Session
from clics.sources.prototypes import PrototypeSource

CRYSTALS = [each for each in islice(PrototypeSource().crystals(), 36) if isinstance(each, Crystal)]
FIRST, SECOND = CRYSTALS[:20], CRYSTALS[20:]


@pytest.fixture(scope="module")
def files(tiny_model: Path, tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """Two libraries that share two crystals, and one with all crystals once."""
    folder = tmp_path_factory.mktemp("several")
    contents = {"first": FIRST, "second": [*SECOND, *FIRST[3:5]], "all": CRYSTALS}
    for name, crystals in contents.items():
        with Session(model=tiny_model, library=folder / f"{name}.clics", sandboxed=False) as session:
            session.library.add(crystals)
    return {name: folder / f"{name}.clics" for name in contents}


@pytest.fixture(scope="module")
def both(tiny_model: Path, files: dict[str, Path]) -> Session:
    return Session(model=tiny_model, library=[files["first"], files["second"]], sandboxed=False)


@pytest.fixture(scope="module")
def one(tiny_model: Path, files: dict[str, Path]) -> Session:
    return Session(model=tiny_model, library=files["all"], sandboxed=False)


def scores(result: SearchResult) -> list[tuple[str, float]]:
    """Hits in an order that does not depend on where equal scores stand."""
    return sorted(((hit.id, round(hit.score or 0.0, 5)) for hit in result), key=lambda pair: (-pair[1], pair[0]))


@pytest.mark.parametrize(
    "query",
    [
        {"query": "corner-sharing octahedra", "top": 36},
        {"query": "perovskite", "top": 36},
        {"query": "a pretty stone", "top": 36},
        {"query": "tetrahedral", "top": 36, "where": "-elements:O", "facts_first": True},
        {"query": "cubic", "top": 36, "must": ["octahedral"], "must_not": ["linear"]},
        {"query": "layers", "top": 36},
    ],
)
def test_phrases(both: Session, one: Session, query: dict[str, Any]) -> None:
    found, expected = both.search(**query), one.search(**query)
    assert len(expected) > 0
    assert scores(found) == scores(expected)
    assert [hit.priority for hit in found] == [hit.priority for hit in expected]
    by_id = {hit.id: hit for hit in expected}
    for hit in found:
        assert hit.library == ("first" if hit.id in {crystal.id for crystal in FIRST} else "second")
        assert (hit.reasons, hit.parts) == (by_id[hit.id].reasons, by_id[hit.id].parts)
    assert (found.library, expected[0].library) == ("first + second", "")
    assert found.to_json()["hits"][0]["library"] == found[0].library
    assert "library" not in expected.to_json()["hits"][0]


def test_the_best_of_all_are_given(both: Session, one: Session) -> None:
    found = both.search("octahedral", top=7)
    assert [round(hit.score or 0, 5) for hit in found] == [
        round(hit.score or 0, 5) for hit in one.search("octahedral", top=7)
    ]
    assert {hit.library for hit in both.search("octahedral", top=20)} == {"first", "second"}


@pytest.mark.parametrize("sort", ["", "sites", "-sites", "space_group", "-formula", "id"])
def test_lists(both: Session, one: Session, sort: str) -> None:
    found, expected = (
        both.search(where="nsites<30", sort=sort, top=30),
        one.search(where="nsites<30", sort=sort, top=30),
    )
    assert [hit.id for hit in found] == [hit.id for hit in expected]
    assert both.search(where="nsites<30", sort="added", top=40)[-1].library == "second"


@pytest.mark.parametrize("options", [{}, {"but": "octahedral", "where": "-elements:H"}, {"superpose": True, "top": 36}])
@pytest.mark.parametrize("index", [2, 25])
def test_similar(both: Session, one: Session, index: int, options: dict[str, Any]) -> None:
    options = {"top": 10, **options}
    for asked in ({"id": CRYSTALS[index].id}, {"query": CRYSTALS[index]}):
        found, expected = both.similar(**asked, **options), one.similar(**asked, **options)
        assert [score for _, score in scores(found)] == pytest.approx([s for _, s in scores(expected)], abs=2e-3)
        assert [hit.superposition is not None and hit.superposition.matches for hit in found] == [
            hit.superposition is not None and hit.superposition.matches for hit in expected
        ]
        assert CRYSTALS[index].id not in {hit.id for hit in found}


def test_unknown_ids_and_libraries_of_another_model(
    both: Session, files: dict[str, Path], tiny_model: Path, tmp_path: Path
) -> None:
    with pytest.raises(InputError, match="first, second"):
        both.similar(id="nobody")
    bare = tmp_path / "bare.clics"
    with Library(bare, "create") as library:
        add(library, SECOND[:2], None)
    with Session(model=tiny_model, library=[files["first"], bare]) as session:
        with pytest.raises(InputError, match="bare lacks embeddings") as caught:
            session.search("octahedral")
        assert caught.value.kind == "no-vectors"
        assert len(session.search(where="nsites>0", top=30)) == 22


def test_libraries_of_one_name_are_told_apart(files: dict[str, Path], tiny_model: Path, tmp_path: Path) -> None:
    twin = tmp_path / "first.clics"
    twin.write_bytes(files["second"].read_bytes())
    with Library(twin) as library:
        library.rename("first")
    with Session(model=tiny_model, library=[files["first"], twin]) as session:
        assert {hit.library for hit in session.search("octahedral", top=20)} == {str(files["first"]), str(twin)}


def test_changes_go_to_the_first(files: dict[str, Path], tiny_model: Path, tmp_path: Path) -> None:
    own = tmp_path / "own.clics"
    before = files["second"].read_bytes()
    with Session(model=tiny_model, library=[own, files["second"]], sandboxed=False) as session:
        assert session.library.add(FIRST[:1]).added == 1
        assert session.search("octahedral", top=40).searched == len(SECOND) + 3
        assert session.library.info().crystals == 1
    assert files["second"].read_bytes() == before


def test_the_command_line_takes_several(files: dict[str, Path], tiny_model: Path) -> None:
    command = [sys.executable, "-m", "clics", "search", "octahedral", "--model", str(tiny_model), "--top", "30"]
    command += ["--library", str(files["first"]), "--library", str(files["second"])]
    shown = subprocess.run(command, capture_output=True, text=True, check=True)
    assert "first + second" in shown.stdout
    data = json.loads(subprocess.run([*command, "--json"], capture_output=True, text=True, check=True).stdout)
    assert {hit["library"] for hit in data["hits"]} == {"first", "second"}
