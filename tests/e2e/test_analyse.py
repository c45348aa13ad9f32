"""``clics analyse`` and ``clics describe`` through the real executable: answers, refusals, exit codes, streams."""

from __future__ import annotations

import json
import os
import shutil
import signal
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

EXAMPLES = Path(__file__).resolve().parents[2] / "resources" / "examples"
RUTILE = EXAMPLES / "rutile.cif"


def entries(result: subprocess.CompletedProcess[str]) -> list[dict[str, Any]]:
    answer = json.loads(result.stdout)
    assert isinstance(answer, list)
    return answer


def test_one_crystal(clics: Any, tiny_model: Path) -> None:
    result = clics("analyse", RUTILE, "--json", "--model", tiny_model)
    assert result.returncode == 0, result.stderr
    assert result.stderr == ""
    (entry,) = entries(result)
    assert list(entry) == [
        "file", "block", "formula", "sites", "symmetry", "space_groups", "environments", "connections", "shapes",
        "networks", "dimensionalities", "description", "summary", "geometry", "warnings",
    ]  # fmt: skip
    assert (entry["formula"], entry["sites"], entry["block"]) == ("TiO2", 6, "rutile")
    assert entry["file"] == str(RUTILE)
    symmetry = entry["symmetry"]
    assert (symmetry["symbol"], symmetry["number"], symmetry["tolerance"]) == ("P4_2/mnm", 136, 0.01)
    assert {other["tolerance"] for other in symmetry["other_tolerances"]} == {0.001, 0.1}
    assert 1 <= len(entry["space_groups"]) <= 5
    for group in entry["space_groups"]:
        assert set(group) == {"symbol", "number", "score", "agrees", "relation"}
        assert -1 <= group["score"] <= 1
        assert group["agrees"] is (group["number"] == 136) is (group["relation"] == "same")
    scores = [environment["score"] for environment in entry["environments"]]
    assert scores == sorted(scores, reverse=True)
    said = {e["phrase"]: e["in_description"] for e in entry["environments"]}
    assert set(map(type, said.values())) == {bool}
    assert said.get("[METAL] is bonded in an octahedral geometry.", True) is True
    assert "corner and edge-sharing TiO6 octahedra" in entry["description"]


def test_good_files_are_answered_beside_bad_ones(clics: Any, tiny_model: Path, tmp_path: Path) -> None:
    bad = tmp_path / "bad.cif"
    bad.write_text("this is not a crystal\n")
    files = [RUTILE, bad, tmp_path / "nowhere.cif", EXAMPLES / "sio2-quartz.cif"]
    result = clics("analyse", *files, "--json", "--model", tiny_model)
    assert result.returncode == 2
    first, second, third, fourth = entries(result)
    assert (first["formula"], fourth["formula"]) == ("TiO2", "SiO2")
    for entry, path in ((second, bad), (third, tmp_path / "nowhere.cif")):
        assert entry["file"] == str(path)
        assert set(entry["error"]) == {"kind", "message"}
        assert "formula" not in entry
    assert third["error"]["kind"] == "missing"
    assert result.stderr.count("clics: ") == 2
    assert str(bad) in result.stderr


def test_every_block_of_a_cif(clics: Any, tiny_model: Path) -> None:
    found = entries(clics("analyse", EXAMPLES / "titania-polymorphs.cif", "--json", "--model", tiny_model))
    assert [(e["block"], e["symmetry"]["number"]) for e in found] == [
        ("rutile", 136),
        ("anatase", 141),
        ("brookite", 61),
    ]


def test_a_disordered_crystal_gets_its_symmetry_and_an_error(clics: Any, tiny_model: Path) -> None:
    result = clics("analyse", EXAMPLES / "fe-ni-taenite.cif", "--json", "--model", tiny_model)
    assert result.returncode == 2
    (entry,) = entries(result)
    assert entry["error"]["kind"] == "disordered"
    assert entry["symmetry"]["number"] == 225
    assert entry["space_groups"] == entry["environments"] == entry["connections"] == []
    assert entry["description"] is None


def test_top(clics: Any, tiny_model: Path) -> None:
    (entry,) = entries(clics("analyse", RUTILE, "--top", "2", "--json", "--model", tiny_model))
    assert len(entry["space_groups"]) == 2


def test_folders_archives_and_odd_names(clics: Any, tiny_model: Path, tmp_path: Path) -> None:
    folder = tmp_path / "some crystals"
    folder.mkdir()
    shutil.copy(RUTILE, folder / "rütil -- 金紅石.cif")
    shutil.copy(RUTILE, os.fsencode(folder) + b"/caf\xe9.cif")
    archive = shutil.make_archive(str(tmp_path / "packed"), "zip", root_dir=EXAMPLES, base_dir="rutile.cif")
    result = clics("analyse", folder, archive, "--json", "--model", tiny_model)
    assert result.returncode == 0, result.stderr
    files = [entry["file"] for entry in entries(result)]
    assert len(files) == 3
    assert any(name.endswith("rütil -- 金紅石.cif") for name in files)
    assert any(name.endswith("caf\\xe9.cif") for name in files)
    assert clics("analyse", os.fsencode(folder) + b"/caf\xe9.cif", "--model", tiny_model).returncode == 0


def test_for_people(clics: Any, tiny_model: Path) -> None:
    result = clics("analyse", RUTILE, "--model", tiny_model)
    assert result.returncode == 0
    for words in ("TiO2", "P4₂/mnm (136)", "Ti1 2a · CN 6 · octahedron", "Description: TiO2 crystallizes"):
        assert words in result.stdout
    assert "\x1b" not in result.stdout


def test_no_model(clics: Any, tmp_path: Path) -> None:
    result = clics("analyse", RUTILE, "--model", tmp_path)
    assert result.returncode == 1
    assert result.stdout == ""
    assert "is not a model folder" in result.stderr
    assert "Traceback" not in result.stderr


@pytest.mark.skipif(sys.platform == "win32", reason="signals and pipes of POSIX")
def test_a_closed_pipe_is_no_failure(clics: Any, tiny_model: Path) -> None:
    executable = Path(sys.executable).with_name("clics")
    files = [str(RUTILE)] * 3
    with subprocess.Popen(
        [executable, "analyse", *files, "--json", "--model", tiny_model], stdout=subprocess.PIPE, stderr=subprocess.PIPE
    ) as process:
        assert process.stdout is not None
        assert process.stderr is not None
        process.stdout.readline()
        process.stdout.close()
        said = process.stderr.read()
        assert process.wait(120) == 0
    assert said == b""


def test_describe(clics: Any) -> None:
    result = clics("describe", RUTILE)
    assert result.returncode == 0
    assert "TiO2 crystallizes in the tetragonal space group P4₂/mnm (136)." in result.stdout
    assert "chains of edge-sharing TiO6 along [001]" in result.stdout.replace("\n", " ")
    assert "Metal" not in result.stdout
    stock = clics("describe", RUTILE, "--robocrystallographer").stdout
    assert "By the rules of robocrystallographer: TiO2 crystallizes in the tetragonal P4_2/mnm" in stock.replace(
        "\n", " "
    )
    (entry,) = entries(clics("describe", RUTILE, "--json"))
    assert entry["facts"]["space_group"]["number"] == 136
    (rung,) = entry["symmetry_ladder"]["rungs"]
    assert (rung["number"], rung["proposed"], rung["largest_displacement"]) == (136, True, 0)
    assert {site["geometry"] for site in entry["facts"]["sites"]} == {"octahedral", "trigonal planar"}


def test_bonds_are_corrected_by_rules(clics: Any) -> None:
    """Rutile has four Ti–O bonds of 1.95 Å and two of 1.98 Å."""
    (entry,) = entries(clics("describe", RUTILE, "--bond", "Ti-O:1.5-1.96", "--json"))
    geometry = entry["facts"]["geometry"]
    assert geometry["corrected"]
    assert geometry["sites"][0]["polyhedron"] == "TiO4"
    refused = clics("describe", RUTILE, "--bond", "Ti-O")
    assert refused.returncode == 2
    assert "Ti-O:1.8-2.2" in refused.stderr


def test_wrong_use_is_a_sentence_and_exit_code_2(clics: Any) -> None:
    for arguments in (["analyse"], ["analyse", "x.cif", "--top", "0"], ["nonsense"], ["describe", "x", "--nonsense"]):
        result = clics(*arguments)
        assert result.returncode == 2, arguments
        assert result.stdout == ""
        assert len(result.stderr.splitlines()) == 1
        assert result.stderr.startswith("clics: ")


def test_help_of_every_command(clics: Any) -> None:
    commands = ["analyse", "describe", "search", "similar", "library add", "library list", "library info",
                "library remove", "library export", "library update-embeddings", "library refresh", "library starter",
                "library update-descriptions",
                "library create", "library rename", "library check", "library delete", "models list", "models info",
                "models rename", "models remove", "report", "dataset build",
                "dataset pack", "dataset info", "train", "evaluate",
                "export"]  # fmt: skip
    from clics.cli.app import app
    from typer.main import get_command
    from typer.testing import CliRunner

    assert get_command(app).name == "clics"
    for command in commands:
        result = CliRunner().invoke(app, [*command.split(), "--help"])
        assert result.exit_code == 0, command
        assert "Example" in result.output, command
        assert "--json" in result.output, command
    assert "Examples" in clics("--help").stdout


def test_version(clics: Any) -> None:
    assert clics("--version").stdout.startswith("clics 0.")


def test_an_unexpected_failure_leaves_a_log_and_no_traceback(clics: Any, own_home: Path, tmp_path: Path) -> None:
    broken = tmp_path / "engine_breaks"
    broken.mkdir()
    (broken / "sitecustomize.py").write_text(
        "import clics.session\n"
        "def fail(*_args, **_options): raise RuntimeError('made to fail')\n"
        "clics.session.Session.iter_descriptions = fail\n"
    )
    result = clics("describe", RUTILE, env={"PYTHONPATH": str(broken)})
    assert result.returncode == 1
    assert "Traceback" not in result.stderr
    assert "RuntimeError: made to fail" in result.stderr
    (log,) = (own_home / "logs").iterdir()
    assert str(log) in result.stderr
    assert "Traceback" in log.read_text()
    assert "Traceback" in clics("describe", RUTILE, "--debug", env={"PYTHONPATH": str(broken)}).stderr


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="/dev/full is of Linux")
def test_a_full_disk_is_one_sentence(clics: Any, tiny_model: Path) -> None:
    with Path("/dev/full").open("w") as full:
        result = clics("describe", RUTILE, "--json", capture_output=False, stdout=full, stderr=subprocess.PIPE)
    assert result.returncode == 1
    assert result.stderr == (
        "clics: The output could not be written: the disk is full; free some space or choose another place.\n"
    )


def test_an_export_never_replaces_its_source(clics: Any, tiny_model: Path, tmp_path: Path) -> None:
    source = tmp_path / "rutile.cif"
    shutil.copy(RUTILE, source)
    result = clics("export", source, "-o", source, "--format", "csv", "--model", tiny_model)
    assert (result.returncode, result.stderr) == (
        2,
        f"clics: {source} is the file that was read; name another file for the output.\n",
    )
    assert source.read_bytes() == RUTILE.read_bytes()


@pytest.mark.skipif(sys.platform == "win32", reason="signals of POSIX")
def test_ctrl_c_closes_the_list_and_says_130(own_home: Path, tiny_model: Path, tmp_path: Path) -> None:
    for number in range(300):
        shutil.copy(RUTILE, tmp_path / f"{number}.cif")
    command = [Path(sys.executable).with_name("clics"), "analyse", tmp_path, "--json", "--model", tiny_model]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        assert process.stderr is not None
        head = [process.stdout.readline() for _ in range(3)]
        process.send_signal(signal.SIGINT)
        rest, said = process.stdout.read(), process.stderr.read()
    assert process.returncode == 130
    assert "Traceback" not in said
    assert 1 <= len(json.loads("".join(head) + rest)) < 300


def test_the_readme_shows_what_is_printed(clics: Any, tmp_path: Path) -> None:
    """The released model's answer for rutile, line by line."""
    readme = (RUTILE.parents[2] / "README.md").read_text(encoding="utf-8")
    shown = readme.split("prints:\n\n", 1)[1].split("\n## ", 1)[0]
    shutil.copy(RUTILE, tmp_path / "rutile.cif")
    printed = clics("analyse", "rutile.cif", "--top", "3", cwd=tmp_path, env={"COLUMNS": "112"}).stdout
    lines = [line.strip() for line in printed.strip().splitlines()]
    assert [line.strip() for line in shown.strip().splitlines()] == lines


def test_help_without_a_command_and_through_a_closed_pipe(clics: Any) -> None:
    for arguments in ([], ["library"], ["models"]):
        result = clics(*arguments)
        assert (result.returncode, result.stderr) == (2, "")
        assert "Usage: clics" in result.stdout
    for arguments in (["--help"], ["search", "octahedra", "--top", "20"], ["describe", RUTILE]):
        reading, writing = os.pipe()
        os.close(reading)
        result = clics(*arguments, capture_output=False, stdout=writing, stderr=subprocess.PIPE)
        os.close(writing)
        assert (result.returncode, result.stderr) == (0, ""), arguments


def test_nothing_to_read_is_a_sentence(clics: Any, tmp_path: Path) -> None:
    (tmp_path / "empty").mkdir()
    for command in ("analyse", "describe"):
        result = clics(command, tmp_path / "empty", "--json")
        (refused,) = json.loads(result.stdout)
        assert (result.returncode, refused["error"]["kind"]) == (2, "no-crystals")
        assert "holds no file" in refused["error"]["message"]
        unnamed = clics(command, "")
        assert (unnamed.returncode, unnamed.stdout) == (2, "")
        assert "empty name" in unnamed.stderr


def test_what_is_missing_is_a_sentence_without_numbers(clics: Any, tmp_path: Path) -> None:
    for arguments in (
        ["dataset", "info", tmp_path / "nothing"],
        ["evaluate", tmp_path / "nothing"],
        ["analyse", RUTILE, "--model", tmp_path / "nothing"],
        ["train", "-o", tmp_path / "nothing", "--resume"],
    ):
        result = clics(*arguments)
        assert result.returncode in (1, 2), arguments
        assert len(result.stderr.splitlines()) == 1
        assert "Errno" not in result.stderr
        assert "unexpectedly" not in result.stderr


def test_no_permission_is_a_sentence(clics: Any, own_home: Path, tmp_path: Path) -> None:
    """Where the system refuses a folder: root may do everything, so the refusal is the system's own of another place."""
    broken = tmp_path / "refuses"
    broken.mkdir()
    (broken / "sitecustomize.py").write_text(
        "import pathlib, os\n"
        "made = pathlib.Path.mkdir\n"
        "def mkdir(self, *args, **options):\n"
        "    if self.name == 'locked': raise PermissionError(13, os.strerror(13), str(self))\n"
        "    return made(self, *args, **options)\n"
        "pathlib.Path.mkdir = mkdir\n"
    )
    path = os.pathsep.join(filter(None, (str(broken), os.environ.get("PYTHONPATH"))))
    result = clics("dataset", "build", RUTILE, "-o", tmp_path / "locked", env={"PYTHONPATH": path})
    assert result.returncode == 1
    assert result.stderr == (
        f"clics: {tmp_path / 'locked'} could not be written: the folder may not be written to; choose another.\n"
    )
    assert not (own_home / "logs").exists()


def test_too_few_crystals_to_train_on_is_a_sentence(clics: Any, tmp_path: Path) -> None:
    assert clics("dataset", "build", RUTILE, "-o", tmp_path / "described").returncode == 0
    assert clics("dataset", "pack", "--described", tmp_path / "described", "-o", tmp_path / "packed").returncode == 0
    start = RUTILE.parents[1] / "model"
    result = clics("train", tmp_path / "packed", "-o", tmp_path / "mine", "--probe", "--start-from", start)
    assert result.returncode == 2
    assert "split of the data set holds no crystal" in result.stderr


def test_crystals_of_the_library_are_named_by_id(clics: Any, tiny_model: Path) -> None:
    result = clics("describe", RUTILE, "--id", "AB_hP6_154_a_b", "--id", "none", "--json")
    assert result.returncode == 2
    rutile, cinnabar, missing = entries(result)
    assert (rutile["formula"], cinnabar["formula"], missing["error"]["kind"]) == ("TiO2", "HgS", "unknown-id")
    assert "There is no crystal 'none' in the library" in result.stderr
    result = clics("analyse", "--id", "AB_hP6_154_a_b", "--json", "--model", tiny_model)
    assert result.returncode == 0, result.stderr
    assert [(entry["formula"], entry["symmetry"]["number"]) for entry in entries(result)] == [("HgS", 154)]
    result = clics("describe")
    assert (result.returncode, "Name a FILE, or --id" in result.stderr) == (2, True)
