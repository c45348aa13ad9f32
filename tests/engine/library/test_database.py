from __future__ import annotations

import os
import resource
import shutil
import sqlite3
import subprocess
import sys
import textwrap
from pathlib import Path

import pytest
from clics.errors import LibraryError
from clics.library import schema
from clics.library.add import add
from clics.library.database import Mode
from clics.library.store import Library
from samples import prototypes
from tiny_encoder import TinyEncoder


def use(path: Path, mode: Mode) -> None:
    with Library(path, mode) as library:
        library.info()
        list(library.crystals())
        library.check()


def kind_of(path: Path, mode: Mode = "open") -> str:
    with pytest.raises(LibraryError) as caught:
        use(path, mode)
    assert str(path.name) in caught.value.message
    return caught.value.kind


def test_missing_file_and_folder(tmp_path: Path) -> None:
    assert kind_of(tmp_path / "none.clics") == "missing"
    assert kind_of(tmp_path / "none.clics", "read") == "missing"
    assert not (tmp_path / "none.clics").exists()
    assert kind_of(tmp_path) == "not-a-library"


@pytest.mark.parametrize("content", [b"data_NaCl\n_cell_length_a 5\n", b"", os.urandom(5000), b"SQLite format 3"])
def test_files_of_other_kinds(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "other.clics"
    path.write_bytes(content)
    assert kind_of(path) == "not-a-library"
    assert path.read_bytes() == content


def test_sqlite_file_of_another_program_is_left_alone(tmp_path: Path) -> None:
    path = tmp_path / "other.clics"
    with sqlite3.connect(path) as connection:
        connection.execute("CREATE TABLE crystal (id)")
    connection.close()
    modes: tuple[Mode, ...] = ("open", "create", "read")
    for mode in modes:
        assert kind_of(path, mode) == "not-a-library"


def test_empty_file_of_an_interrupted_creation_becomes_a_library(tmp_path: Path) -> None:
    path = tmp_path / "new.clics"
    path.touch()
    with Library(path, "create") as library:
        assert len(library) == 0


def test_newer_version_is_refused_and_kept(tmp_path: Path, filled_file: Path) -> None:
    path = tmp_path / "newer.clics"
    shutil.copy(filled_file, path)
    connection = sqlite3.connect(path)
    connection.execute(f"PRAGMA user_version = {schema.VERSION + 1}")
    connection.close()
    assert kind_of(path) == "newer-version"


def test_older_version_is_migrated_step_by_step(
    tmp_path: Path, filled_file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "older.clics"
    shutil.copy(filled_file, path)
    monkeypatch.setattr(schema, "VERSION", schema.VERSION + 2)
    steps = {
        schema.VERSION - 2: ("ALTER TABLE crystal ADD note TEXT",),
        schema.VERSION - 1: ("UPDATE crystal SET note = id",),
    }
    monkeypatch.setattr(schema, "MIGRATIONS", steps)
    assert kind_of(path, "read") == "older-version"
    with Library(path) as library:
        assert library.database.value("PRAGMA user_version") == schema.VERSION
        assert library.database.value("SELECT count(*) FROM crystal WHERE note = id") == 12


def test_truncated_and_overwritten_files_are_damaged(tmp_path: Path, filled_file: Path) -> None:
    data = filled_file.read_bytes()
    cut = tmp_path / "cut.clics"
    cut.write_bytes(data[: len(data) // 2])
    assert kind_of(cut) == "damaged"
    scratched = tmp_path / "scratched.clics"
    scratched.write_bytes(data[:4096] + os.urandom(len(data) - 4096))
    assert kind_of(scratched) == "damaged"


def test_damaged_structure_is_named(tmp_path: Path, filled_file: Path) -> None:
    path = tmp_path / "blob.clics"
    shutil.copy(filled_file, path)
    connection = sqlite3.connect(path)
    connection.execute("UPDATE crystal SET structure = x'00' WHERE key = 3")
    connection.execute("UPDATE vector SET data = x'00' WHERE crystal = 3")
    connection.commit()
    connection.close()
    with Library(path) as library:
        crystal_id = [row.id for row in library.rows()][2]
        with pytest.raises(LibraryError, match=crystal_id) as caught:
            library.crystal(crystal_id)
        assert caught.value.kind == "damaged"
        with pytest.raises(LibraryError, match="wrong length"):
            list(library.vectors("tiny-1", 128))
        assert library.crystal(next(row.id for row in library.rows())).num_sites > 0


def test_locked_by_another_writer_but_readable(tmp_path: Path, filled_file: Path) -> None:
    path = tmp_path / "locked.clics"
    shutil.copy(filled_file, path)
    with Library(path) as writer, Library(path, busy_seconds=0.1) as other:
        with writer.database.transaction():
            with pytest.raises(LibraryError) as caught:
                other.rename("x")
            assert caught.value.kind == "locked"
            assert len(other) == 12
        other.rename("x")
        assert writer.name == "x"


@pytest.mark.parametrize("writable", [True, False])
def test_read_mode_never_writes(
    tmp_path: Path, filled_file: Path, monkeypatch: pytest.MonkeyPatch, writable: bool
) -> None:
    path = tmp_path / "shipped.clics"
    shutil.copy(filled_file, path)
    if not writable:  # root may write everywhere, so the system's answer is given here
        monkeypatch.setattr("clics.library.database.os.access", lambda *_: False)
    before = path.read_bytes()
    with Library(path, "read") as library:
        assert len(library) == 12
        writes = (lambda: library.rename("x"), lambda: library.remove(["aflow-0"]), library.database.vacuum)
        for write in writes:
            with pytest.raises(LibraryError) as caught:
                write()
            assert caught.value.kind == "read-only"
    assert path.read_bytes() == before
    assert [p.name for p in tmp_path.iterdir()] == ["shipped.clics"]


def remove_and_fail(library: Library) -> None:
    with library.database.transaction() as connection:
        connection.execute("DELETE FROM crystal")
        raise ZeroDivisionError


def test_failed_transaction_changes_nothing(tmp_path: Path, filled_file: Path) -> None:
    path = tmp_path / "rollback.clics"
    shutil.copy(filled_file, path)
    with Library(path) as library:
        before = library.info()
        with pytest.raises(ZeroDivisionError):
            remove_and_fail(library)
        assert library.info().crystals == before.crystals == 12


@pytest.mark.skipif(sys.platform == "win32", reason="file size limits are of POSIX")
def test_full_disk_is_named_and_the_library_stays_readable(tmp_path: Path, filled_file: Path) -> None:
    path = tmp_path / "full.clics"
    shutil.copy(filled_file, path)
    limit = path.stat().st_size + 20_000
    script = textwrap.dedent(f"""
        import resource, sys
        resource.setrlimit(resource.RLIMIT_FSIZE, ({limit}, {limit}))
        sys.path[:0] = {sys.path!r}
        from samples import prototypes
        from tiny_encoder import TinyEncoder
        from clics.errors import LibraryError
        from clics.library.new_entry import NewEntry
        from clics.library.store import Library
        library = Library({str(path)!r})
        done = len(library)
        try:
            for round in range(400):
                crystal = prototypes(1)[0]
                entry = NewEntry(crystal, bytes([round % 256]) * 16 + bytes([round // 256]), undescribed="x: y")
                library.insert([entry])
                done += 1
        except LibraryError as error:
            print(error.kind, done, len(library))
    """)
    answer = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True, timeout=120)
    kind, done, seen = answer.stdout.split()
    assert kind == "disk-full"
    assert done == seen
    with Library(path) as library:
        library.check()
        assert len(library) == int(done)
        assert add(library, prototypes(13), TinyEncoder()).added == 1  # there is space again
    assert resource.getrlimit(resource.RLIMIT_FSIZE)[0] != limit


@pytest.mark.skipif(os.name != "posix", reason="named pipes of POSIX")
@pytest.mark.parametrize("mode", ["open", "read", "create"])
def test_a_pipe_is_not_waited_for(tmp_path: Path, mode: Mode) -> None:
    os.mkfifo(tmp_path / "pipe.clics")
    with pytest.raises(LibraryError, match="it is a device or a pipe"):
        use(tmp_path / "pipe.clics", mode)
