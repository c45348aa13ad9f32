"""Training wordings: those of Table S2, never equal to a validation phrase."""

from __future__ import annotations

import random

import pytest
from clics.concepts import phrases
from clics.concepts.concept import Kind
from clics.concepts.paraphrases import MARKS
from clics.concepts.parse import concept_of
from clics.concepts.registry import KINDS, row_of
from clics.concepts.robocrys_text import description_from_text
from clics.concepts.sentences import Sentence, masked_sentences
from clics.concepts.templates import (
    paraphrases,
    phrase_variants,
    sentence_variants,
    training_phrase,
    training_variant,
)
from clics.concepts.truth import true_concepts
from clics.concepts.vocabulary import Vocabulary
from clics.descriptions.element_classes import ELEMENT_CLASSES
from clics.model.folder import read_vocabulary
from clics.paths import model_folder
from shared_texts import FETA2O6, SROSO3, TMCO4, YBSCBO3, described, needs_shared

TEXTS = (SROSO3, YBSCBO3, FETA2O6, TMCO4)


def test_space_group_templates_of_table_s2() -> None:
    assert sentence_variants(Sentence("space_group", "This material crystallizes in 4mm space group.")) == (
        "This is crystallized in 4mm space group.",
        "This crystal has a space group of 4mm.",
        "It is 4mm space group that this crystal is classified.",
        "This is an inorganic material that has 4mm space group.",
    )


def test_environment_templates_of_table_s2() -> None:
    concept = concept_of("environment", "[METAL] is bonded in an octahedral geometry.")
    assert phrase_variants(concept) == (
        "[METAL] has bondings to make a octahedral local geometry.",
        "The bonding of [METAL] makes a local geometry of octahedral.",
        "[METAL] is bonded in a local geometry of octahedral.",
        "The bonding of [METAL] has a octahedral geometry.",
    )


def test_the_sentence_of_the_supplement() -> None:
    nine = masked_sentences(SROSO3)[2]
    variants = sentence_variants(nine)
    assert "[METAL] has bondings to make a nine coordinate local geometry." in variants
    assert (
        "[METAL] is bonded in a local coordination of nine coordinate geometry to three equivalent [NONMETAL] and six "
        "equivalent [NONMETAL] atoms."
    ) in variants


def test_named_structures_are_never_trained_on() -> None:
    named = masked_sentences(SROSO3)[1]
    assert named.kind == "structure_type"
    with pytest.raises(ValueError, match="no training wording"):
        sentence_variants(named)
    with pytest.raises(ValueError, match="no training wording"):
        phrase_variants(concept_of("structure_type", named.text))


def test_every_wording_is_drawn() -> None:
    sentence = masked_sentences(TMCO4)[2]
    rng = random.Random(2)
    assert {training_variant(sentence, rng) for _ in range(300)} == set(sentence_variants(sentence))
    concept = concept_of("space_group", "This material crystallizes in Pnma space group.")
    assert {training_phrase(concept, rng, loose=0.0) for _ in range(300)} == set(phrase_variants(concept))


@pytest.mark.parametrize("text", TEXTS)
def test_no_validation_phrase_among_the_wordings(text: str) -> None:
    fixed = {concept.phrase for concept in true_concepts(description_from_text(text))}
    for sentence in masked_sentences(text):
        if sentence.kind != "structure_type":
            assert not fixed & set(sentence_variants(sentence))
    for concept in true_concepts(description_from_text(text)):
        if row_of(concept.kind).slots is not None:  # kinds that are never trained on have no wordings
            assert not fixed & set(phrase_variants(concept))


@needs_shared
def test_no_validation_phrase_among_the_wordings_of_real_texts() -> None:
    rows = described("val")
    vocabulary = Vocabulary.count(description_from_text(row["text"]) for row in rows)
    concepts = [concept for kind in KINDS for concept in vocabulary.concepts(kind)]
    fixed = {concept.phrase for concept in concepts}
    assert not any(fixed & set(phrase_variants(concept)) for concept in concepts)
    for row in rows:
        for sentence in masked_sentences(row["text"]):
            variants = sentence_variants(sentence)
            assert not fixed & set(variants)
            assert len(set(variants)) == len(variants)


def test_worn_wordings_keep_what_a_phrase_means_and_never_say_it_as_validation_does() -> None:
    rng = random.Random(0)
    concept = concept_of("environment", "[METAL] is bonded in a distorted octahedral geometry.")
    worn = {training_phrase(concept, rng, 0.9, loose=0.0) for _ in range(300)}
    assert len(worn) > 50
    assert all("[METAL]" in text and "distorted octahedral" in text for text in worn)
    assert concept.phrase not in worn
    assert {training_phrase(concept, rng, loose=0.0) for _ in range(100)} == set(phrase_variants(concept))


def test_half_of_the_training_phrases_are_worded_as_people_type() -> None:
    rng = random.Random(0)
    concept = concept_of("connection", phrases.connection("octahedra", "corner", "octahedra"))
    drawn = [training_phrase(concept, rng) for _ in range(400)]
    loose = [text for text in drawn if text not in phrase_variants(concept)]
    assert 0.4 < len(loose) / len(drawn) < 0.6
    assert {"vertex-sharing octahedra", "octahedra linked through corners"} <= set(loose)


def test_loose_wordings_name_no_element_and_are_no_validation_phrase() -> None:
    shipped = read_vocabulary(model_folder()).to_json()
    vocabulary = Vocabulary.from_json(shipped)
    fixed = {concept.phrase for kind in KINDS for concept in vocabulary.concepts(kind)}
    kinds: tuple[Kind, ...] = ("environment", "polyhedra", "connection", "pattern")
    for kind in kinds:
        for concept in vocabulary.concepts(kind):
            wordings = paraphrases(concept)
            if kind == "pattern":
                assert wordings is None
                continue
            assert wordings is not None, concept
            texts = set(wordings.all())
            assert wordings.drawn(random.Random(1)) in texts
            assert not texts & fixed
            marked = "distorted" in concept.phrase
            symbols = {word for text in texts for word in text.split()} & (set(ELEMENT_CLASSES) - {"I", "V", "T"})
            assert not symbols, concept
            if marked:
                assert all(any(mark in text for mark in MARKS) for text in texts)
