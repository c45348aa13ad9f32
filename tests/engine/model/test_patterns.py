"""Full patterns of connections, scored by their parts."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from clics.concepts.parse import concept_of
from clics.concepts.vocabulary import Vocabulary
from clics.model.encoder import Encoder
from clics.model.pattern_scores import Patterns
from clics.retrieval.concept_ranking import rank_concepts

MODEL = Path(__file__).resolve().parents[3] / "resources" / "model"
START = "This crystal has bondings to form"
OCTAHEDRA = "that share corners with six equivalent [POLYHEDRA] octahedra"
CORNERS, BOTH, EDGES, RARE = (
    concept_of("pattern", f"{START} {words}.")
    for words in (
        "corner sharing [POLYHEDRA] octahedra",
        "a mixture of corner and edge sharing [POLYHEDRA] octahedra",
        "edge sharing [POLYHEDRA] octahedra",
        f"[POLYHEDRA] octahedra {OCTAHEDRA}",
    )
)
UNKNOWN = concept_of("pattern", f"{START} corner sharing [POLYHEDRA] tetrahedra.")
SCALE = 50.0


@pytest.fixture
def patterns() -> Patterns:
    polyhedra = [concept_of("polyhedra", f"{START} [POLYHEDRA] octahedra.")]
    shared = "[POLYHEDRA] octahedra that share {}s with [POLYHEDRA] octahedra."
    connections = [concept_of("connection", f"{START} {shared.format(kind)}") for kind in ("corner", "edge", "face")]
    counts = {CORNERS: (99, 99), BOTH: (99, 99), EDGES: (99, 99), RARE: (1, 1)}
    vectors = np.eye(4, 5, dtype=np.float32)
    asked = [CORNERS, BOTH, EDGES, RARE, UNKNOWN]
    return Patterns.of(asked, (polyhedra, vectors[:1]), (connections, vectors[1:]), Vocabulary(99, counts))


def said(patterns: Patterns, *sites: tuple[float, ...]) -> list[float]:
    """Of one crystal; a site by its nearness to octahedra, corners, edges, faces."""
    vectors = np.array([(*site, 0.1) for site in sites], np.float32)
    vectors /= np.linalg.norm(vectors, axis=1, keepdims=True)
    found: list[float] = patterns.relative_scores(vectors, np.array([len(sites)]), SCALE)[0].tolist()
    return found


def test_a_site_speaks_for_the_pattern_that_has_all_that_it_has_and_no_more(patterns):
    corners = said(patterns, (1, 1, 0, 0))
    assert int(np.argmax(corners)) == 0
    assert corners[0] == pytest.approx(1, abs=1e-3)
    both = said(patterns, (1, 1, 1, 0))
    assert int(np.argmax(both)) == 1
    assert both[1] == pytest.approx(1, abs=1e-3)


def test_of_what_parts_do_not_tell_the_usual_is_likely_and_of_what_is_unknown_nothing_is_said(patterns):
    corners = said(patterns, (1, 1, 0, 0))
    assert 0 < corners[3] < corners[0]
    assert corners[4] == 0


def test_patterns_are_of_one_site_not_put_together_from_several(patterns):
    apart = said(patterns, (1, 1, 0, 0), (1, 0, 1, 0))
    assert apart[1] < 0.9 * min(apart[0], apart[2])


def test_each_crystal_speaks_for_itself_however_many_are_asked(patterns, monkeypatch):
    sites = np.random.default_rng(0).normal(size=(40, 5)).astype(np.float32)
    sites /= np.linalg.norm(sites, axis=1, keepdims=True)
    counts = np.array([3, 0, 7, 1, 0, 9, 20])
    together = patterns.relative_scores(sites, counts, SCALE)
    assert together[1].max() == 0
    assert ((together >= 0) & (together <= 1)).all()
    monkeypatch.setattr("clics.model.pattern_scores._BLOCK", 1)
    np.testing.assert_allclose(patterns.relative_scores(sites, counts, SCALE), together, rtol=1e-5)
    ends = np.cumsum(counts)
    alone = patterns.relative_scores(sites[ends[4] : ends[5]], counts[5:6], SCALE)
    np.testing.assert_allclose(alone[0], together[5], rtol=1e-5)


def test_the_released_model_knows_how_octahedra_meet_in_rock_salt_and_rhenium_trioxide():
    encoder = Encoder.load(MODEL)
    cubic = np.eye(3) * 3.75, np.array([75, 8, 8, 8]), np.array([[0, 0, 0], [0.5, 0, 0], [0, 0.5, 0], [0, 0, 0.5]])
    found = encoder.embed_all([cubic])
    assert found.sites is not None
    best = rank_concepts(found.shared[0], encoder, None, 5, "pattern", found.sites[0])
    assert {concept.phrase for concept in best[:2]} == {CORNERS.phrase, RARE.phrase}  # both are true of ReO3
    salt = (
        np.array([[0, 2.82, 2.82], [2.82, 0, 2.82], [2.82, 2.82, 0]]),
        np.array([11, 17]),
        np.array([[0, 0, 0], [0.5] * 3]),
    )
    found = encoder.embed_all([salt])
    assert found.sites is not None
    best = rank_concepts(found.shared[0], encoder, None, 1, "pattern", found.sites[0])
    assert best[0].phrase == BOTH.phrase
