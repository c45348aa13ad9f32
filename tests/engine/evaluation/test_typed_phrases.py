"""The benchmark of typed phrases: what its file means, and how it is scored."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import numpy as np
import pytest
from clics.concepts import phrases
from clics.concepts.parse import concept_of
from clics.query.recognise import recognise
from clics.symmetry import space_groups

from benchmarks.typed_phrase_facts import Facts, holds
from benchmarks.typed_phrases import HALVES, TOP, half, precision, read, recognised_true, table
from tests.paper_vocabulary import paper_vocabulary

VOCABULARY = paper_vocabulary()


def _facts() -> Facts:
    """Four crystals: Pnma with octahedra, Fm-3m with a distorted octahedron, P1 with tetrahedra that share corners, C2/m."""
    columns = {
        concept_of("space_group", phrases.space_group("Fm-3m")): [0, 1, 0, 0],
        concept_of("environment", phrases.environment("METAL", "octahedral")): [1, 0, 0, 0],
        concept_of("environment", phrases.environment("METAL", "octahedral", distorted=True)): [0, 1, 0, 0],
        concept_of("environment", phrases.environment("NONMETAL", "tetrahedral")): [0, 0, 1, 0],
        concept_of("environment", phrases.environment("METAL", "6-coordinate")): [0, 0, 0, 1],
        concept_of("polyhedra", phrases.polyhedra("octahedra")): [1, 0, 0, 0],
        concept_of(
            "connection",
            "This crystal has bondings to form [POLYHEDRA] tetrahedra that share corners with [POLYHEDRA] tetrahedra.",
        ): [0, 0, 1, 0],
        concept_of("structure_type", phrases.structure_type("Spinel-derived")): [0, 1, 0, 0],
    }
    held = {concept: np.array(values, np.bool_) for concept, values in columns.items()}
    return Facts(np.array([62, 225, 1, 12]), held)


@pytest.mark.parametrize(
    ("meaning", "expected"),
    [
        ("sg 62,225", [1, 1, 0, 0]),
        ("sg 3-15", [0, 0, 0, 1]),
        ("M?oct", [1, 1, 0, 0]),
        ("M=oct", [1, 0, 0, 0]),
        ("*~oct", [0, 1, 0, 0]),
        ("M?cn6", [1, 1, 0, 1]),
        ("poly?oct,N?tet", [1, 0, 1, 0]),
        ("c:tet-tet", [0, 0, 1, 0]),
        ("c:*-*", [0, 0, 1, 0]),
        ("f:*-*", [0, 0, 0, 0]),
        ("M?oct & !sg 225", [1, 0, 0, 0]),
        ("type:spinel", [0, 1, 0, 0]),
    ],
)
def test_meanings(meaning: str, expected: list[int]) -> None:
    assert holds(meaning, _facts()).tolist() == [bool(one) for one in expected]


def test_what_is_no_fact_is_refused() -> None:
    with pytest.raises(ValueError, match="no fact"):
        holds("octahedra", _facts())


def test_every_phrase_of_the_file_has_a_meaning_and_a_half() -> None:
    typed = read(VOCABULARY)
    facts = _facts()
    for meaning in {each.meaning for each in typed}:
        assert holds(meaning, facts).shape == (4,)
    kinds = Counter(each.kind for each in typed)
    assert kinds["space_group"] >= 200
    assert kinds["environment"] >= 300
    assert kinds["polyhedra"] >= 100
    assert kinds["connection"] >= 200
    assert kinds["combined"] >= 100
    assert len({each.phrase for each in typed}) == len(typed)
    assert min(Counter(each.half for each in typed).values()) > 400


def test_a_training_wording_is_never_held_out() -> None:
    assert half("SG 225", {"sg 225"}) == HALVES[0]
    assert {each.half for each in read(VOCABULARY) if each.phrase == "vertex-sharing octahedra"} == {HALVES[0]}


def test_a_line_without_a_meaning_is_refused(tmp_path: Path) -> None:
    file = tmp_path / "typed.tsv"
    file.write_text("space_group\tFm-3m\n", encoding="utf-8")
    with pytest.raises(ValueError, match=r"Line 1 of typed\.tsv"):
        read(VOCABULARY, file)


def test_precision_and_its_bounds() -> None:
    true = np.zeros(30, np.bool_)
    true[:3] = True
    assert precision(-np.arange(30.0), true) == 0.3
    assert precision(np.arange(30.0), true) == 0.0
    row = {
        "kind": "polyhedra",
        "true": 3,
        "own": 0.3,
        "facts first": 0.3,
        "tower": 0.0,
        "random": 0.1,
        "best": 0.3,
        "read": True,
        "same": 0.5,
    }
    lines = table([row, {**row, "true": 2 * TOP, "own": 0.7}])
    assert lines[0][:4] == ["polyhedra", "2", "0.500", "0.300"]
    assert lines[-1][0] == "all"


def test_facts_first_takes_denials_too() -> None:
    said = recognise("octahedral metal, not Fm-3m", VOCABULARY)
    assert recognised_true(said, _facts()).tolist() == [True, False, False, False]
    assert phrases.space_group(space_groups.by_number(225).symbol) == said.negated[0][0].phrase
