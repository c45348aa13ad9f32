"""Atomic writes: the content is whole or absent, and nothing but a regular file is ever replaced."""

from __future__ import annotations

import errno
import os
import sqlite3
import stat
import subprocess
import sys
import threading
import time
from contextlib import closing
from pathlib import Path

import pytest
from clics.atomic_files import (
    make_folder,
    partial_path,
    put_in_place,
    replacing,
    replacing_path,
    sync_folder,
    write_bytes,
    write_text,
)
from clics.errors import ClicsError, InputError
from clics.supervision.command import safe_environment

posix = pytest.mark.skipif(os.name != "posix", reason="modes, links and pipes of POSIX")


def test_a_file_is_replaced_when_the_block_ends(tmp_path: Path) -> None:
    path = tmp_path / "a.json"
    path.write_bytes(b"before")
    with replacing(path) as file:
        file.write(b"after")
        assert path.read_bytes() == b"before"
    assert path.read_bytes() == b"after"
    assert list(tmp_path.iterdir()) == [path]


def test_an_exception_leaves_the_target_and_no_other_file(tmp_path: Path) -> None:
    path = tmp_path / "a.json"
    write_text(path, "before")
    with pytest.raises(KeyboardInterrupt):
        _interrupted(path)
    with pytest.raises(ZeroDivisionError), replacing_path(tmp_path / "new.json") as temporary:
        temporary.write_bytes(bytes([1 // 0]))
    assert path.read_text() == "before"
    assert list(tmp_path.iterdir()) == [path]


def test_text_keeps_its_line_ends(tmp_path: Path) -> None:
    write_text(tmp_path / "a.txt", "één\nline\r\n")
    assert (tmp_path / "a.txt").read_bytes() == "één\nline\r\n".encode()


@posix
@pytest.mark.parametrize("mode", [0o600, 0o644, 0o664, 0o755])
def test_an_existing_file_keeps_its_mode(mode: int, tmp_path: Path) -> None:
    path = tmp_path / "a.json"
    path.touch()
    path.chmod(mode)
    write_bytes(path, b"1")
    assert stat.S_IMODE(path.stat().st_mode) == mode


@posix
def test_a_new_file_has_the_mode_that_the_umask_leaves(tmp_path: Path) -> None:
    mask = os.umask(0o027)
    try:
        write_bytes(tmp_path / "a.json", b"1")
    finally:
        os.umask(mask)
    assert stat.S_IMODE((tmp_path / "a.json").stat().st_mode) == 0o640


@posix
@pytest.mark.parametrize("exists", [True, False])
def test_a_link_stays_a_link_and_its_target_is_written(exists: bool, tmp_path: Path) -> None:
    target, link, second = tmp_path / "folder" / "target", tmp_path / "link", tmp_path / "second"
    target.parent.mkdir()
    if exists:
        target.write_bytes(b"before")
    link.symlink_to(Path("folder") / "target")
    second.symlink_to(link)
    write_bytes(second, b"after")
    assert link.is_symlink()
    assert second.is_symlink()
    assert target.read_bytes() == b"after"
    assert [path.name for path in target.parent.iterdir()] == ["target"]


@posix
def test_a_link_to_itself_is_refused(tmp_path: Path) -> None:
    (tmp_path / "loop").symlink_to("loop")
    with pytest.raises(ClicsError, match="could not be written") as caught:
        write_bytes(tmp_path / "loop", b"1")
    assert caught.value.kind == "not-written"
    assert (tmp_path / "loop").is_symlink()


@posix
def test_a_pipe_is_written_to_and_not_replaced(tmp_path: Path) -> None:
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    received: list[bytes] = []
    reader = threading.Thread(target=lambda: received.append(pipe.read_bytes()))
    reader.start()
    write_bytes(pipe, b"content")
    reader.join(10)
    assert received == [b"content"]
    assert stat.S_ISFIFO(pipe.stat().st_mode)
    assert list(tmp_path.iterdir()) == [pipe]


@posix
def test_a_device_is_written_to_and_not_replaced(tmp_path: Path) -> None:
    link = tmp_path / "null"
    link.symlink_to("/dev/null")
    write_bytes(link, b"1")
    assert stat.S_ISCHR(link.stat().st_mode)
    assert list(tmp_path.iterdir()) == [link]


def test_a_folder_is_refused(tmp_path: Path) -> None:
    (tmp_path / "folder").mkdir()
    with pytest.raises(ClicsError, match="a folder of that name is there already") as caught:
        write_bytes(tmp_path / "folder", b"1")
    assert caught.value.kind == "not-written"
    (tmp_path / "finished").write_bytes(b"1")
    with pytest.raises(IsADirectoryError):
        put_in_place(tmp_path / "finished", tmp_path / "folder")
    assert sorted(path.name for path in tmp_path.iterdir()) == ["finished", "folder"]


def test_the_source_is_refused_under_every_name(tmp_path: Path) -> None:
    source = tmp_path / "rutile.cif"
    source.write_bytes(b"data_rutile")
    names = [source, tmp_path / "." / "rutile.cif"]
    if os.name == "posix":
        (tmp_path / "link.csv").symlink_to(source)
        os.link(source, tmp_path / "hard.csv")
        names += [tmp_path / "link.csv", tmp_path / "hard.csv"]
    for name in names:
        with pytest.raises(InputError, match="is the file that was read") as caught, replacing(name, sources=[source]):
            pass
        assert caught.value.kind == "output-is-source"
    assert source.read_bytes() == b"data_rutile"
    with replacing(tmp_path / "other.cif", sources=[source, "archive.zip/a.cif", "mp-1234", "a\0b", tmp_path]) as file:
        file.write(b"1")
    assert (tmp_path / "other.cif").read_bytes() == b"1"


def test_no_folder_and_a_name_too_long_are_one_sentence(tmp_path: Path) -> None:
    for path, reason in (
        (tmp_path / "no" / "a", "there is no such folder; choose another"),
        (tmp_path / ("a" * 300), "the name is too long; choose a shorter one"),
    ):
        with pytest.raises(ClicsError) as caught:
            write_bytes(path, b"1")
        assert caught.value.message == f"{path} could not be written: {reason}."


@posix
@pytest.mark.skipif(hasattr(os, "geteuid") and os.geteuid() == 0, reason="root may write everywhere")
def test_a_read_only_folder_is_one_sentence(tmp_path: Path) -> None:
    tmp_path.chmod(0o500)
    with pytest.raises(ClicsError, match="the folder may not be written to; choose another"):
        write_bytes(tmp_path / "a", b"1")
    tmp_path.chmod(0o700)


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="/proc is of Linux")
def test_a_file_system_without_files_is_one_sentence() -> None:
    with pytest.raises(ClicsError, match=r"^/proc/clics could not be written: [a-z ]+; choose another( place)?\.$"):
        write_bytes(Path("/proc/clics"), b"1")


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="/dev/full is of Linux")
def test_a_full_disk_is_one_sentence(tmp_path: Path) -> None:
    with pytest.raises(ClicsError, match="the disk is full; free some space or choose another place"):
        write_bytes(Path("/dev/full"), b"1" * 100_000)


def test_a_disk_that_fills_while_syncing_leaves_the_old_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(_: int) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    write_bytes(tmp_path / "a", b"before")
    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(ClicsError, match="the disk is full"):
        write_bytes(tmp_path / "a", b"after")
    assert (tmp_path / "a").read_bytes() == b"before"
    assert [path.name for path in tmp_path.iterdir()] == ["a"]


def test_file_and_folder_are_synced_in_this_order(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    synced: list[tuple[bool, list[str]]] = []

    def note(descriptor: int) -> None:
        synced.append((stat.S_ISDIR(os.fstat(descriptor).st_mode), sorted(p.name[:2] for p in tmp_path.iterdir())))

    monkeypatch.setattr(os, "fsync", note)
    write_bytes(tmp_path / "a", b"1")
    assert synced[0] == (False, [".a"])
    assert synced[1:] == ([(True, ["a"])] if os.name == "posix" else [])
    synced.clear()
    write_bytes(tmp_path / "a", b"2", durable=False)
    assert synced == []
    sync_folder(tmp_path, files=True)
    assert [folder for folder, _ in synced] == ([False, True] if os.name == "posix" else [False])


def test_what_another_machine_left_goes_after_a_day(tmp_path: Path) -> None:
    old, young, other = (tmp_path / name for name in (".a.0123.part", ".a.4567.part", ".b.0123.part"))
    for path in (old, young, other):
        path.touch()
    two_days_ago = time.time() - 2 * 86400
    os.utime(old, (two_days_ago, two_days_ago))
    os.utime(other, (two_days_ago, two_days_ago))
    write_bytes(tmp_path / "a", b"1")
    assert sorted(path.name for path in tmp_path.iterdir()) == [".a.4567.part", ".b.0123.part", "a"]


@posix
def test_what_a_killed_program_left_goes_with_the_next_writing(tmp_path: Path) -> None:
    program = (
        "import os, signal, sys; from pathlib import Path; from clics.atomic_files import partial_path, replacing\n"
        "folder = Path(sys.argv[1]); grown = partial_path(folder / 'b'); grown.mkdir(); (grown / 'x').touch()\n"
        "with replacing(folder / 'a') as file: file.write(b'half'); os.kill(os.getpid(), signal.SIGKILL)\n"
    )
    for _ in range(2):
        subprocess.run([sys.executable, "-c", program, tmp_path], check=False, env=safe_environment())
    assert len(list(tmp_path.iterdir())) == 2, "the second removed what the first left"
    with replacing(tmp_path / "a") as file:  # a file of a program that runs stays
        write_bytes(tmp_path / "a", b"1")
        file.write(b"2")
    partial_path(tmp_path / "b")
    assert [path.name for path in tmp_path.iterdir()] == ["a"]
    assert (tmp_path / "a").read_bytes() == b"2"


@posix
def test_what_safetensors_says_of_the_disk_is_one_sentence(tmp_path: Path) -> None:
    import numpy as np
    from safetensors.numpy import save_file

    code = (
        "import resource, signal, sys; import numpy as np; from pathlib import Path; from safetensors.numpy import save_file\n"
        "from clics.atomic_files import replacing_path; from clics.errors import ClicsError\n"
        "signal.signal(signal.SIGXFSZ, signal.SIG_IGN); resource.setrlimit(resource.RLIMIT_FSIZE, (1000, 1000))\n"
        "try:\n"
        "    with replacing_path(Path(sys.argv[1])) as path: save_file({'x': np.zeros(10000)}, path)\n"
        "except ClicsError as error: print(error.message)\n"
    )
    path = tmp_path / "x.safetensors"
    save_file({"x": np.ones(3)}, path)
    before = path.read_bytes()
    result = subprocess.run([sys.executable, "-c", code, path], capture_output=True, text=True, env=safe_environment())
    assert result.stdout == f"{path} could not be written: File too large.\n", result.stderr
    assert [entry.name for entry in tmp_path.iterdir()] == [path.name]
    assert path.read_bytes() == before


def test_two_writers_at_once_leave_one_whole_file(tmp_path: Path) -> None:
    path = tmp_path / "a"

    def write(letter: bytes) -> None:
        for _ in range(20):
            write_bytes(path, letter * 100_000)

    threads = [threading.Thread(target=write, args=(letter,)) for letter in (b"x", b"y")]
    for thread in threads:
        thread.start()
    while any(thread.is_alive() for thread in threads):
        if path.exists():
            content = path.read_bytes()
            assert len(content) == 100_000
            assert len(set(content)) == 1
    assert [found.name for found in tmp_path.iterdir()] == ["a"]


def _interrupted(path: Path) -> None:
    with replacing(path) as file:
        file.write(b"half")
        raise KeyboardInterrupt


@posix
def test_a_file_that_nobody_may_write_to_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "kept.csv"
    write_text(path, "before")
    path.chmod(0o400)
    with pytest.raises(ClicsError, match="the file is read-only"):
        write_text(path, "after")
    assert path.read_text() == "before"
    assert stat.S_IMODE(path.stat().st_mode) == 0o400
    assert list(tmp_path.iterdir()) == [path]


def test_a_database_is_never_replaced(tmp_path: Path) -> None:
    path = tmp_path / "library.clics"
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("CREATE TABLE a (b)")
        connection.commit()
    before = path.read_bytes()
    with pytest.raises(ClicsError, match="a library or another database"):
        write_text(path, "after")
    assert path.read_bytes() == before


@posix
@pytest.mark.parametrize("what", ["file", "link to a file", "link to nothing", "device", "below a file"])
def test_a_folder_is_made_only_where_nothing_else_is(tmp_path: Path, what: str) -> None:
    wrong = tmp_path / "there"
    if what in ("file", "below a file"):
        wrong.write_text("kept")
    elif what == "link to a file":
        (tmp_path / "own").write_text("kept")
        wrong.symlink_to(tmp_path / "own")
    elif what == "link to nothing":
        wrong.symlink_to(tmp_path / "nothing")
    else:
        wrong.symlink_to("/dev/null")
    wanted = wrong / "inside" if what == "below a file" else wrong
    with pytest.raises(InputError, match="is no folder; name another one") as told:
        make_folder(wanted)
    assert told.value.kind == "bad-output"
    assert str(wrong) in str(told.value)
    kept = [path.read_text() for path in (wrong, tmp_path / "own") if path.is_file()]
    assert set(kept) <= {"kept"}
    assert not (tmp_path / "nothing").exists()


def test_a_folder_that_is_there_stays(tmp_path: Path) -> None:
    (tmp_path / "there").mkdir()
    (tmp_path / "there" / "file").write_text("kept")
    make_folder(tmp_path / "there")
    make_folder(tmp_path / "new" / "below")
    assert (tmp_path / "there" / "file").read_text() == "kept"
    assert (tmp_path / "new" / "below").is_dir()
