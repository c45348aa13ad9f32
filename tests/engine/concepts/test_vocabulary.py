"""The vocabulary: counted, ordered, merged, stored."""

from __future__ import annotations

import json

import pytest
from clics.concepts.concept import Truth
from clics.concepts.kinds.pattern import PatternConcept
from clics.concepts.kinds.space_group import UNKNOWN
from clics.concepts.parse import concept_of
from clics.concepts.robocrys_text import description_from_text
from clics.concepts.truth import true_concepts
from clics.concepts.vocabulary import Vocabulary
from clics.errors import ModelError
from clics.model.folder import read_vocabulary
from clics.paths import model_folder
from shared_texts import FETA2O6, SROSO3, TMCO4, YBSCBO3, described, needs_shared

DESCRIPTIONS = [description_from_text(text) for text in (SROSO3, YBSCBO3, FETA2O6, TMCO4)]
OCTAHEDRAL = concept_of("environment", "[METAL] is bonded in an octahedral geometry.")


@pytest.fixture(scope="module")
def vocabulary() -> Vocabulary:
    return Vocabulary.count(DESCRIPTIONS)


def test_frequency_is_the_number_of_crystals(vocabulary: Vocabulary) -> None:
    assert vocabulary.crystals == 4
    assert vocabulary.frequency(OCTAHEDRAL) == 3  # once a crystal, though two sites of YbSc(BO3)2 are octahedral
    assert vocabulary.frequency(OCTAHEDRAL, Truth.STATED) == 0  # all of them are described as connected octahedra
    assert vocabulary.frequency(concept_of("environment", "[METAL] is bonded in a funny geometry.")) == 0


def test_order_is_by_frequency_then_phrase(vocabulary: Vocabulary) -> None:
    for kind in ("environment", "polyhedra", "connection", "pattern"):
        keys = [(-vocabulary.frequency(c), c.phrase) for c in vocabulary.concepts(kind)]
        assert keys == sorted(keys)
    index = vocabulary.index("environment")
    assert [index[c] for c in vocabulary.concepts("environment")] == list(range(len(index)))
    assert all(vocabulary.frequency(c) >= 2 for c in vocabulary.concepts("environment", min_count=2))


def test_unknown_space_group_is_always_there(vocabulary: Vocabulary) -> None:
    assert UNKNOWN.phrase == "This material crystallizes in [UNK] space group."
    assert UNKNOWN in vocabulary.concepts("space_group", min_count=3)
    assert UNKNOWN in vocabulary
    assert vocabulary.find(UNKNOWN.phrase) == UNKNOWN


def test_partial_counts_add_up(vocabulary: Vocabulary) -> None:
    assert Vocabulary.count(DESCRIPTIONS[:1]) + Vocabulary.count(DESCRIPTIONS[1:]) == vocabulary
    assert Vocabulary(0, {}) + vocabulary == vocabulary


def test_json_is_the_inverse(vocabulary: Vocabulary) -> None:
    assert Vocabulary.from_json(json.loads(json.dumps(vocabulary.to_json()))) == vocabulary
    again = vocabulary.without_rare(2)
    assert again.concepts("pattern") == vocabulary.concepts("pattern", min_count=2)
    assert again.concepts("environment") == vocabulary.concepts("environment")


@pytest.mark.parametrize(
    "data",
    [
        {},
        {"format": "clics-vocabulary/1"},
        {"format": "clics-vocabulary/1", "crystals": 1, "counts": {"environment": {"a": 3}}},
    ],
)
def test_what_is_no_vocabulary(data: dict[str, object]) -> None:
    with pytest.raises(ModelError) as refusal:
        Vocabulary.from_json(data)
    assert refusal.value.kind == "bad-vocabulary"


def test_table_stands_next_to_the_papers_counts(vocabulary: Vocabulary) -> None:
    table = {kind: (ours, paper) for kind, ours, paper in vocabulary.table()}
    assert table["structure_type"] == (2, 382)
    assert table["space_group"] == (4, 228)
    assert table["polyhedra"] == (2, 20)
    assert {paper for _, paper in table.values()} == {382, 228, 233, 20, 2780, 5166}


@needs_shared
def test_counts_of_real_texts() -> None:
    rows = described("val")
    descriptions = [description_from_text(row["text"]) for row in rows]
    vocabulary = Vocabulary.count(descriptions)
    assert vocabulary.crystals == len(rows)
    most = vocabulary.concepts("space_group")[0]
    assert vocabulary.frequency(most) == sum(most in true_concepts(d) for d in descriptions)
    assert len(vocabulary.concepts("polyhedra")) <= 20
    assert len(vocabulary.concepts("environment")) <= 233


def test_stored_phrases_are_parsed_when_their_kind_is_asked_for(vocabulary: Vocabulary) -> None:
    data = vocabulary.to_json()
    concept_of.cache_clear()
    stored = Vocabulary.from_json(data)
    assert concept_of.cache_info().misses == 0
    patterns = stored.concepts("pattern")
    assert concept_of.cache_info().misses == len(patterns) > 0
    assert all(isinstance(concept, PatternConcept) for concept in patterns)
    assert stored == vocabulary


def test_crystals_that_were_counted_before_are_told_from_others() -> None:
    released = read_vocabulary(model_folder())
    data = released.to_json()
    data["crystals"] -= 100  # not described any more
    data["counts"]["space_group"]["This material crystallizes in P-1 space group."][0] -= 100
    data["counts"]["structure_type"] = {}
    data["counts"]["shape"] = {"[METAL] is at the centre of a trigonal prism.": [7, 7]}
    again = Vocabulary.from_json(data)
    assert released.counts_same_crystals(again)
    updated = released.updated_by(again)
    assert updated.crystals == again.crystals
    assert updated.concepts("structure_type") == released.concepts("structure_type")
    assert [concept.phrase for concept in updated.concepts("shape")] == list(data["counts"]["shape"])
    assert updated.concepts("environment") == again.concepts("environment")
    data["counts"]["space_group"]["This material crystallizes in P-1 space group."][0] -= 1500
    assert not released.counts_same_crystals(Vocabulary.from_json(data))
    assert not released.counts_same_crystals(Vocabulary(0, {}))
