"""Crystals among crystals by a model that has a space of its own for them."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pytest
from clics.concepts.vocabulary import Vocabulary
from clics.errors import InputError
from clics.library.add import add
from clics.library.store import Library
from clics.query.filters import parse_filter
from clics.retrieval.neighbours import similar
from clics.retrieval.phrase_search import search_by_phrase
from clics.retrieval.typed_phrase import read_phrase
from samples import prototypes
from tiny_encoder import TinyEncoder

CRYSTALS = prototypes(40)


@pytest.fixture(scope="module")
def pair(
    searched: tuple[Library, TinyEncoder], tmp_path_factory: pytest.TempPathFactory
) -> Iterator[tuple[Library, TinyEncoder]]:
    path = tmp_path_factory.mktemp("structural") / "two.clics"
    searched[0].database.vacuum()  # folds the log in
    path.write_bytes(searched[0].path.read_bytes())
    with Library(path, "create") as library:
        described = [library.description(row.id) for row in library.rows()]
        encoder = TinyEncoder(Vocabulary.count(d for d in described if d is not None), alike="one")
        add(library, CRYSTALS, encoder)
        yield library, encoder


def cosines(encoder: TinyEncoder, query: int) -> tuple[dict[str, float], np.ndarray]:
    """Structural similarity of every crystal to one, computed directly in half precision; and their shared vectors."""
    shared, alike, *_ = encoder.embed_all([crystal.arrays() for crystal in CRYSTALS])
    assert alike is not None
    stored = alike.astype(np.float16).astype(np.float32)
    return {c.id: float(v @ alike[query]) for c, v in zip(CRYSTALS, stored, strict=True)}, shared


def test_crystals_are_compared_in_their_own_space(pair: tuple[Library, TinyEncoder]) -> None:
    library, encoder = pair
    expected, _ = cosines(encoder, 4)
    ranked = sorted((i for i in expected if i != CRYSTALS[4].id), key=lambda i: -expected[i])
    for query in (CRYSTALS[4].id, CRYSTALS[4], CRYSTALS[4].arrays()):
        found = similar(query, library, encoder, top=8)
        assert [hit.id for hit in found] == ranked[:8]
        assert np.allclose([hit.score for hit in found], [expected[i] for i in ranked[:8]], atol=2e-3)
    plain = TinyEncoder(encoder.vocabulary)
    assert [hit.id for hit in similar(CRYSTALS[4], library, plain, top=8)] != ranked[:8]
    cubic = {row.id for row in library.rows(parse_filter("system:cubic"))}
    found = similar(CRYSTALS[4], library, encoder, top=5, where="system:cubic")
    assert [hit.id for hit in found] == [i for i in ranked if i in cubic][:5]


def test_phrases_are_compared_in_the_shared_space(pair: tuple[Library, TinyEncoder]) -> None:
    library, encoder = pair
    plain = TinyEncoder(encoder.vocabulary)
    assert search_by_phrase("octahedral", library, encoder) == search_by_phrase("octahedral", library, plain)


@pytest.mark.parametrize("weight", [0.0, 0.3, 1.0])
def test_like_this_but_mixes_the_two_scores(pair: tuple[Library, TinyEncoder], weight: float) -> None:
    library, encoder = pair
    alike, shared = cosines(encoder, 0)
    phrase = read_phrase("octahedral", encoder).scores
    said = dict(zip(alike, phrase.scores(shared, None, encoder).tolist(), strict=True))
    mixed = {i: (1 - weight) * alike[i] + weight * said[i] for i in alike if i != CRYSTALS[0].id}
    found = similar(CRYSTALS[0], library, encoder, top=6, but="octahedral", weight=weight)
    assert [hit.id for hit in found] == sorted(mixed, key=lambda i: -mixed[i])[:6]
    assert np.allclose([hit.score for hit in found], sorted(mixed.values(), reverse=True)[:6], atol=2e-3)
    cubic = {row.id for row in library.rows(parse_filter("system:cubic"))}
    restricted = similar(CRYSTALS[0], library, encoder, top=3, where="system:cubic", but="octahedral", weight=weight)
    assert [hit.id for hit in restricted] == [i for i in sorted(mixed, key=lambda i: -mixed[i]) if i in cubic][:3]


def test_a_wrong_number_of_hits_is_refused_here_too(pair: tuple[Library, TinyEncoder]) -> None:
    for but in (None, "octahedral"):
        with pytest.raises(InputError) as caught:
            similar(CRYSTALS[0], *pair, top=0, but=but)
        assert caught.value.kind == "bad-top"
