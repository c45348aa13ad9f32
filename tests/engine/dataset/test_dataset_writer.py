"""The order of a described data set, and what a kill leaves behind."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from clics.dataset import reorder_buffer as ahead_file
from clics.dataset.description_store import AHEAD, encode, read_lines
from clics.dataset.writer import DescribedWriter

ABOUT = {"versions": [{"robocrys": "1"}], "sources": ["a"], "licence": None}
WRITE_AND_DIE = """
import os, sys
from pathlib import Path
from clics.dataset.writer import DescribedWriter
writer = DescribedWriter(Path(sys.argv[1]), {"versions": [{"robocrys": "1"}], "sources": ["a"], "licence": None})
for number in range(6):
    writer.want(f"{number:032x}")
for number in (2, 0, 5, 3):
    writer.append({"key": f"{number:032x}", "id": str(number), "text": "x" * 100})
os.kill(os.getpid(), 9)
"""


def key(number: int) -> str:
    return f"{number:032x}"


def line(number: int, **more: object) -> dict[str, object]:
    return {"key": key(number), "id": str(number), "text": "x" * 100, **more}


def names(folder: Path) -> list[str]:
    return [found["id"] for found in read_lines(folder)]


def everything(folder: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in folder.iterdir()}


@pytest.fixture
def in_order(tmp_path: Path) -> Path:
    folder = tmp_path / "in-order"
    with DescribedWriter(folder, ABOUT) as writer:
        for number in range(6):
            assert writer.want(key(number))
            writer.append(line(number))
    return folder


@pytest.mark.parametrize("order", [(5, 4, 3, 2, 1, 0), (1, 0, 3, 2, 5, 4), (0, 5, 1, 4, 2, 3)])
def test_lines_are_in_the_order_they_were_asked_for(in_order: Path, tmp_path: Path, order: tuple[int, ...]) -> None:
    with DescribedWriter(tmp_path / "d", ABOUT) as writer:
        assert all(writer.want(key(number)) for number in range(6))
        for number in order:
            writer.append(line(number))
    assert everything(tmp_path / "d") == everything(in_order)


def test_killed_writer_forgets_nothing_and_goes_on_in_order(in_order: Path, tmp_path: Path) -> None:
    folder = tmp_path / "d"
    died = subprocess.run([sys.executable, "-c", WRITE_AND_DIE, str(folder)], env={**os.environ}, check=False)
    assert died.returncode == -9
    assert sorted(names(folder)) == ["0", "2", "3", "5"]
    with (folder / AHEAD).open("ab") as file:
        file.write(encode(line(4))[:-20])  # torn
    with DescribedWriter(folder, ABOUT) as writer:
        assert [number for number in range(6) if writer.want(key(number))] == [1, 4]
        writer.append(line(4))
        writer.append(line(1))
    assert everything(folder) == everything(in_order)


def test_a_line_that_a_kill_left_in_both_files_comes_once(in_order: Path, tmp_path: Path) -> None:
    (in_order / AHEAD).write_bytes(encode(line(5)) + encode(line(2)))
    with DescribedWriter(in_order, ABOUT) as writer:
        assert not any(writer.want(key(number)) for number in range(6))
    assert names(in_order) == ["0", "1", "2", "3", "4", "5"]
    assert not (in_order / AHEAD).exists()


def test_ready_lines_of_another_source_wait_for_it(tmp_path: Path) -> None:
    with DescribedWriter(tmp_path, ABOUT) as writer:
        assert all(writer.want(key(number)) for number in range(3))
        writer.append(line(2))
    with DescribedWriter(tmp_path, ABOUT) as writer:
        assert writer.want(key(9))
        writer.append(line(9))
    assert sorted(names(tmp_path)) == ["2", "9"]
    with DescribedWriter(tmp_path, ABOUT) as writer:
        assert [number for number in range(3) if writer.want(key(number))] == [0, 1]
        writer.append(line(1))
        writer.append(line(0))
    assert names(tmp_path) == ["9", "0", "1", "2"]


def test_nothing_is_wanted_twice_in_a_run(tmp_path: Path) -> None:
    with DescribedWriter(tmp_path, ABOUT) as writer:
        assert writer.want(key(1))
        assert not writer.want(key(1))
        writer.append(line(1, error={"kind": "failed", "message": ""}))
        assert not writer.want(key(1), retry_failed=True)
    with DescribedWriter(tmp_path, ABOUT) as writer:
        assert writer.want(key(1), retry_failed=True)
        writer.append(line(1))
    with DescribedWriter(tmp_path, ABOUT) as writer:
        assert not writer.want(key(1), retry_failed=True)


def test_file_of_waiting_lines_stays_small(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ahead_file, "_WASTE", 1000)
    largest = 0
    with DescribedWriter(tmp_path, ABOUT) as writer:
        assert all(writer.want(key(number)) for number in range(200))
        for number in range(1, 200, 2):  # always two ahead, never none
            if number + 2 < 200:
                writer.append(line(number + 2))
            writer.append(line(number - 1))
            if number == 1:
                writer.append(line(1))
            largest = max(largest, (tmp_path / AHEAD).stat().st_size)
    assert names(tmp_path) == [str(number) for number in range(200)]
    assert largest < 3000
    assert json.loads((tmp_path / "about.json").read_text())["format"] == 1
