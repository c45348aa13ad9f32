"""Damaged libraries and those of strangers: one sentence each, never written to, and recovered as far as they can be read."""

from __future__ import annotations

import random
import shutil
import sqlite3
import zlib
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from clics.errors import LibraryError
from clics.library import codec, database
from clics.library.index import index_of
from clics.library.recover import recover
from clics.library.store import Library
from pymatgen.core import Lattice, Structure
from samples import prototypes

NO_NUMBERS = np.full(128, np.nan, "<f4").tobytes()
BOMB = zlib.compress(b"a" * (200 * 2**20))


def damaged_copy(filled_file: Path, path: Path, count: int, seed: int) -> bytes:
    """A library in which ``count`` bytes behind the header were replaced by others."""
    content, chance = bytearray(filled_file.read_bytes()), random.Random(seed)
    for _ in range(count):
        content[chance.randrange(100, len(content))] = chance.randrange(256)
    path.write_bytes(content)
    return bytes(content)


@pytest.mark.parametrize(("count", "seed"), [(0, 0), (5, 0), (20, 1), (50, 2), (50, 3)])
def test_what_is_recovered_is_what_was_stored(tmp_path: Path, filled_file: Path, count: int, seed: int) -> None:
    broken, new = tmp_path / "broken.clics", tmp_path / "new.clics"
    content = damaged_copy(filled_file, broken, count, seed)
    report = recover(broken, new)
    with Library(new, "read") as recovered, Library(filled_file, "read") as before:
        recovered.check()
        assert len(recovered) == report.crystals
        for crystal in recovered.crystals():
            assert crystal.structure == before.crystal(crystal.id).structure
            description = recovered.description(crystal.id)
            if description is not None:
                assert description == before.description(crystal.id)
                assert recovered.facts(crystal.id).truths == before.facts(crystal.id).truths
    if count == 0:
        assert (report.crystals, report.vectors, report.lost, report.unreadable) == (12, 12, [], 0)
    if count == 5:
        assert report.crystals >= 10
    assert broken.read_bytes() == content
    assert {path.name for path in tmp_path.iterdir()} <= {"broken.clics", "new.clics"}


def test_nothing_is_replaced(tmp_path: Path, filled_file: Path) -> None:
    path = tmp_path / "there.clics"
    shutil.copy(filled_file, path)
    with pytest.raises(LibraryError, match="there already"):
        recover(filled_file, path)
    with pytest.raises(LibraryError, match="no library"):
        recover(tmp_path / "none.clics", tmp_path / "new.clics")


def test_a_damaged_library_is_not_written_to(tmp_path: Path, filled_file: Path) -> None:
    path = tmp_path / "broken.clics"
    content = damaged_copy(filled_file, path, 300, 5)
    with pytest.raises(LibraryError, match="clics library recover") as caught:
        Library(path)
    assert caught.value.kind == "damaged"
    assert path.read_bytes() == content


def use(library: Library) -> None:
    list(library.rows())
    _ = library.revision
    list(library.crystals())
    for row in library.rows():
        library.description(row.id)
        library.facts(row.id)
    index_of(library, "tiny-1", 128)


@pytest.mark.parametrize(
    "place", ["vector SET data = zeroblob(9000) WHERE crystal", "crystal SET source = zeroblob(90000) WHERE key"]
)
def test_absurdly_long_values_are_not_read(
    tmp_path: Path, filled_file: Path, monkeypatch: pytest.MonkeyPatch, place: str
) -> None:
    path = tmp_path / "strange.clics"
    shutil.copy(filled_file, path)
    connection = sqlite3.connect(path)
    connection.execute(f"UPDATE {place} = 3")
    connection.commit()
    connection.close()
    monkeypatch.setattr(database, "LONGEST_VALUE", 80_000)
    with (
        Library(path, "read") as library,
        pytest.raises(LibraryError, match=r"a value of more than|wrong length") as caught,
    ):
        use(library)
    assert caught.value.kind == "damaged"


def impossible_cell() -> bytes:
    flat = codec.pack_structure(Structure(Lattice.cubic(4), ["Cs"], [[0, 0, 0]]))
    raw = zlib.decompress(flat)
    return zlib.compress(raw[: raw.index(b"\0") + 1] + bytes(12 * 8))


@pytest.mark.parametrize(
    ("sql", "values", "expected"),
    [
        ("UPDATE meta SET value = 'many' WHERE name = 'revision'", (), "revision is no number"),
        ("UPDATE vector SET data = ?", (NO_NUMBERS,), "a vector that is no number"),
        ("UPDATE vector SET data = 5", (), "wrong length"),
        ("UPDATE crystal SET structure = ?", (impossible_cell(),), "cell has no volume"),
        ("UPDATE crystal SET structure = ?", (BOMB,), "larger than a crystal can be"),
        ("UPDATE crystal SET structure = 'text'", (), "cannot be read back"),
        ("UPDATE crystal SET provenance = ?", ("[" * 100_000,), "cannot be read back"),
        ("UPDATE crystal SET formula = x'ff', sites = 'many'", (), "values of wrong types"),
        ("UPDATE description SET data = ?", (zlib.compress(b"[]"),), "cannot be read back"),
        ("UPDATE fact SET truth = 99", (), "a fact that cannot be read back"),
        ("CREATE TRIGGER t AFTER INSERT ON crystal BEGIN DELETE FROM crystal; END", (), "holds the trigger 't'"),
        ("CREATE VIEW v AS SELECT 1", (), "holds the view 'v'"),
    ],
)  # fmt: skip
def test_libraries_of_strangers(
    tmp_path: Path, filled_file: Path, sql: str, values: tuple[object, ...], expected: str
) -> None:
    path = tmp_path / "strange.clics"
    shutil.copy(filled_file, path)
    connection = sqlite3.connect(path)
    connection.execute(sql, values)
    connection.commit()
    connection.close()
    content = path.read_bytes()
    open_and_use: Callable[[], None] = lambda: use(Library(path, "read"))  # noqa: E731
    with pytest.raises(LibraryError, match=expected) as caught:
        open_and_use()
    assert caught.value.kind in ("damaged", "not-a-library")
    assert path.read_bytes() == content
    if "structure" not in sql:
        recover(path, tmp_path / "new.clics")
        with Library(tmp_path / "new.clics", "read") as recovered:
            use(recovered)
            assert [row.id for row in recovered.rows()] == [crystal.id for crystal in prototypes(12)]
