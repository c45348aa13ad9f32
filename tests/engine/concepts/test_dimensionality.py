"""Dimensionality: true by facts, also of libraries of version 0.1, which store it as a number."""

from __future__ import annotations

import random
import sqlite3

import pytest
from clics.concepts.kinds.dimensionality import ALL, DimensionalityConcept
from clics.concepts.labels import short_label
from clics.concepts.parse import concept_of, concept_of_phrase
from clics.concepts.registry import BANK_KINDS, LEARNED_KINDS
from clics.concepts.templates import paraphrases, phrase_variants, training_phrase
from clics.concepts.truth import true_concepts
from clics.concepts.vocabulary import Vocabulary
from clics.errors import InputError
from clics.library.store import Library
from clics.model.folder import read_vocabulary
from clics.paths import model_folder, starter_library
from clics.query.completion import complete
from clics.query.filters import parse_filter
from clics.query.recognise import recognise
from clics.session import Session

MOLECULES, CHAINS, LAYERS, FRAMEWORK = ALL

TEXTBOOK = {
    "A_hP4_194_bc": LAYERS,  # graphite
    "AB2_hP6_194_c_f": LAYERS,  # molybdenite, MoS2
    "AB2_hP3_164_a_d": LAYERS,  # CdI2
    "A_oC8_64_f#2": LAYERS,  # black phosphorus
    "A2B_oI12_72_j_a": CHAINS,  # SiS2
    "A_oF128_70_4h": MOLECULES,  # alpha sulphur, S8 rings
    "A_oC8_64_f#3": MOLECULES,  # iodine
    "A2B_hP9_152_c_a": FRAMEWORK,  # quartz
    "A_cF8_227_a": FRAMEWORK,  # diamond
    "AB_cF8_225_a_b": FRAMEWORK,  # rock salt
}
"""AFLOW prototypes in the starter library. Wells, Structural Inorganic Chemistry (5th ed., 1984), chapters 3, 6 and 17."""


@pytest.fixture(scope="module")
def session() -> Session:
    return Session()


@pytest.fixture(scope="module")
def vocabulary() -> Vocabulary:
    return read_vocabulary(model_folder())


@pytest.mark.parametrize("crystal", TEXTBOOK)
def test_descriptions_and_the_stored_library_of_version_01_tell_what_textbooks_do(crystal: str) -> None:
    with Library(starter_library(), "read") as library:
        description, facts = library.description(crystal), library.facts(crystal)
    assert description is not None
    assert [c for c in true_concepts(description) if isinstance(c, DimensionalityConcept)] == [TEXTBOOK[crystal]]
    assert [concept for concept in ALL if facts.holds(concept)] == [TEXTBOOK[crystal]]
    with sqlite3.connect(f"file:{starter_library()}?mode=ro", uri=True) as stored:
        assert stored.execute("SELECT count(*) FROM concept WHERE kind = 'dimensionality'").fetchone() == (0,)


def test_phrases_are_read_back_and_labelled() -> None:
    assert [concept.phrase for concept in ALL] == [
        "This material is bonded into zero dimensional molecules.",
        "This material is bonded into one dimensional chains.",
        "This material is bonded into two dimensional layers.",
        "This material is bonded into a three dimensional framework.",
    ]
    assert all(concept_of("dimensionality", c.phrase) == concept_of_phrase(c.phrase) == c for c in ALL)
    assert [short_label(c) for c in ALL] == ["0D molecules", "1D chains", "2D layers", "3D framework"]


def test_training_wordings_are_recognised_as_what_they_word(vocabulary: Vocabulary) -> None:
    rng = random.Random(0)
    for concept in ALL:
        assert all(concept.units in variant for variant in phrase_variants(concept))
        loose = paraphrases(concept)
        assert loose is not None
        for text in loose.all():
            if text.split()[0] not in ("built", "bonds", "atoms"):
                assert recognise(text, vocabulary).alternatives == ((concept,),), text
        assert concept.phrase not in {training_phrase(concept, rng) for _ in range(200)}


@pytest.mark.parametrize(
    ("text", "concept"),
    [
        ("layered", LAYERS),
        ("Layered structure", LAYERS),
        ("2D material", LAYERS),
        ("two-dimensional crystal", LAYERS),
        ("sheet structure", LAYERS),
        ("molecular", MOLECULES),
        ("molecular crystal", MOLECULES),
        ("0-D", MOLECULES),
        ("chain", CHAINS),
        ("one dimensional chains", CHAINS),
        ("framework", FRAMEWORK),
        ("3D framework", FRAMEWORK),
        ("three-dimensional", FRAMEWORK),
        ("This material is bonded into two dimensional layers.", LAYERS),
    ],
)
def test_words_for_it_are_recognised(vocabulary: Vocabulary, text: str, concept: DimensionalityConcept) -> None:
    assert recognise(text, vocabulary).alternatives == ((concept,),)


@pytest.mark.parametrize("text", ["not layered", "non-layered", "no layered structure", "without layered structure"])
def test_denied_words_are_recognised_as_denied(vocabulary: Vocabulary, text: str) -> None:
    assert recognise(text, vocabulary).negated == ((LAYERS,),)


@pytest.mark.parametrize(
    "text",
    [
        "layers",
        "layers of corner-sharing octahedra",
        "two-dimensional layers of corner-sharing octahedra",
        "three-dimensional network of corner-sharing octahedra",
        "layered perovskite",
        "layered double hydroxide",
        "multilayered",
        "interlayer",
        "bcc anion framework",
        "chains of tetrahedra",
        "intermolecular",
    ],
)
def test_words_for_a_part_of_a_structure_are_not(vocabulary: Vocabulary, text: str) -> None:
    read = recognise(text, vocabulary)
    assert not any(isinstance(c, DimensionalityConcept) for group in (*read.alternatives, *read.negated) for c in group)


def test_a_crystal_has_one_dimensionality(vocabulary: Vocabulary) -> None:
    assert recognise("layered or chain structure", vocabulary).alternatives == ((LAYERS, CHAINS),)
    (group,) = recognise("layered, molecular", vocabulary).alternatives
    assert set(group) == {LAYERS, MOLECULES}


def test_models_learn_it_and_those_of_version_01_keep_their_files(vocabulary: Vocabulary) -> None:
    assert "dimensionality" in BANK_KINDS
    assert "dimensionality" in LEARNED_KINDS
    if not vocabulary.concepts("dimensionality"):  # a model of version 0.1: facts decide alone
        assert "dimensionality" not in vocabulary.to_json()["counts"]


@pytest.mark.parametrize(
    ("text", "allowed"),
    [("layered", {2}), ("molecular crystal", {0}), ("not layered", {0, 1, 3}), ("layered or chain structure", {1, 2})],
)
def test_searches_rank_by_facts_first(session: Session, text: str, allowed: set[int]) -> None:
    result = session.search(text, top=15)  # there are sixteen molecular crystals or more
    dimensions = {row.id: row.dimensionality for row in session.library.rows()}
    assert {dimensions[hit.id] for hit in result.hits} <= allowed
    assert result.understood
    assert all(set((hit.checked or {}).values()) == {True} for hit in result.hits)
    assert [hit.score for hit in result.hits] == sorted((hit.score for hit in result.hits), reverse=True)
    if "not" not in text:
        assert all(concept_of_phrase(hit.reasons[0].phrase) in ALL for hit in result.hits)


def test_facts_decide_what_the_model_scores(session: Session) -> None:
    layered = session.search("octahedral metal", where="dim:layers", top=5)
    both = session.search("layered, octahedral metal", top=5)
    assert all((hit.checked or {})["layered"] for hit in both.hits)
    must = session.search("octahedral metal", must=["layered"], top=5)
    assert [(hit.id, hit.score) for hit in must.hits] == [(hit.id, hit.score) for hit in layered.hits]
    never = session.search("octahedral metal", must_not=["3D framework"], top=5)
    assert all((hit.checked or {})["3D framework"] is False for hit in never.hits)


def test_a_crystal_is_compared_with_layered_ones(session: Session) -> None:
    result = session.similar(id="AB_cF8_225_a_b", but="layered", top=5)
    assert all((hit.checked or {})["layered"] for hit in result.hits)


@pytest.mark.parametrize(
    ("where", "same"),
    [
        ("dim:layers", "dimensionality:2"),
        ("dimensionality:layered", "dim:2"),
        ("dim:2D,molecular", "dim:2,0"),
        ("dim:Framework", "dim=3"),
        ("-dim:chains", "-dim:1"),
    ],
)
def test_filters_take_words_and_numbers(where: str, same: str) -> None:
    with Library(starter_library(), "read") as library:
        assert 0 < library.count(parse_filter(where)) == library.count(parse_filter(same)) < library.count()


def test_other_words_are_no_dimensionality() -> None:
    with pytest.raises(InputError, match="'flat' is not a number"):
        parse_filter("dim:flat")


def test_completion_offers_it(session: Session, vocabulary: Vocabulary) -> None:
    assert complete("layer", vocabulary)[0] == LAYERS
    assert complete("mol", vocabulary, limit=50).count(MOLECULES) == 1
    assert {concept.phrase for concept in ALL} <= set(session.queries.phrases())
