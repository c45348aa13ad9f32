from __future__ import annotations

import gc
import weakref
from dataclasses import replace
from pathlib import Path

import clics.library.index
import numpy as np
import pytest
from clics.errors import ModelError
from clics.library import cached_arrays
from clics.library.add import add
from clics.library.index import VectorIndex, index_of
from clics.library.new_entry import NewEntry
from clics.library.store import Library
from numpy.typing import NDArray
from samples import prototypes
from tiny_encoder import TinyEncoder

DIMENSIONS = 16


def vectors(count: int) -> NDArray[np.float32]:
    """Unit vectors around some two hundred centres, as crystals are around structure types."""
    random = np.random.default_rng(3)
    centres = random.normal(size=(200, DIMENSIONS))
    rows = centres[random.integers(200, size=count)] + 0.3 * random.normal(size=(count, DIMENSIONS))
    return (rows / np.linalg.norm(rows, axis=1, keepdims=True)).astype(np.float32)


@pytest.fixture(scope="module")
def many(tmp_path_factory: pytest.TempPathFactory) -> Library:
    """4,000 entries of one small structure with vectors of their own."""
    library = Library(tmp_path_factory.mktemp("many") / "many.clics", "create")
    crystal = prototypes(1)[0]
    entries = [
        NewEntry(replace(crystal, id=str(number)), number.to_bytes(16), undescribed="none: needed", vector=vector)
        for number, vector in enumerate(vectors(4000))
    ]
    library.insert(entries, spaces=(("many", DIMENSIONS),))
    return library


@pytest.fixture(params=["in memory, floats", "in memory, bytes", "kept, floats", "kept, bytes"])
def index(many: Library, request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> VectorIndex:
    """An index in memory, and one of files, scanned by floats and by bytes; small numbers are scanned, too."""
    monkeypatch.setattr(clics.library.index, "BYTES_FROM", 0 if "bytes" in request.param else 10**9)
    monkeypatch.setattr(clics.library.index, "_FEW", 20)
    monkeypatch.setattr(cached_arrays, "KEPT_FROM", 10**9 if "memory" in request.param else 1)
    return VectorIndex(many, "many", DIMENSIONS)


def test_the_best_are_those_of_the_whole_matrix(index: VectorIndex) -> None:
    rows = vectors(4000)
    assert len(index) == 4000
    queries = [*rows[:20], *vectors(4000)[::-1][:5], *(-rows[:5])]
    for query in queries:
        scores = rows @ query
        for top in (1, 10, 700, 3999, 4000):
            found = index.nearest(query, top)
            best = np.lexsort((index.keys, -scores.round(6)))[:top]
            assert np.allclose([score for _, score in found], scores[best], atol=1e-6)
            assert len(set(index.keys[best].tolist()) ^ {key for key, _ in found}) <= 2  # equal to the last digit


def test_restriction_acts_before_the_best_are_chosen(index: VectorIndex) -> None:
    rows = vectors(4000)
    for step in (3, 997):
        allowed = index.keys[::step]
        scores = rows[::step] @ rows[1]
        found = index.nearest(rows[1], 4, allowed)
        assert [key for key, _ in found] == allowed[np.argsort(-scores)[:4]].tolist()
    assert index.nearest(rows[1], 5, np.array([10**9])) == []
    assert len(index.nearest(rows[1], 10**6, index.keys[:7])) == 7


def test_vectors_that_bytes_cannot_tell_apart_are_ranked_by_their_cosines(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """One large component makes the steps of the others coarse: all codes are the same, the cosines are not."""
    monkeypatch.setattr(clics.library.index, "_FEW", 20)
    monkeypatch.setattr(clics.library.index, "BYTES_FROM", 0)
    random = np.random.default_rng(5)
    rows = random.normal(scale=1e-4, size=(500, DIMENSIONS)).astype(np.float32)
    rows[:, 0] = 1
    rows /= np.linalg.norm(rows, axis=1, keepdims=True)
    crystal = prototypes(1)[0]
    entries = [
        NewEntry(replace(crystal, id=str(n)), n.to_bytes(16), undescribed="none: needed", vector=vector)
        for n, vector in enumerate(rows)
    ]
    with Library(tmp_path / "close.clics", "create") as library:
        library.insert(entries, spaces=(("close", DIMENSIONS),))
        index = VectorIndex(library, "close", DIMENSIONS)
        query = random.normal(size=DIMENSIONS).astype(np.float32)
        query /= np.linalg.norm(query)
        found = [key for key, _ in index.nearest(query, 10)]
    assert found == index.keys[np.argsort(-(rows.astype(np.float64) @ query))[:10]].tolist()


def test_index_is_kept_until_the_library_changes(library: Library) -> None:
    encoder = TinyEncoder()
    assert index_of(library, "tiny-1", 128).nearest(np.ones(128, np.float32), 5) == []
    add(library, prototypes(5), encoder)
    first = index_of(library, "tiny-1", 128)
    assert index_of(library, "tiny-1", 128) is first
    with Library(library.path) as other:  # another program
        add(other, prototypes(6), encoder)
    second = index_of(library, "tiny-1", 128)
    assert (len(first), len(second)) == (5, 6)
    library.remove([prototypes(1)[0].id])
    assert len(index_of(library, "tiny-1", 128)) == 5


def test_an_index_ends_with_its_library(library: Library) -> None:
    path = library.path
    other = Library(path, "read")
    kept = weakref.ref(index_of(other, "tiny-1", 128))
    assert kept() is index_of(other, "tiny-1", 128)
    other.close()
    del other
    gc.collect()
    assert kept() is None


def test_vector_of_another_length_is_an_error(many: Library) -> None:
    with pytest.raises(ModelError, match="16"):
        VectorIndex(many, "many", DIMENSIONS).nearest(np.ones(3, np.float32), 1)


def test_scores_of_all_are_the_products(index: VectorIndex) -> None:
    rows = vectors(4000)
    assert np.allclose(index.scores(rows[3]), rows @ rows[3], atol=1e-6)
    assert np.array_equal(index.vectors_of(index.keys[[7, 3]]), rows[[7, 3]])


def test_scores_of_none(library: Library) -> None:
    assert VectorIndex(library, "nobody", DIMENSIONS).scores(np.ones(DIMENSIONS, np.float32)).shape == (0,)
