"""Crystals through a pipe, answers one a line, and completion by shells."""

from __future__ import annotations

import csv
import gzip
import json
from pathlib import Path
from typing import Any

import pytest

EXAMPLES = Path(__file__).resolve().parents[2] / "resources" / "examples"
RUTILE = (EXAMPLES / "rutile.cif").read_bytes()
POSCAR = b"""NaCl in its primitive cell
1.0
0.0 2.82 2.82
2.82 0.0 2.82
2.82 2.82 0.0
Na Cl
1 1
Direct
0.0 0.0 0.0
0.5 0.5 0.5
"""
JSON_LINES = json.dumps(
    {"lattice": [[4.2, 0, 0], [0, 4.2, 0], [0, 0, 4.2]], "species": ["Cs", "Cl"], "frac_coords": [[0] * 3, [0.5] * 3]}
).encode()


def piped(clics: Any, content: bytes, *arguments: str | Path) -> Any:
    return clics(*arguments, input=content, encoding=None)


@pytest.mark.parametrize(
    ("content", "formula", "number"),  # space groups by International Tables
    [(RUTILE, "TiO2", 136), (gzip.compress(RUTILE), "TiO2", 136), (POSCAR, "NaCl", 225),
     (JSON_LINES + b"\n" + JSON_LINES, "CsCl", 221)],
    ids=["cif", "gzip", "poscar", "json lines"],
)  # fmt: skip
def test_the_format_is_recognised_by_content(clics: Any, content: bytes, formula: str, number: int) -> None:
    done = piped(clics, content, "describe", "-", "--jsonl")
    assert done.returncode == 0, done.stderr
    for line in done.stdout.decode().splitlines():
        answer = json.loads(line)
        assert (answer["schema"], answer["file"], answer["formula"]) == (2, "-", formula)
        assert answer["facts"]["space_group"]["number"] == number


@pytest.mark.parametrize(
    "arguments",
    [("analyse", "-"), ("similar", "-"), ("symmetrise", "-"), ("report", "-", "-o", "report.html")],
    ids=lambda arguments: arguments[0],
)
def test_every_command_that_takes_a_crystal_takes_a_pipe(
    clics: Any, tmp_path: Path, arguments: tuple[str, ...]
) -> None:
    done = clics(*arguments, input=RUTILE, encoding=None, cwd=tmp_path)
    assert (done.returncode, done.stderr) == (0, b"")


def test_a_library_takes_a_pipe(clics: Any, tiny_model: Path, tmp_path: Path) -> None:
    own = tmp_path / "own.clics"
    done = piped(clics, RUTILE, "library", "add", "-", "--library", own, "--model", tiny_model)
    assert (done.returncode, done.stderr) == (0, b"")
    listed = json.loads(clics("library", "list", "--json", "--library", own).stdout)
    assert [entry["formula"] for entry in listed] == ["TiO2"]


def test_tables_are_made_from_piped_crystals_and_from_piped_answers(clics: Any, tmp_path: Path) -> None:
    printed = clics("analyse", EXAMPLES / "rutile.cif", "--json").stdout.encode()
    for content, table in ((RUTILE, "crystals.csv"), (printed, "answers.csv")):
        assert piped(clics, content, "export", "-", "-o", tmp_path / table).returncode == 0
    tables = [
        [row for row in csv.reader((tmp_path / name).open(encoding="utf-8")) if "TiO2" in row]
        for name in ("crystals.csv", "answers.csv")
    ]
    assert len(tables[0]) == len(tables[1]) > 0


@pytest.mark.parametrize(("content", "words"), [(b"", "-: the file is empty"), (b"nonsense", "-: this is no format")])
def test_a_pipe_without_a_crystal_is_one_sentence(clics: Any, content: bytes, words: str) -> None:
    for command in (["analyse", "-"], ["similar", "-"]):
        done = piped(clics, content, *command)
        assert done.returncode == 2
        assert done.stderr.decode().startswith(f"clics: {words}")
        assert done.stderr.count(b"\n") == 1


def test_a_data_set_is_not_made_from_a_pipe(clics: Any, tmp_path: Path) -> None:
    done = piped(clics, RUTILE, "dataset", "build", "-", "-o", tmp_path / "set")
    assert done.returncode == 2
    assert b"standard input" in done.stderr
    assert not (tmp_path / "set").exists()


def test_hits_one_a_line_are_those_of_the_list(clics: Any, tiny_model: Path, examples_library: Path) -> None:
    command = ["search", "octahedra", "--library", examples_library, "--model", tiny_model]
    hits = json.loads(clics(*command, "--json").stdout)["hits"]
    lines = [json.loads(line) for line in clics(*command, "--jsonl").stdout.splitlines()]
    assert lines == [{"schema": 2, **hit} for hit in hits]


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_shells_get_a_completion(clics: Any, shell: str) -> None:
    assert f"_CLICS_COMPLETE=complete_{shell}" in clics(env={"_CLICS_COMPLETE": f"source_{shell}"}).stdout


def test_commands_libraries_and_models_are_completed(clics: Any, own_home: Path, tmp_path: Path) -> None:
    def complete(*words: str) -> list[str]:
        environment = {"_CLICS_COMPLETE": "complete_bash", "COMP_WORDS": " ".join(words),
                       "COMP_CWORD": str(len(words) - 1)}  # fmt: skip
        return clics(env=environment, cwd=tmp_path).stdout.split()

    own_home.mkdir(exist_ok=True)
    (own_home / "library.clics").touch()
    (tmp_path / "oxides.clics").touch()
    (tmp_path / "notes.txt").touch()
    (tmp_path / "mine" / "model").mkdir(parents=True)
    (tmp_path / "mine" / "model" / "config.json").touch()
    assert complete("clics", "sym") == ["symmetrise"]
    assert complete("clics", "search", "x", "--library", "o") == ["oxides.clics"]
    assert str(own_home / "library.clics") in complete("clics", "search", "x", "--library", str(own_home))
    assert complete("clics", "search", "x", "--model", "mine") == [str(Path("mine", "model"))]
