"""Full patterns of connections taken apart: every part of a true pattern is itself true of the crystal."""

from __future__ import annotations

import numpy as np
import pytest
from clics.concepts.concept import Concept
from clics.concepts.kinds.pattern import PatternConcept
from clics.concepts.parse import concept_of
from clics.concepts.robocrys_text import description_from_text
from clics.concepts.truth import true_concepts
from clics.model.folder import read_vocabulary
from clics.paths import model_folder
from shared_texts import FETA2O6, SROSO3, TMCO4, YBSCBO3, described, needs_shared

START = "This crystal has bondings to form"


def connected(noun: str, *met: str) -> tuple[Concept, ...]:
    return tuple(concept_of("connection", f"{START} [POLYHEDRA] {noun} that share {each}.") for each in met)


def parts_of(phrase: str) -> PatternConcept | None:
    concept = concept_of("pattern", phrase)
    return concept if isinstance(concept, PatternConcept) else None


def test_counts_are_left_out_and_what_is_said_twice_counts_once() -> None:
    parts = parts_of(
        f"{START} distorted [POLYHEDRA] octahedra that share corners with two equivalent [POLYHEDRA] octahedra, corners with "
        "four equivalent [POLYHEDRA] octahedra, and an edge-edge with one [POLYHEDRA] trigonal pyramid."
    )
    assert parts is not None
    assert parts.polyhedra == concept_of("polyhedra", f"{START} distorted [POLYHEDRA] octahedra.")
    assert parts.connections == connected(
        "octahedra", "corners with [POLYHEDRA] octahedra", "edges with [POLYHEDRA] trigonal pyramids"
    )


def test_polyhedra_that_meet_their_own_kind_alone() -> None:
    parts = parts_of(f"{START} a mixture of corner and edge sharing [POLYHEDRA] tetrahedra.")
    assert parts is not None
    assert parts.polyhedra == concept_of("polyhedra", f"{START} [POLYHEDRA] tetrahedra.")
    assert parts.connections == connected(
        "tetrahedra", "corners with [POLYHEDRA] tetrahedra", "edges with [POLYHEDRA] tetrahedra"
    )


@pytest.mark.parametrize(
    "phrase",
    [
        "",
        "spinel",
        f"{START} [POLYHEDRA] octahedra.",
        f"{START} [POLYHEDRA] octahedra that share corners with [POLYHEDRA] octahedra.",
        f"{START} [POLYHEDRA] octahedra that share corners with six equivalent [POLYHEDRA] spheres.",
        f"{START} [POLYHEDRA] spheres that share corners with six equivalent [POLYHEDRA] octahedra.",
        f"{START} corner and nose sharing [POLYHEDRA] octahedra.",
    ],
)
def test_other_phrases_have_no_parts(phrase: str) -> None:
    assert parts_of(phrase) is None


def check(text: str) -> tuple[int, int]:
    """Patterns without counts whose parts are true, and all patterns without counts; those with counts must be."""
    true = true_concepts(description_from_text(text))
    found = []
    for concept in true:
        if concept.kind == "pattern":
            parts = parts_of(concept.phrase)
            assert parts is not None, concept.phrase
            holds = {parts.polyhedra, *parts.connections} <= set(true)
            assert holds or "that share" not in concept.phrase, concept.phrase
            found += [holds] if "that share" not in concept.phrase else []
    return sum(found), len(found)


@pytest.mark.parametrize("text", [SROSO3, YBSCBO3, FETA2O6, TMCO4])
def test_parts_of_what_is_true_are_true(text: str) -> None:
    true, patterns = check(text)
    assert true == patterns


@needs_shared
def test_parts_of_what_is_true_are_true_but_for_kinds_that_meet_under_one_element() -> None:
    true, patterns = np.sum([check(row["text"]) for row in described("val")[:400]], axis=0)
    assert patterns > 100
    assert true > 0.9 * patterns


def test_every_pattern_that_travels_with_the_model_is_made_of_phrases_that_do() -> None:
    counts = read_vocabulary(model_folder()).to_json()["counts"]
    assert len(counts["pattern"]) > 1000
    for phrase in counts["pattern"]:
        parts = parts_of(phrase)
        assert parts is not None, phrase
        assert parts.polyhedra.phrase in counts["polyhedra"], phrase
        assert all(connection.phrase in counts["connection"] for connection in parts.connections), phrase
