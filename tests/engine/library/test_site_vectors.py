"""Site embeddings in a library, and libraries of format 2, which had none."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from clics.errors import LibraryError
from clics.library import codec
from clics.library.add import add
from clics.library.embed_batch import embed
from clics.library.encoder_protocol import spaces
from clics.library.state import state_of
from clics.library.store import Library
from clics.library.update_embeddings import update_embeddings
from clics.model.encoder import Embedded
from clics.results.vector_space import VectorSpace
from samples import prototypes
from tiny_encoder import DIMENSIONS, TinyEncoder

SITES = "tiny-1/sites"
NAMES = ("tiny-1", "tiny-1/one", SITES)


def with_sites(alike: str | None = "one") -> TinyEncoder:
    return TinyEncoder(alike=alike, sites=True)


@pytest.fixture
def format_2(tmp_path: Path) -> Path:
    """Twelve prototypes as format 2 stored them: structure embeddings, no sites."""
    path = tmp_path / "second.clics"
    with Library(path, "create") as library:
        add(library, prototypes(12), TinyEncoder(alike="one"))
        library.database._connection.execute("PRAGMA user_version = 2")
        library.database.vacuum(single_file=True)
    return path


def test_names_of_spaces() -> None:
    """The names that libraries of every version hold."""
    parts = [VectorSpace("tiny-1"), VectorSpace("tiny-1", "structural", "one"), VectorSpace("tiny-1", "sites")]
    assert [space.name for space in parts] == list(NAMES)
    assert [VectorSpace.parse(name) for name in NAMES] == parts
    assert [name for name, _ in spaces(with_sites())] == list(NAMES)
    assert [name for name, _ in spaces(with_sites(None))] == ["tiny-1", SITES]
    assert [name for name, _ in spaces(TinyEncoder())] == ["tiny-1"]


def test_directions_survive_in_a_byte_a_number() -> None:
    rng = np.random.default_rng(0)
    vectors = rng.normal(size=(500, DIMENSIONS)).astype(np.float32)
    vectors[0] = np.eye(DIMENSIONS)[3] * -7.0  # one component alone, and no unit vector
    vectors[1] *= 1e-20
    units = vectors / np.linalg.norm(vectors, axis=1, keepdims=True)
    packed = [codec.pack_sites(units[:1]), codec.pack_sites(vectors[1:3]), codec.pack_sites(units[3:])]
    assert [len(each) for each in packed] == [DIMENSIONS, 2 * DIMENSIONS, 497 * DIMENSIONS]
    found, counts = codec.unpack_sites(packed, DIMENSIONS)
    assert counts.tolist() == [1, 2, 497]
    assert np.allclose(np.linalg.norm(found, axis=1), 1, atol=1e-6)
    others = rng.normal(size=(200, DIMENSIONS)).astype(np.float32)
    others /= np.linalg.norm(others, axis=1, keepdims=True)
    assert np.abs(found @ others.T - units @ others.T).max() < 0.005
    assert (found * units).sum(axis=1).min() > 0.9999


@pytest.mark.parametrize("data", [b"", b"\1" * (DIMENSIONS + 1), b"\0" * DIMENSIONS])
def test_bytes_that_are_no_directions_are_refused(data: bytes) -> None:
    with pytest.raises(codec.CodecError):
        codec.unpack_sites([data], DIMENSIONS)


@pytest.mark.parametrize("alike", [None, "one"])
def test_kinds_of_atoms_are_stored_beside_the_crystal(library: Library, alike: str | None) -> None:
    encoder = with_sites(alike)
    add(library, prototypes(5), encoder)
    keys = library.keys()[::-1]
    stored = library.sites_of(keys, SITES, DIMENSIONS)
    assert stored is not None
    vectors, counts = stored
    expected = encoder.embed_all([crystal.arrays() for crystal in prototypes(5)]).sites
    assert expected is not None
    assert counts.tolist() == [len(each) for each in expected[::-1]]
    assert np.abs((vectors * np.concatenate(expected[::-1])).sum(axis=1) - 1).max() < 1e-3
    (info,) = library.info().models
    assert (info.vectors, info.structural, info.sites) == (5, 0 if alike is None else 5, 5)
    assert library.count_without_entry(*(name for name, _ in spaces(encoder))) == 0
    assert add(library, prototypes(5), encoder).skipped == 5
    library.remove(["aflow-0"])
    assert library.count_vectors(SITES) == 4
    assert library.sites_of(keys, SITES, DIMENSIONS) is None
    assert library.remove_model("tiny-1") == 4
    assert library.info().models == ()
    assert library.count_vectors(SITES) == 0


def test_a_library_of_format_2_is_read_as_it_is_and_completed_on_request(format_2: Path) -> None:
    before = format_2.read_bytes()
    with Library(format_2, "read") as library:
        (info,) = library.info().models
        assert (info.vectors, info.structural, info.sites) == (12, 12, 0)
        assert library.sites_of(library.keys(), SITES, DIMENSIONS) is None
        assert state_of(library, NAMES).lacking == 12
        assert state_of(library, NAMES[:2]).lacking == 0
    assert format_2.read_bytes() == before
    with Library(format_2) as library:
        assert library.database.value("PRAGMA user_version") == 3
        assert update_embeddings(library, with_sites(), batch=5) == 12
        (info,) = library.info().models
        assert (info.vectors, info.structural, info.sites) == (12, 12, 12)
        assert update_embeddings(library, with_sites()) == 0
        # another similarity projection leaves sites alone
        assert update_embeddings(library, with_sites("two")) == 12
        assert [library.count_vectors(name) for name in (*NAMES, "tiny-1/two")] == [12, 0, 12, 12]


def test_adding_again_gives_stored_crystals_their_sites(format_2: Path) -> None:
    with Library(format_2) as library:
        assert add(library, prototypes(12), with_sites()).completed == 12
        assert library.count_vectors(SITES) == 12


def test_damaged_sites_are_told(library: Library) -> None:
    add(library, prototypes(2), with_sites())
    with library.database.transaction() as connection:
        connection.execute(
            "UPDATE vector SET data = x'0102' WHERE model = (SELECT key FROM model WHERE fingerprint = ?)", (SITES,)
        )
    with pytest.raises(LibraryError, match="sites of the wrong length") as caught:
        library.sites_of(library.keys(), SITES, DIMENSIONS)
    assert caught.value.kind == "damaged"


def test_a_site_without_direction_is_no_vector() -> None:
    class Broken(TinyEncoder):
        def embed_all(self, arrays: object) -> Embedded:
            found = super().embed_all(arrays)  # type: ignore[arg-type]
            assert found.sites is not None
            found.sites[0][0] = np.nan
            return found

    (outcome,) = embed(Broken(sites=True), [prototypes(1)[0].arrays()])
    assert outcome.vector is None
    assert outcome.sites is None
    assert outcome.reason is not None
    assert outcome.reason.startswith("not-embedded")
