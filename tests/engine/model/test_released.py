"""The model that ships: it loads, its vectors do not depend on how a crystal is written down, and it knows textbook crystals."""

from __future__ import annotations

from collections import OrderedDict
from pathlib import Path

import numpy as np
import pytest
from clics.concepts import phrases
from clics.model.encoder import Encoder
from clics.retrieval import phrase_vectors as vectors_of_phrases
from clics.retrieval.phrase_vectors import phrase_vectors

from .structures import disguised, prototypes

MODEL = Path(__file__).resolve().parents[3] / "resources" / "model"


@pytest.fixture(scope="module")
def encoder():
    return Encoder.load(MODEL)


@pytest.mark.parametrize("matrix", [None, np.diag([2, 1, 1]), np.array([[1, 1, 0], [-1, 1, 0], [0, 0, 1]])])
def test_vectors_do_not_depend_on_the_disguise(encoder, matrix):
    crystals = prototypes(24)[:60]
    plain = encoder.embed_all(crystals).shared
    other = encoder.embed_all([disguised(c, 7, matrix) for c in crystals]).shared
    assert (plain * other).sum(1).min() > 0.9999


def test_stored_concept_vectors_are_those_of_the_text_tower(encoder):
    for kind in ("space_group", "environment"):
        concepts, stored = encoder.concepts(kind)
        fresh = encoder.embed_texts([c.phrase for c in concepts[:40]])
        assert (stored[:40] * fresh).sum(1).min() > 0.999


def test_it_knows_rock_salt(encoder):
    lattice = np.array([[0, 2.82, 2.82], [2.82, 0, 2.82], [2.82, 2.82, 0]])
    vector = encoder.embed_all([(lattice, np.array([11, 17]), np.array([[0, 0, 0], [0.5, 0.5, 0.5]]))]).shared[0]
    groups, vectors = encoder.concepts("space_group")
    best = np.argsort(-(vectors @ vector))[:5]
    assert phrases.space_group("Fm-3m") in [groups[i].phrase for i in best]
    environments, vectors = encoder.concepts("environment")
    best = np.argsort(-(vectors @ vector))[:5]
    assert phrases.environment("METAL", "octahedral", distorted=False) in [environments[i].phrase for i in best]


def test_phrases_that_the_model_ranks_need_no_text_tower(monkeypatch):
    monkeypatch.setattr(vectors_of_phrases, "_vectors", OrderedDict())
    fresh = Encoder.load(MODEL)
    texts = [phrases.space_group("Fm-3m"), phrases.environment("METAL", "octahedral", distorted=False)]
    vectors = phrase_vectors(fresh, texts)
    assert fresh._model.text_tower is None
    assert (vectors * fresh.embed_texts(texts)).sum(1) == pytest.approx(1, abs=1e-6)
    unknown = "something that no vocabulary lists"
    assert phrase_vectors(fresh, [unknown])[0] == pytest.approx(fresh.embed_texts([unknown])[0], abs=1e-6)
