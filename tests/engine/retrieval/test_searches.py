from __future__ import annotations

import sqlite3
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from clics.concepts.concept import Truth
from clics.concepts.kinds.centred_shape import CentredShapeConcept
from clics.concepts.parse import concept_of
from clics.concepts.registry import ROWS
from clics.crystals.crystal import Crystal
from clics.errors import CrystalError, InputError
from clics.library import codec
from clics.library.add import add
from clics.library.store import Library
from clics.query.filters import parse_filter
from clics.query.recognise import recognise
from clics.results.chips import State
from clics.retrieval.concept_ranking import rank_concepts
from clics.retrieval.neighbours import similar
from clics.retrieval.phrase_search import search_by_phrase
from clics.retrieval.typed_phrase import NEGATIVE_WEIGHT, TEXT_WEIGHT, read_phrase
from samples import prototypes
from tiny_encoder import TinyEncoder

CRYSTALS = prototypes(40)


def scores(library: Library, encoder: TinyEncoder, query: np.ndarray) -> dict[str, float]:
    """Every crystal's cosine, the slow way."""
    vectors = encoder.embed_crystals([crystal.arrays() for crystal in CRYSTALS])
    return {c.id: float(v @ query) for c, v in zip(CRYSTALS, vectors, strict=True)}


def test_concepts_of_a_crystal_with_badges(library: Library, encoder: TinyEncoder) -> None:
    vector = library.vector("aflow-0", encoder.fingerprint)
    assert vector is not None
    facts = library.facts("aflow-0")
    found = rank_concepts(vector, encoder, facts, top=None, kind="environment")
    assert len(found) == len(encoder.vocabulary.concepts("environment"))
    assert [c.score for c in found] == sorted((c.score for c in found), reverse=True)
    true = {c.phrase for c in found if c.true}
    assert true == {c.phrase for c in facts.truths if c.kind == "environment"}
    assert all(c.true is not None for c in found)
    assert len(rank_concepts(vector, encoder, kind="space_group")) == 5
    assert all(c.true is None for c in rank_concepts(vector, encoder, kind="space_group"))
    said = rank_concepts(vector, encoder, {concept_of("environment", found[3].phrase): Truth.HELD}, kind="environment")
    assert [c.true for c in said] == [False, False, False, True, False]


def test_phrase_ranks_by_the_model(library: Library, encoder: TinyEncoder) -> None:
    phrase = "layers of something entirely unheard of"
    typed = read_phrase(phrase, encoder)
    assert not typed.parsed.alternatives
    expected = sorted(scores(library, encoder, typed.scores.centroid).items(), key=lambda pair: -pair[1])
    hits = search_by_phrase(phrase, library, encoder, top=7)
    assert [hit.id for hit in hits] == [crystal_id for crystal_id, _ in expected[:7]]
    assert np.allclose([hit.score for hit in hits], [score for _, score in expected[:7]], atol=1e-5)
    assert all(hit.checked == {} for hit in hits)
    assert all(1 <= len(hit.reasons) <= 3 for hit in hits)


@pytest.mark.parametrize("phrase", ["space group 225", "Fm-3m", "P6_3/mmc"])
def test_a_space_group_is_checked_by_the_facts(library: Library, encoder: TinyEncoder, phrase: str) -> None:
    (group,) = recognise(phrase, encoder.vocabulary).groups
    hits = search_by_phrase(phrase, library, encoder, top=40)
    assert len(hits) == 40
    answers = set()
    for hit in hits:
        (part,) = hit.parts
        true = any(library.facts(hit.id).holds(concept) for concept in group.concepts)
        assert hit.checked == {part.text: true}
        answers.add((part.state, true))
    assert answers == {(State.CONFIRMED, True), (State.REFUTED, False)}


def test_geometry_is_unknown_where_no_facts_of_it_are_stored(
    library: Library, encoder: TinyEncoder, tmp_path: Path
) -> None:
    """A library of an earlier version: descriptions without facts of geometry."""
    path = tmp_path / "earlier.clics"
    with closing(sqlite3.connect(library.path)) as source, closing(sqlite3.connect(path)) as copy:
        source.backup(copy)
    with Library(path) as earlier:
        kinds = [row.name for row in ROWS if row.known_by == "geometry"]
        named = ", ".join("?" * len(kinds))
        with earlier.database.transaction() as connection:
            for key, data in list(earlier.database.rows("SELECT crystal, data FROM description")):
                old = codec.pack_description(replace(codec.unpack_description(data), geometry=None))
                connection.execute("UPDATE description SET data = ? WHERE crystal = ?", (old, key))
            of_geometry = f"SELECT key FROM concept WHERE kind IN ({named})"
            connection.execute(f"DELETE FROM fact WHERE concept IN ({of_geometry})", kinds)
        hits = search_by_phrase("octahedral in Fm-3m", earlier, encoder, top=40)
        assert {hit.parts[0].state for hit in hits} == {State.UNKNOWN}
        assert {hit.parts[1].state for hit in hits} == {State.CONFIRMED, State.REFUTED}
        assert all(list(hit.checked or ()) == ["Fm-3m"] for hit in hits)
        assert {hit.verdict for hit in hits} == {"partly", "refuted"}
        assert search_by_phrase("Fm-3m", earlier, encoder, must=["octahedral"]) == []


def test_facts_first_moves_what_holds_to_the_front(library: Library, encoder: TinyEncoder) -> None:
    plain = search_by_phrase("Fm-3m", library, encoder, top=40)
    first = search_by_phrase("Fm-3m", library, encoder, top=40, facts_first=True)
    holding = [hit for hit in first if hit.checked == {"Fm-3m": True}]
    assert first[: len(holding)] == holding
    assert {hit.id for hit in first} == {hit.id for hit in plain}
    assert [h.id for h in first if h not in holding] == [h.id for h in plain if h.checked != {"Fm-3m": True}]
    assert [h.id for h in plain] != [h.id for h in first]
    for top in (1, 2):
        assert search_by_phrase("Fm-3m", library, encoder, top=top, facts_first=True) == first[:top]


def test_filter_acts_before_the_best_are_chosen(library: Library, encoder: TinyEncoder) -> None:
    for where in ("system:cubic", "nsites<4", "elements:O -system:cubic"):
        all_hits = search_by_phrase("octahedral", library, encoder, top=40)
        allowed = {row.id for row in library.rows(parse_filter(where))}
        hits = search_by_phrase("octahedral", library, encoder, top=3, where=where)
        assert hits == [hit for hit in all_hits if hit.id in allowed][:3]
        assert len(hits) == 3
    assert search_by_phrase("octahedral", library, encoder, where="elements:Pu") == []


def test_must_and_must_not(library: Library, encoder: TinyEncoder) -> None:
    with_it = search_by_phrase("tetrahedral", library, encoder, top=40, must=["cubic Fm-3m"])
    without = search_by_phrase("tetrahedral", library, encoder, top=40, must_not=["Fm-3m"])
    numbers = {row.id: row.space_group_number for row in library.rows()}
    assert {hit.id for hit in with_it} == {i for i, n in numbers.items() if n == 225}
    assert {hit.id for hit in without} == {i for i, n in numbers.items() if n != 225}
    free = search_by_phrase("tetrahedral", library, encoder, top=40, must=["unheard of"])
    assert len(free) == 40
    with pytest.raises(InputError) as caught:
        search_by_phrase("unheard", library, encoder, must=["unheard"], must_not=["unheard"] * 4)
    assert caught.value.kind == "no-direction"


@pytest.mark.parametrize(
    ("phrase", "kind"), [("", "empty-phrase"), (" \n\t ", "empty-phrase"), ("x" * 3000, "phrase-too-long")]
)
def test_phrases_that_say_nothing(library: Library, encoder: TinyEncoder, phrase: str, kind: str) -> None:
    with pytest.raises(InputError) as caught:
        search_by_phrase(phrase, library, encoder)
    assert caught.value.kind == kind


def test_wrong_questions_are_named(library: Library, encoder: TinyEncoder) -> None:
    for top in (0, -1, 10**6):
        with pytest.raises(InputError) as caught:
            search_by_phrase("octahedral", library, encoder, top=top)
        assert caught.value.kind == "bad-top"
    with pytest.raises(InputError) as caught:
        search_by_phrase("octahedral", library, TinyEncoder(encoder.vocabulary, fingerprint="new"))
    assert caught.value.kind == "no-vectors"
    with pytest.raises(InputError) as caught:
        similar("nobody", library, encoder)
    assert caught.value.kind == "unknown-id"
    with pytest.raises(InputError) as caught:
        similar("aflow-0", library, encoder, weight=1.5)
    assert caught.value.kind == "bad-weight"


def test_empty_library_has_no_hits(tmp_path: object, encoder: TinyEncoder) -> None:
    with Library(f"{tmp_path}/empty.clics", "create") as empty:
        assert search_by_phrase("octahedral", empty, encoder) == []
        assert similar(CRYSTALS[0], empty, encoder) == []


def test_neighbours_leave_the_crystal_itself_out(library: Library, encoder: TinyEncoder) -> None:
    crystal = CRYSTALS[4]
    vector = encoder.embed_crystals([crystal.arrays()])[0]
    expected = sorted(scores(library, encoder, vector).items(), key=lambda pair: -pair[1])
    expected = [pair for pair in expected if pair[0] != crystal.id][:6]
    for query in (crystal.id, crystal, crystal.arrays(), Crystal("another name", crystal.structure)):
        hits = similar(query, library, encoder, top=6)
        assert [hit.id for hit in hits] == [crystal_id for crystal_id, _ in expected]
        assert np.allclose([hit.score for hit in hits], [score for _, score in expected], atol=1e-5)
    assert len(similar(crystal, library, encoder, top=40)) == 39


def test_reasons_are_what_both_share(library: Library, encoder: TinyEncoder) -> None:
    """Shapes are shared whatever the elements; what robocrystallographer's rules say is no reason beside them."""

    def phrases_of(crystal_id: str) -> set[str]:
        return {concept.phrase for concept in library.facts(crystal_id).truths}

    def shapes_of(crystal_id: str) -> set[str]:
        truths = library.facts(crystal_id).truths
        return {concept.symbol for concept in truths if isinstance(concept, CentredShapeConcept)}

    mine, my_shapes = phrases_of("aflow-0"), shapes_of("aflow-0")
    of_shapes = 0
    for hit in similar("aflow-0", library, encoder, top=39):
        assert {reason.phrase for reason in hit.reasons} <= phrases_of(hit.id)
        assert {reason.kind for reason in hit.reasons} <= {"centred_shape", "network", "space_group", "structure_type"}
        shapes = [reason.phrase for reason in hit.reasons if reason.kind == "centred_shape"]
        if my_shapes & shapes_of(hit.id):
            of_shapes += len(shapes)
            assert all(concept_of("centred_shape", phrase).symbol in my_shapes for phrase in shapes)
        others = {reason.phrase for reason in hit.reasons if reason.kind != "centred_shape"}
        kinds = ("network", "space_group", "structure_type")
        shared = {c.phrase for c in library.facts(hit.id).truths if c.kind in kinds and c.phrase in mine}
        assert others <= shared or not shared
    assert of_shapes


def test_like_this_but(library: Library, encoder: TinyEncoder) -> None:
    crystal = CRYSTALS[0]
    phrase = read_phrase("octahedral", encoder).scores
    assert len(phrase.terms) == 1
    assert len(phrase.terms[0].phrases) > 1  # of metals, of nonmetals, …: any will do
    vectors = encoder.embed_crystals([crystal.arrays() for crystal in CRYSTALS])
    for weight in (0.0, 0.3, 1.0):
        mixed = (1 - weight) * vectors @ vectors[0] + weight * (vectors @ phrase.terms[0].phrases.T).max(axis=1)
        expected = sorted(zip((c.id for c in CRYSTALS), mixed.tolist(), strict=True), key=lambda p: -p[1])
        hits = similar(crystal, library, encoder, top=5, but="octahedral", weight=weight)
        assert [hit.id for hit in hits] == [i for i, _ in expected if i != crystal.id][:5]
        assert all(hit.checked is not None and set(hit.checked) <= {"octahedral"} for hit in hits)


def test_of_what_words_may_mean_the_best_counts(library: Library, encoder: TinyEncoder) -> None:
    """And what is left over, and what is denied, have their shares."""
    vectors = encoder.embed_crystals([crystal.arrays() for crystal in CRYSTALS])
    text = "octahedral, wobbly and not tetrahedral"
    typed = read_phrase(text, encoder)
    (aimed,), (denied,) = typed.parsed.primary, typed.parsed.negated
    best = [(vectors @ encoder.embed_texts([c.phrase for c in group]).T).max(axis=1) for group in (aimed, denied)]
    left_over = vectors @ encoder.embed_texts([text])[0]
    expected = (best[0] - NEGATIVE_WEIGHT * best[1] + TEXT_WEIGHT * left_over) / (1 + NEGATIVE_WEIGHT + TEXT_WEIGHT)
    np.testing.assert_allclose(typed.scores.scores(vectors, None, encoder), expected, atol=1e-5)
    order = np.argsort(-expected, kind="stable")
    hits = search_by_phrase(text, library, encoder, top=9)
    assert [hit.id for hit in hits] == [CRYSTALS[i].id for i in order[:9]]
    np.testing.assert_allclose([hit.score for hit in hits], expected[order[:9]], atol=1e-5)


def test_crystals_without_vector_cannot_be_compared(tmp_path: object, encoder: TinyEncoder) -> None:
    from pymatgen.core import Lattice, Structure

    mixed = Crystal("mixed", Structure(Lattice.cubic(4), [{"Na": 0.5, "K": 0.5}], [[0, 0, 0]]))
    with Library(f"{tmp_path}/mixed.clics", "create") as library:
        add(library, [mixed, CRYSTALS[0]], encoder)
        with pytest.raises(InputError, match="disordered") as caught:
            similar("mixed", library, encoder)
        assert caught.value.kind == "no-vectors"
        with pytest.raises(CrystalError) as refused:
            similar(mixed, library, encoder)
        assert refused.value.kind == "disordered"
