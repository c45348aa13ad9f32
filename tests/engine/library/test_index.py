from __future__ import annotations

import gc
import weakref
from dataclasses import replace

import numpy as np
import pytest
from clics.errors import ModelError
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


def test_exact_is_the_whole_matrix(many: Library) -> None:
    index = VectorIndex(many, "many", DIMENSIONS)
    rows = vectors(4000)
    assert (len(index), index.exact) == (4000, True)
    for query in rows[:20]:
        scores = rows @ query
        found = index.nearest(query, 10)
        best = np.argsort(-scores, kind="stable")[:10]
        assert [key for key, _ in found] == index.keys[best].tolist()
        assert np.allclose([score for _, score in found], scores[best], atol=1e-6)


def test_restriction_acts_before_the_best_are_chosen(many: Library) -> None:
    rows = vectors(4000)
    for exact_limit in (10_000, 100):
        index = VectorIndex(many, "many", DIMENSIONS, exact_limit=exact_limit)
        for step in (3, 997):
            allowed = index.keys[::step]
            scores = rows[::step] @ rows[1]
            found = index.nearest(rows[1], 4, allowed)
            assert found[0][0] == allowed[int(np.argmax(scores))]
            assert {key for key, _ in found} <= set(allowed.tolist())
            assert len(found) == 4
        assert index.nearest(rows[1], 5, np.array([10**9])) == []
        assert len(index.nearest(rows[1], 10**6, index.keys[:7])) == 7


def test_inverted_file_finds_nearly_the_same(many: Library) -> None:
    exact = VectorIndex(many, "many", DIMENSIONS)
    cells = VectorIndex(many, "many", DIMENSIONS, exact_limit=1000)
    assert not cells.exact
    queries = vectors(4000)[:200]
    shared = [len({k for k, _ in exact.nearest(q, 10)} & {k for k, _ in cells.nearest(q, 10)}) / 10 for q in queries]
    assert np.mean(shared) > 0.95
    assert len(cells.nearest(queries[0], 4000)) == 4000  # more than the cells visited hold: all are read


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


@pytest.mark.parametrize("exact_limit", [10_000, 1000])
def test_scores_of_all_are_the_products(many: Library, exact_limit: int) -> None:
    rows = vectors(4000)
    index = VectorIndex(many, "many", DIMENSIONS, exact_limit=exact_limit)
    assert np.allclose(index.scores(rows[3]), rows @ rows[3], atol=1e-6)


def test_scores_of_none(library: Library) -> None:
    assert VectorIndex(library, "nobody", DIMENSIONS).scores(np.ones(DIMENSIONS, np.float32)).shape == (0,)
