"""Searches of a large library give the hits of a small one; tried on one library, searched both ways."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import clics.library.index
import pytest
from clics.library import cached_arrays
from clics.library.add import add
from clics.library.store import Library
from clics.results.search import Hit
from clics.retrieval import candidates, site_scores
from clics.retrieval.neighbours import similar
from clics.retrieval.phrase_search import search_by_phrase
from clics.retrieval.prepare import prepare_searches
from samples import prototypes
from tiny_encoder import TinyEncoder

SEARCHES: dict[str, Callable[[Library, TinyEncoder], list[Hit]]] = {
    "local geometry": lambda library, encoder: search_by_phrase("corner-sharing octahedra", library, encoder, 15),
    "words": lambda library, encoder: search_by_phrase("a pretty stone", library, encoder, 15),
    "structure type": lambda library, encoder: search_by_phrase("perovskite", library, encoder, 15),
    "filter": lambda library, encoder: search_by_phrase("octahedral", library, encoder, 15, "elements:O nsites<30"),
    "must": lambda library, encoder: search_by_phrase(
        "cubic", library, encoder, 15, must=["octahedral"], must_not=["tetrahedral"], facts_first=True
    ),
    "facts first": lambda library, encoder: search_by_phrase("P4/mmm", library, encoder, 15, facts_first=True),
    "similar": lambda library, encoder: similar("aflow-3", library, encoder, 15),
    "similar, but": lambda library, encoder: similar("aflow-3", library, encoder, 15, "-elements:O", but="tetrahedral"),
}


@pytest.fixture(scope="module")
def large(searched: tuple[Library, TinyEncoder], tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, TinyEncoder]:
    path = tmp_path_factory.mktemp("large") / "large.clics"
    searched[0].database.vacuum()  # folds the log in
    path.write_bytes(searched[0].path.read_bytes())
    encoder = TinyEncoder(searched[1].vocabulary, alike="one", sites=True)
    with Library(path) as library:
        add(library, prototypes(40), encoder)
    return path, encoder


@pytest.mark.parametrize("name", SEARCHES)
def test_hits_are_the_same(large: tuple[Path, TinyEncoder], name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    path, encoder = large
    with Library(path, "read") as library:
        expected = SEARCHES[name](library, encoder)
    monkeypatch.setattr(cached_arrays, "KEPT_FROM", 1)
    monkeypatch.setattr(clics.library.index, "_FEW", 5)
    monkeypatch.setattr(clics.library.index, "BYTES_FROM", 20)
    for prepared in (False, True):
        with Library(path, "read") as library:
            if prepared:
                prepare_searches(library, encoder)
            assert SEARCHES[name](library, encoder) == expected


def test_a_prepared_library_computes_nothing_of_its_sites(
    large: tuple[Path, TinyEncoder], monkeypatch: pytest.MonkeyPatch
) -> None:
    path, encoder = large
    monkeypatch.setattr(cached_arrays, "KEPT_FROM", 1)
    monkeypatch.setattr(candidates, "CANDIDATES", 7)
    with Library(path, "read") as library:
        expected = search_by_phrase("octahedral", library, encoder, 5)
        prepare_searches(library, encoder)
    monkeypatch.setattr(site_scores, "local_normaliser", lambda *_, **__: pytest.fail("computed twice"))
    with Library(path, "read") as library:
        assert search_by_phrase("octahedral", library, encoder, 5) == expected
        prepare_searches(library, encoder)
