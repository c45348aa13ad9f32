"""What large libraries do, tried on small ones: arrays in files, conditions by arrays, and that both follow every change."""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Iterator
from pathlib import Path

import clics.library.index
import numpy as np
import pytest
from clics import paths
from clics.concepts.parse import concept_of
from clics.library import cached_arrays, history
from clics.library.add import add
from clics.library.catalogue import Catalogue
from clics.library.index import index_of
from clics.library.row_conditions import has_fact, has_geometry, has_key, lacks_geometry
from clics.library.site_index import site_index_of
from clics.library.sql_condition import EVERYTHING, Condition, either, every
from clics.library.store import Library
from clics.query.filters import parse_filter
from samples import prototypes
from tiny_encoder import TinyEncoder

SPACE = ("tiny-1", 128)
FILTERS = (
    "elements:Li,O", "elements:O|F nsites<20", "-elements:O", "sg:225", "-sg:225", "sg>=100 sg<200", "nsites:2..5",
    "system:cubic,hexagonal", "-system:cubic", "dimensionality:3", "-dimensionality:3", "dimensionality<3", "nelements=2",
    "ordered:yes", "described:no", "formula:NaCl", "id:aflow-1*", "elements=Na,Cl", "shape:OC-6", "cn:6",
)  # fmt: skip


@pytest.fixture(autouse=True)
def kept(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(cached_arrays, "KEPT_FROM", 1)
    monkeypatch.setattr(clics.library.index, "BYTES_FROM", 42)  # reached while crystals are added
    monkeypatch.setattr(clics.library.index, "_FEW", 5)


@pytest.fixture(scope="module")
def filled(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("filled") / "filled.clics"
    with Library(path, "create") as library:
        add(library, prototypes(40), TinyEncoder())
    return path


@pytest.fixture
def library(filled: Path, tmp_path: Path) -> Iterator[Library]:
    shutil.copyfile(filled, tmp_path / "large.clics")
    with Library(tmp_path / "large.clics") as opened:
        yield opened


def files_of(library: Library) -> list[Path]:
    return sorted((paths.cache_folder() / "libraries").glob("*/*/*.bin"))


def conditions(library: Library) -> list[Condition]:
    found = [parse_filter(text) for text in FILTERS]
    concepts = [concept_of(k, p) for k, p in library.database.rows("SELECT kind, phrase FROM concept ORDER BY key")]
    facts = [has_fact([concept]) for concept in concepts[::7]]
    found += [*facts, has_fact(concepts[3:6]), has_fact([]), has_geometry(), lacks_geometry(), has_key([3, 4, 10**6])]
    found += [~each for each in found]
    found += [every(found[:2]), either([found[3], ~found[5], facts[0] & facts[-1]]), either([]), every([]), EVERYTHING]
    return found


def test_conditions_choose_the_crystals_that_sql_chooses(library: Library, monkeypatch: pytest.MonkeyPatch) -> None:
    tried = conditions(library)
    assert len(tried) > 60
    assert library.count(tried[0]) == len(library.keys_by_sql(tried[0]))
    assert files_of(library) == []  # a search makes no columns, which takes long
    library.prepare_columns()
    monkeypatch.setattr(
        Catalogue, "count", lambda self, where=EVERYTHING: 40 if where == EVERYTHING else pytest.fail("SQL")
    )
    for condition in tried:
        assert library.keys(condition).tolist() == library.keys_by_sql(condition).tolist(), condition
        assert library.count(condition) == len(library.keys_by_sql(condition))
    sizes = {library.count(condition) for condition in tried}
    assert len(sizes) > 10


def test_conditions_follow_every_change(library: Library) -> None:
    tried = conditions(library)
    library.prepare_columns()
    for change in (
        lambda: library.remove([row.id for row in library.rows(limit=5)]),
        lambda: add(library, prototypes(44)[40:], TinyEncoder()),
        lambda: library.remove_where(parse_filter("sg:225")),
        lambda: add(library, prototypes(40), None),
        lambda: library.remove_where(parse_filter("nsites<100")),
    ):
        change()
        for condition in tried:
            assert library.keys(condition).tolist() == library.keys_by_sql(condition).tolist(), condition


def test_adding_reads_only_what_was_added(library: Library, monkeypatch: pytest.MonkeyPatch) -> None:
    first = index_of(library, *SPACE)
    asked: list[int] = []
    read = Library.vectors

    def noted(self: Library, *args: object, after: int = 0, **options: object) -> object:
        asked.append(after)
        return read(self, *args, after=after, **options)  # type: ignore[arg-type]

    monkeypatch.setattr(Library, "vectors", noted)
    with Library(library.path) as other:  # another connection
        add(other, prototypes(43), TinyEncoder())
    second = index_of(library, *SPACE)
    assert (len(first), len(second), asked) == (40, 43, [40])
    library.remove(["aflow-0"])
    third = index_of(library, *SPACE)
    assert asked == [40, 43]
    assert third.keys.tolist() == second.keys[1:].tolist()
    query = read_vector(library, 5)
    expected = np.concatenate([rows for _, rows in read(library, *SPACE)]) @ query
    assert [key for key, _ in third.nearest(query, 3)] == third.keys[np.argsort(-expected, kind="stable")[:3]].tolist()
    assert np.allclose(third.scores(query), expected, atol=1e-6)
    assert np.allclose(
        first.scores(query)[1:], expected[:39], atol=1e-6
    )  # an index that was taken before stays as it is


def read_vector(library: Library, key: int) -> np.ndarray:
    return library.vectors_of(np.array([key]), *SPACE)[0]


def test_a_new_process_reads_files_and_no_vectors(library: Library, monkeypatch: pytest.MonkeyPatch) -> None:
    before = index_of(library, *SPACE)
    query = read_vector(library, 7)
    nearest = before.nearest(query, 10)
    assert files_of(library)
    monkeypatch.setattr(Library, "vectors", None)  # whoever calls it fails
    with Library(library.path, "read") as fresh:
        assert index_of(fresh, *SPACE).nearest(query, 10) == nearest


@pytest.mark.parametrize("harm", ["truncated", "gone", "manifest", "foreign manifest", "locked", "forbidden"])
def test_files_that_cannot_be_used_change_no_answer(
    library: Library, harm: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    query = read_vector(library, 7)
    nearest = index_of(library, *SPACE).nearest(query, 10)
    (folder,) = {path.parent for path in files_of(library)}
    (vectors,) = folder.glob("vectors-*.bin")
    lock = None
    if harm == "truncated":
        os.truncate(vectors, 1000)
    elif harm == "gone":
        vectors.unlink()
    elif harm == "manifest":
        (folder / "manifest.json").write_bytes(b"[" * 100_000)
    elif harm == "foreign manifest":
        manifest = json.loads((folder / "manifest.json").read_bytes())
        (folder / "manifest.json").write_text(json.dumps(manifest | {"rows": {"keys": -5}}))
    elif harm == "locked":
        vectors.unlink()
        lock = cached_arrays.FolderLock(folder)
    else:
        shutil.rmtree(folder.parent.parent)
        folder.parent.parent.write_text("a file where the folder should be")
    with Library(library.path, "read") as fresh:
        assert index_of(fresh, *SPACE).nearest(query, 10) == nearest
    if lock is not None:
        lock.release()


def test_copies_that_grew_apart_are_told_apart(
    library: Library, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    index_of(library, *SPACE)
    path = library.path
    library.close()
    other = tmp_path / "other.clics"
    shutil.copyfile(path, other)
    for number, (file, crystals) in enumerate(((path, prototypes(45)[44:]), (other, prototypes(46)[45:]))):
        monkeypatch.setattr(history, "_WRITER", f"process {number}")
        with Library(file) as grown:
            add(grown, crystals, TinyEncoder())
            index_of(grown, *SPACE)
    os.replace(other, path)
    with Library(path, "read") as replaced:
        expected = np.concatenate([rows for _, rows in replaced.vectors(*SPACE)])
        index = index_of(replaced, *SPACE)
        assert np.array_equal(index.vectors_of(index.keys), expected)


def test_a_program_that_keeps_no_history_is_noticed(library: Library) -> None:
    index_of(library, *SPACE)
    with library.database.transaction() as connection:  # as an earlier version replaces a vector
        (data,) = connection.execute("SELECT data FROM vector WHERE crystal = 9").fetchone()
        connection.execute("UPDATE vector SET data = ? WHERE crystal = 3", (data,))
        connection.execute("UPDATE meta SET value = CAST(value AS INTEGER) + 1 WHERE name = 'revision'")
    assert np.array_equal(index_of(library, *SPACE).vectors_of(np.array([3])), read_vector(library, 9)[None])
    add(library, prototypes(41)[40:], TinyEncoder())  # the history begins anew
    assert np.array_equal(index_of(library, *SPACE).vectors_of(np.array([3])), read_vector(library, 9)[None])


def test_numbers_of_sites_are_computed_once_and_kept(filled: Path, tmp_path: Path) -> None:
    encoder = TinyEncoder(sites=True)
    path = tmp_path / "sites.clics"
    with Library(path, "create") as library:
        add(library, prototypes(12), encoder)
        assert encoder.site_space is not None
        index = site_index_of(library, *encoder.site_space, ["sum"])
        keys = library.keys()[::-1][:5]
        sites, stored = index.of(keys), library.sites_of(keys, *encoder.site_space)
        assert sites is not None
        assert stored is not None
        assert np.allclose(sites.vectors, stored[0], atol=1e-6)
        assert sites.counts.tolist() == stored[1].tolist()
        sums = index.computed("sum", sites, lambda vectors: vectors.sum(axis=1))
    with Library(path, "read") as library:
        index = site_index_of(library, *encoder.site_space, ["sum"])
        again = index.of(keys)
        assert again is not None
        assert np.array_equal(index.computed("sum", again, lambda vectors: pytest.fail("computed twice")), sums)
        assert len(index.unknown("sum", 10**6)) == index.site_count - len(sums)
        assert index.of(np.array([10**6])) is None


def test_files_of_libraries_that_are_gone_are_deleted(library: Library, tmp_path: Path) -> None:
    index_of(library, *SPACE)
    assert files_of(library)
    library.close()
    library.path.unlink()
    with Library(tmp_path / "next.clics", "create") as following:
        add(following, prototypes(2), TinyEncoder())
        index_of(following, *SPACE)
        assert len({path.parent.parent for path in files_of(following)}) == 1
