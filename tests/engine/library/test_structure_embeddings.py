"""Vectors of two spaces in one library, and libraries of format 1, which knew one."""

from __future__ import annotations

import shutil
from pathlib import Path

import numpy as np
import pytest
from clics.errors import InputError
from clics.library.add import add
from clics.library.index import index_of
from clics.library.state import state_of
from clics.library.store import Library
from clics.library.update_embeddings import update_embeddings
from clics.retrieval.neighbours import similar
from clics.retrieval.phrase_search import search_by_phrase
from samples import prototypes
from tiny_encoder import ALIKE, TinyEncoder

NAMES = ("tiny-1", "tiny-1/one")


def one_space() -> TinyEncoder:
    return TinyEncoder()


def two_spaces(alike: str = "one") -> TinyEncoder:
    return TinyEncoder(alike=alike)


@pytest.fixture
def format_1(tmp_path: Path, filled_file: Path) -> Path:
    """Twelve prototypes as format 1 stored them: the same tables, no structure embeddings."""
    path = tmp_path / "first.clics"
    shutil.copy(filled_file, path)
    with Library(path) as library:
        library.database._connection.execute("PRAGMA user_version = 1")
        library.database.vacuum(single_file=True)
    return path


def test_both_vectors_are_stored_the_second_in_half_the_bytes(library: Library) -> None:
    encoder = two_spaces()
    add(library, prototypes(5), encoder)
    arrays = [crystal.arrays() for crystal in prototypes(5)]
    shared, alike, *_ = encoder.embed_all(arrays)
    assert alike is not None
    for crystal, first, second in zip(prototypes(5), shared, alike, strict=True):
        assert np.allclose(library.vector(crystal.id, NAMES[0]), first, atol=1e-7)
        assert np.allclose(library.vector(crystal.id, NAMES[1]), second, atol=1e-3)
    sizes = library.database.rows(
        "SELECT length(data) FROM vector JOIN model ON model.key = model ORDER BY model, crystal"
    )
    assert [size for (size,) in sizes] == [4 * 128] * 5 + [2 * ALIKE] * 5
    (keys, rows), *more = library.vectors(NAMES[1], ALIKE)
    assert more == []
    assert rows.shape == (5, ALIKE)
    assert np.allclose(np.linalg.norm(rows, axis=1), 1, atol=1e-3)
    assert keys.tolist() == library.keys().tolist()
    (info,) = library.info().models
    assert (info.fingerprint, info.dimensions, info.vectors, info.without, info.structural) == ("tiny-1", 128, 5, 0, 5)


def test_a_library_of_format_1_is_read_as_it_is(format_1: Path) -> None:
    before = format_1.read_bytes()
    with Library(format_1, "read") as library:
        assert library.info().models[0].structural == 0
        assert len(search_by_phrase("octahedral", library, two_spaces(), top=3)) == 3
        assert len(similar("aflow-0", library, one_space(), top=3)) == 3
        with pytest.raises(InputError, match="no structure embeddings") as caught:
            similar("aflow-0", library, two_spaces())
        assert caught.value.kind == "no-vectors"
        with pytest.raises(InputError, match="update-embeddings") as caught:
            similar(prototypes(1)[0], library, two_spaces(), but="octahedral")
        assert caught.value.kind == "no-vectors"
        assert state_of(library, NAMES).lacking == 12
        assert state_of(library, NAMES[:1]).lacking == 0
    assert format_1.read_bytes() == before


def test_embedding_adds_what_a_library_of_format_1_lacks(format_1: Path) -> None:
    with Library(format_1) as library:
        old = library.vector("aflow-0", "tiny-1")
        assert library.count_without_entry(*NAMES) == 12
        assert update_embeddings(library, two_spaces(), batch=5) == 12
        assert update_embeddings(library, two_spaces()) == 0
        assert library.info().models[0].structural == 12
        assert np.array_equal(library.vector("aflow-0", "tiny-1"), old)
        assert len(similar("aflow-0", library, two_spaces(), top=3)) == 3
        assert library.database.value("PRAGMA user_version") == 3


def test_adding_again_gives_stored_crystals_what_they_lack(format_1: Path) -> None:
    with Library(format_1) as library:
        report = add(library, prototypes(12), two_spaces())
        assert (report.added, report.completed, report.skipped) == (0, 12, 0)
        assert library.count_vectors(NAMES[1]) == 12
        assert add(library, prototypes(12), two_spaces()).skipped == 12


def test_another_fit_takes_the_place_of_the_first(library: Library) -> None:
    add(library, prototypes(4), two_spaces())
    add(library, prototypes(4), TinyEncoder(fingerprint="tiny-2", alike="one"))
    first = index_of(library, NAMES[1], ALIKE)
    assert update_embeddings(library, two_spaces("two")) == 4
    assert library.count_vectors(NAMES[1]) == 0
    assert library.count_vectors("tiny-1/two") == 4
    assert library.count_vectors("tiny-2/one") == 4
    assert [(m.fingerprint, m.structural) for m in library.info().models] == [("tiny-1", 4), ("tiny-2", 4)]
    assert len(index_of(library, NAMES[1], ALIKE)) == 0
    assert len(first) == 4
    assert library.remove_model("tiny-1") == 4
    assert [m.fingerprint for m in library.info().models] == ["tiny-2"]
    assert library.count_vectors("tiny-1/two") == 0


def test_removed_crystals_take_both_vectors_along(library: Library) -> None:
    add(library, prototypes(4), two_spaces())
    library.remove(["aflow-0"])
    assert [library.count_vectors(name) for name in NAMES] == [3, 3]
