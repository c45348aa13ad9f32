"""Phrases of local geometry are scored by crystal and site embeddings together."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import groupby
from pathlib import Path

import numpy as np
import pytest
from clics.concepts.concept import Concept
from clics.concepts.registry import SITE_SETS
from clics.library.add import add
from clics.library.store import Library
from clics.model.late_interaction import EVIDENCE_WEIGHT, SHARPNESS
from clics.query.filters import parse_filter
from clics.query.parsed_query import ParsedQuery
from clics.retrieval import candidates, phrase_search
from clics.retrieval.concept_ranking import rank_concepts
from clics.retrieval.neighbours import similar
from clics.retrieval.phrase_scores import PhraseScores
from clics.retrieval.phrase_search import search_by_phrase
from clics.retrieval.typed_phrase import NEGATIVE_WEIGHT, read_phrase
from samples import prototypes
from tiny_encoder import TinyEncoder

CRYSTALS = prototypes(40)
LOCAL = ["octahedral", "corner-sharing octahedra", "tetrahedral metalloid", "not octahedral"]


@pytest.fixture(scope="module")
def pair(
    searched: tuple[Library, TinyEncoder], tmp_path_factory: pytest.TempPathFactory
) -> Iterator[tuple[Library, TinyEncoder]]:
    path = tmp_path_factory.mktemp("sites") / "sites.clics"
    searched[0].database.vacuum()  # folds the log in
    path.write_bytes(searched[0].path.read_bytes())
    with Library(path, "create") as library:
        encoder = TinyEncoder(searched[1].vocabulary, alike="one", sites=True)
        add(library, CRYSTALS, encoder)
        yield library, encoder


def says(encoder: TinyEncoder, vector: np.ndarray, group: tuple[Concept, ...], rivals: np.ndarray) -> float:
    """The share of phrases at a crystal or a kind of atoms among all of their sort, at the sharpness of searches."""
    own = encoder.embed_texts([concept.phrase for concept in group]).astype(float)
    share = np.exp(encoder.scale * (own @ vector)).sum() / np.exp(encoder.scale * (rivals.astype(float) @ vector)).sum()
    return float(min(share, 1.0) ** (SHARPNESS / encoder.scale))


def slow(encoder: TinyEncoder, parts: list[tuple[float, ParsedQuery]]) -> dict[str, float]:
    """Every crystal's score, put together one by one."""
    found = encoder.embed_all([crystal.arrays() for crystal in CRYSTALS])
    assert found.sites is not None
    groups = [(sign, group) for sign, part in parts for group in part.primary]
    groups += [(-NEGATIVE_WEIGHT * sign, group) for sign, part in parts for group in part.negated]
    scores = {}
    for crystal, vector, sites in zip(CRYSTALS, found.shared, found.sites, strict=True):
        score, whole = 0.0, 0.0
        for sign, group in groups:
            weight = float(np.mean([EVIDENCE_WEIGHT[concept.kind] for concept in group]))
            if group[0].kind == "space_group":
                said = says(encoder, vector, group, encoder.concepts("space_group")[1])
            else:
                local = np.concatenate([encoder.concepts(kind)[1] for kind in SITE_SETS[group[0].kind]])
                said = max(says(encoder, site, group, local) for site in sites)
            cosine = float((encoder.embed_texts([c.phrase for c in group]) @ vector).max())
            score += sign * (cosine + weight * said)
            whole += abs(sign) * (1 + weight)
        scores[crystal.id] = score / whole
    return scores


def ranking(hits: list) -> list[tuple[str, float]]:
    return [(hit.id, hit.score) for hit in hits]


def same(hits: list, expected: dict[str, float], count: int) -> None:
    """Hits are the best of the expected scores, up to what bytes leave of them."""
    assert len(hits) == count
    assert np.allclose([hit.score for hit in hits], [expected[hit.id] for hit in hits], atol=5e-3)
    assert np.allclose([hit.score for hit in hits], sorted(expected.values(), reverse=True)[:count], atol=5e-3)
    assert all(-1 <= hit.score <= 1 for hit in hits)
    assert [hit.score for hit in hits] == sorted((hit.score for hit in hits), reverse=True)


@pytest.mark.parametrize("phrase", [*LOCAL, "octahedral in Fm-3m", "octahedra, no tetrahedra"])
def test_a_phrase_is_held_against_the_best_kind_of_atoms(pair: tuple[Library, TinyEncoder], phrase: str) -> None:
    library, encoder = pair
    typed = read_phrase(phrase, encoder)
    assert typed.scores.uses_sites
    expected = slow(encoder, [(1.0, typed.parsed)])
    same(search_by_phrase(phrase, library, encoder, top=12), expected, 12)
    cubic = {row.id for row in library.rows(parse_filter("system:cubic"))}
    among = {i: score for i, score in expected.items() if i in cubic}
    same(search_by_phrase(phrase, library, encoder, top=5, where="system:cubic"), among, min(5, len(among)))
    plain = search_by_phrase(phrase, library, TinyEncoder(encoder.vocabulary), top=12)
    assert [hit.score for hit in plain] != [hit.score for hit in search_by_phrase(phrase, library, encoder, top=12)]


@pytest.mark.parametrize("phrase", ["Fm-3m", "space group 225", "layers of something entirely unheard of"])
def test_what_is_not_local_is_the_crystals_alone(pair: tuple[Library, TinyEncoder], phrase: str) -> None:
    library, encoder = pair
    assert not read_phrase(phrase, encoder).scores.uses_sites
    plain = TinyEncoder(encoder.vocabulary)
    assert ranking(search_by_phrase(phrase, library, encoder)) == ranking(search_by_phrase(phrase, library, plain))


def test_further_phrases_ask_kinds_of_atoms_too(pair: tuple[Library, TinyEncoder]) -> None:
    library, encoder = pair
    texts = ["octahedral", "tetrahedral", "corner-sharing octahedra"]
    parts = [read_phrase(text, encoder).parsed for text in texts]
    expected = slow(encoder, [(1.0, parts[0]), (1.0, parts[1]), (-NEGATIVE_WEIGHT, parts[2])])
    hits = search_by_phrase(texts[0], library, encoder, top=40, must=[texts[1]], must_not=[texts[2]])
    assert hits
    same(hits, {hit.id: expected[hit.id] for hit in hits}, len(hits))


def test_facts_first_keeps_its_order(pair: tuple[Library, TinyEncoder]) -> None:
    library, encoder = pair
    expected = {hit.id: hit for hit in search_by_phrase("octahedral", library, encoder, top=40)}
    hits = search_by_phrase("octahedral", library, encoder, top=40, facts_first=True)
    assert {hit.id: hit.score for hit in hits} == pytest.approx({i: hit.score for i, hit in expected.items()}, abs=1e-5)
    blocks = [
        (true, list(block)) for true, block in groupby(hits, lambda hit: (hit.checked or {}).get("octahedral", False))
    ]
    assert [true for true, _ in blocks] == [True, False]
    for _, block in blocks:
        assert [hit.score for hit in block] == sorted((hit.score for hit in block), reverse=True)
    for top in (1, len(blocks[0][1]), len(blocks[0][1]) + 2):
        found = search_by_phrase("octahedral", library, encoder, top=top, facts_first=True)
        assert [hit.id for hit in found] == [hit.id for hit in hits[:top]]


def test_only_the_nearest_are_ranked_again(pair: tuple[Library, TinyEncoder], monkeypatch: pytest.MonkeyPatch) -> None:
    library, encoder = pair
    monkeypatch.setattr(candidates, "CANDIDATES", 5)
    assert [candidates.candidate_count(top) for top in (0, 1, 3)] == [5, 10, 30]
    monkeypatch.setattr(phrase_search, "candidate_count", lambda top: 10)
    found = search_by_phrase("octahedral", library, encoder, top=10)
    middle = read_phrase("octahedral", encoder).scores.centroid
    near = [
        key for key, _ in candidates.nearest_crystals(middle, library, (encoder.fingerprint, encoder.dimensions), 10)
    ]
    assert {hit.id for hit in found} == {row.id for row in library.rows_of(near).values()}
    assert [hit.id for hit in found] != [library.rows_of([key])[key].id for key in near]


def test_scores_of_two_scales_are_never_mixed(pair: tuple[Library, TinyEncoder], tmp_path: Path) -> None:
    pair[0].database.vacuum()
    path = tmp_path / "half.clics"
    path.write_bytes(pair[0].path.read_bytes())
    encoder, plain = pair[1], TinyEncoder(pair[1].vocabulary, alike="one")
    with Library(path) as library:
        where = "crystal = ? AND model = (SELECT key FROM model WHERE fingerprint = 'tiny-1/sites')"
        with library.database.transaction() as connection:
            assert connection.execute(f"DELETE FROM vector WHERE {where}", (library.key("aflow-3"),)).rowcount == 1
        for facts_first in (False, True):
            found = [
                search_by_phrase("octahedral", library, each, facts_first=facts_first) for each in (encoder, plain)
            ]
            assert ranking(found[0]) == ranking(found[1])
        biased = [similar("aflow-0", library, each, but="octahedral") for each in (encoder, plain)]
        assert ranking(biased[0]) == ranking(biased[1])


@pytest.mark.parametrize("weight", [0.0, 0.4, 1.0])
def test_like_this_but_leans_by_the_score_of_the_phrase(pair: tuple[Library, TinyEncoder], weight: float) -> None:
    library, encoder = pair
    phrase = slow(encoder, [(1.0, read_phrase("octahedral", encoder).parsed)])
    alike = encoder.embed_alike([crystal.arrays() for crystal in CRYSTALS])
    similarity = dict(zip((c.id for c in CRYSTALS), (alike @ alike[0]).tolist(), strict=True))
    mixed = {i: (1 - weight) * similarity[i] + weight * phrase[i] for i in phrase if i != CRYSTALS[0].id}
    same(similar(CRYSTALS[0], library, encoder, top=8, but="octahedral", weight=weight), mixed, 8)
    cubic = {row.id for row in library.rows(parse_filter("system:cubic"))}
    found = similar(CRYSTALS[0], library, encoder, top=4, but="octahedral", weight=weight, where="system:cubic")
    same(found, {i: score for i, score in mixed.items() if i in cubic}, 4)


def test_concepts_of_a_crystal_by_its_kinds_of_atoms(pair: tuple[Library, TinyEncoder]) -> None:
    _, encoder = pair
    found = encoder.embed_all([CRYSTALS[7].arrays()])
    assert found.sites is not None
    vector, sites = found.shared[0], found.sites[0]
    for kind in ("environment", "connection", "shape", "space_group"):
        concepts, vectors = encoder.concepts(kind)
        weight = EVIDENCE_WEIGHT[kind]
        speakers = [vector] if kind == "space_group" else list(sites)
        rivals = np.concatenate([encoder.concepts(k)[1] for k in SITE_SETS.get(kind, (kind,))])
        said = [max(says(encoder, one, (concept,), rivals) for one in speakers) for concept in concepts]
        expected = (vectors @ vector + weight * np.array(said)) / (1 + weight)
        ranked = rank_concepts(vector, encoder, top=None, kind=kind, sites=sites)
        by_phrase = {concept.phrase: score for concept, score in zip(concepts, expected.tolist(), strict=True)}
        assert all(one.score == pytest.approx(by_phrase[one.phrase], abs=1e-5) for one in ranked)
        assert [one.score for one in ranked] == sorted((one.score for one in ranked), reverse=True)
    plain = rank_concepts(vector, encoder, top=None, kind="space_group")
    assert rank_concepts(vector, encoder, top=None, kind="space_group", sites=sites) == plain


def test_denied_words_push_away(pair: tuple[Library, TinyEncoder]) -> None:
    _, encoder = pair
    (denied,) = read_phrase("not octahedral", encoder).scores.terms
    assert (denied.sign_weight, denied.evidence_weight, denied.evidence) == (
        -NEGATIVE_WEIGHT,
        EVIDENCE_WEIGHT["environment"],
        "sites",
    )
    octahedral, group = read_phrase("octahedral, Fm-3m", encoder).scores.terms
    assert {octahedral.evidence, group.evidence} == {"crystal", "sites"}
    both = PhraseScores((denied,)).combined_with(PhraseScores((octahedral,)), 0.5)
    assert [term.sign_weight for term in both.terms] == [-NEGATIVE_WEIGHT, 0.5]
