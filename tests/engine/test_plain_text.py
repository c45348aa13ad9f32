"""What files say is shown without commands to a terminal, in one line, and of a sensible length."""

from __future__ import annotations

import os
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest
from clics.errors import InputError, reason_of
from clics.plain_text import LONGEST_MESSAGE, LONGEST_NAME, name, sentence, shortened, visible
from clics.readers.folders import files_of
from clics.readers.reading import read_file

ROOT = Path(__file__).resolve().parents[2]
RUTILE = (ROOT / "resources" / "examples" / "rutile.cif").read_text()


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("\x1b[31mred", "\\x1b[31mred"),
        ("two\nlines\r\ttab", "two\\nlines\\r\\ttab"),
        ("\x9b2J", "\\x9b2J"),
        ("abc\u202egpj.exe", "abc\\u202egpj.exe"),
        ("zero\u200bwidth\ufeff", "zero\\u200bwidth\\ufeff"),
        ("caf\udce9", "caf\\xe9"),
        ("P4₂/mnm · Ti–O 1.948 Å · 水晶", "P4₂/mnm · Ti–O 1.948 Å · 水晶"),
    ],
)
def test_what_cannot_be_seen_is_written_out(text: str, shown: str) -> None:
    assert visible(text) == shown
    assert visible(shown) == shown


def test_long_texts_lose_their_middle() -> None:
    assert shortened("a" * 10, 10) == "a" * 10
    short = shortened("a" * 50_000 + " is no crystal.", 100)
    assert len(short) == 100
    assert short.endswith(" is no crystal.")
    assert len(name("b" * 100_000)) == LONGEST_NAME
    assert len(InputError("x" * 100_000).message) == len(sentence("x" * 100_000)) == LONGEST_MESSAGE


def test_reasons_name_no_classes() -> None:
    assert reason_of(KeyError("matrix")) == "'matrix' is missing"
    assert reason_of(ValueError()) == "no reason is given"
    assert reason_of(RecursionError("maximum recursion depth exceeded")) == "it is nested too deeply"
    assert reason_of(ValueError("first.\nsecond")) == "first"


def test_names_in_files_are_plain(tmp_path: Path) -> None:
    archive = tmp_path / "names.zip"
    with zipfile.ZipFile(archive, "w") as members:
        members.writestr("\x1b[31mred.cif", RUTILE)
        members.writestr("a\nb.cif", RUTILE.replace("data_", "data_" + "n" * 70_000, 1))
    events = [event for event in read_file(str(archive)) if event.outcome is not None]
    assert [event.source.rpartition("!")[2] for event in events] == ["\\x1b[31mred.cif", "a\\nb.cif"]
    assert len(events[1].block) == LONGEST_NAME
    assert len(events[1].outcome.name) <= LONGEST_NAME  # type: ignore[union-attr]


def test_folders_without_crystals_say_so(tmp_path: Path) -> None:
    (tmp_path / "sub").mkdir()
    (tmp_path / "notes.md").touch()
    ((path, error),) = files_of([tmp_path])  # type: ignore[misc]
    assert (path, error.kind) == (str(tmp_path), "no-crystals")  # type: ignore[has-type]


def test_the_command_line_prints_no_commands_to_a_terminal(tmp_path: Path, own_home: Path) -> None:
    (tmp_path / "\x1b[31m.cif").write_text(RUTILE)
    (tmp_path / "bad\x1b]0;title\x07.cif").write_text("data_x\n")
    (tmp_path / "empty").mkdir()
    command = [sys.executable, "-P", "-m", "clics", "describe", *sorted(map(str, tmp_path.iterdir()))]
    environment = {**os.environ, "COLUMNS": "300"}
    result = subprocess.run(command, capture_output=True, check=False, timeout=300, env=environment)
    assert result.returncode == 2
    printed = result.stdout + result.stderr
    assert b"\x1b" not in printed
    assert b"\x07" not in printed
    assert b"\\x1b[31m.cif" in result.stdout
    assert result.stderr.count(b"\n") == result.stderr.count(b"clics: ") == 2
    assert b"empty: the folder holds no file that is supported" in result.stderr
