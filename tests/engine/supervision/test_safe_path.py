"""No process of the program imports what lies in the current folder."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest
import tasks
from clics.readers.record import Record
from clics.readers.sandbox import Reader
from clics.supervision.command import child_command, cli_command, safe_environment
from clics.supervision.limits import Limits
from clics.supervision.pool import SupervisedPool
from clics.supervision.task import Task, folder_of, name_of

ROOT = Path(__file__).resolve().parents[3]
EXAMPLES = ROOT / "resources" / "examples"
PLANTED = (
    "multiprocessing", "numpy", "clics", "engine", "json", "subprocess", "psutil", "torch", "pymatgen", "spglib", "gemmi",
    "clics_resources", "sitecustomize", "usercustomize",
)  # fmt: skip


@pytest.fixture
def planted(tmp_path: Path) -> Path:
    """A folder with modules that leave a trace when they are imported."""
    folder = tmp_path / "downloads"
    folder.mkdir()
    for name in PLANTED:
        (folder / f"{name}.py").write_text(
            f"import os\nos.close(os.open({str(tmp_path / 'executed')!r}, os.O_CREAT | os.O_WRONLY))\n"
            f"raise SystemExit('{name}.py of the current folder was imported')\n"
        )
    return folder


def run(arguments: list[str], folder: Path, home: Path) -> str:
    environment = {**safe_environment(), "CLICS_HOME": str(home)}
    result = subprocess.run(
        arguments, cwd=folder, env=environment, capture_output=True, text=True, check=False, timeout=500
    )
    assert not (folder.parent / "executed").exists(), result.stderr
    assert result.returncode == 0, result.stderr
    return result.stdout


@pytest.mark.parametrize(
    "arguments",
    [
        ["analyse", EXAMPLES / "rutile.cif", EXAMPLES / "sio2-quartz.cif"],
        [
            "library",
            "add",
            EXAMPLES / "rutile.cif",
            EXAMPLES / "sio2-quartz.cif",
            "--library",
            "l.clics",
            "--workers",
            "2",
        ],
        ["dataset", "build", EXAMPLES / "rutile.cif", EXAMPLES / "sio2-quartz.cif", "-o", "built", "--workers", "2"],
    ],
    ids=lambda arguments: " ".join(map(str, arguments[:2])),
)
def test_commands_import_nothing_from_the_current_folder(
    arguments: list[str | Path], planted: Path, tmp_path: Path, tiny_model: Path
) -> None:
    model = ["--model", str(tiny_model)] if arguments[0] in ("analyse", "library") else []
    run([*cli_command(), *map(str, arguments), *model], planted, tmp_path / "home")


BIN = Path(sys.executable).parent
RUTILE = str(EXAMPLES / "rutile.cif")


BEFORE_US = ("clics", "sitecustomize", "usercustomize")
"""What Python itself imports before the first line of the program where it is told to look in the current folder."""


@pytest.mark.parametrize(
    ("command", "variables", "told"),
    [
        ([str(BIN / "clics"), "describe", RUTILE], {}, False),
        ([str(BIN / "clics"), "describe", RUTILE], {"PYTHONPATH": f":{safe_environment()['PYTHONPATH']}"}, True),
        ([sys.executable, "-m", "clics.cli", "describe", RUTILE], {}, True),
        ([str(BIN / "clics-gui"), "--version"], {}, False),
        ([str(BIN / "torchrun"), "--nproc-per-node", "1", "-m", "clics.cli", "--version"], {"PYTHONSAFEPATH": "1"}, False),
    ],
    ids=["script", "empty-entry", "-m", "window", "torchrun"],
)  # fmt: skip
def test_programs_import_nothing_from_the_current_folder(
    command: list[str], variables: dict[str, str], told: bool, planted: Path, tmp_path: Path
) -> None:
    """As a user starts them: without ``PYTHONSAFEPATH``, but for torchrun (docs/how-to/cluster.md)."""
    for name in BEFORE_US if told else ():
        (planted / f"{name}.py").unlink()
    environment = {**safe_environment(), "CLICS_HOME": str(tmp_path / "home")}
    del environment["PYTHONSAFEPATH"]
    result = subprocess.run(
        command, cwd=planted, env=environment | variables, capture_output=True, text=True, check=False, timeout=300
    )
    assert not (tmp_path / "executed").exists(), result.stderr
    assert result.returncode == 0, result.stderr


def test_a_training_started_by_the_window_imports_nothing_from_the_current_folder(
    planted: Path, tmp_path: Path
) -> None:
    run(
        [sys.executable, "-P", "-c", f"""
import time
from pathlib import Path
from clics.jobs import process, status
from clics.jobs.job_spec import TrainingJobSpec
from clics.training.recipe import Recipe
folder = Path({str(tmp_path / "job")!r})
folder.mkdir()
recipe = Recipe.preset("quick").to_json()
TrainingJobSpec("name", Path("there-is-none.cif"), "quick", recipe, None, "cpu", "2026").save(folder)
process.start(folder)
while status.alive(folder, status.read(folder)):
    time.sleep(0.1)
assert "there-is-none.cif" in (folder / status.LOG).read_text()
"""], planted, tmp_path / "home",
    )  # fmt: skip


def test_a_training_imports_nothing_from_the_current_folder(planted: Path, tmp_path: Path, tiny_model: Path) -> None:
    crystals = tmp_path / "crystals.jsonl"
    run(
        [sys.executable, "-P", "-c", f"""
from pathlib import Path
from clics.export.libraries import export_library
from clics.library.store import Library
from clics.paths import starter_library
from clics.query.filters import parse_filter
with Library(starter_library(), "read") as library:
    export_library(library, Path({str(crystals)!r}), where=parse_filter("sites<7"))
"""], planted, tmp_path / "home",
    )  # fmt: skip
    short = tmp_path / "short.jsonl"
    short.write_text("".join(crystals.read_text().splitlines(keepends=True)[:40]))
    recipe = tmp_path / "recipe.json"
    recipe.write_text('{"epochs": 1, "batch": 8, "bank_min_count": 1, "text_every": 2}')
    arguments = ["train", str(short), "-o", "trained", "--recipe", str(recipe), "--start-from", str(tiny_model)]
    run([*cli_command(), *arguments, "--workers", "2", "--device", "cpu"], planted, tmp_path / "home")


def test_graphs_in_processes_are_those_built_here(planted: Path, tmp_path: Path) -> None:
    out = run(
        [sys.executable, "-P", "-c", f"""
import numpy as np
from pathlib import Path
from clics.dataset.packed_reader import Record, load, pack
from clics.model.graph import GraphSettings

from clics.sources.prototypes import aflow_prototypes
from clics.training import graph_cache
folder = Path({str(tmp_path / "packed")!r})
crystals = [c for c in aflow_prototypes() if c.num_sites < 9][:20]
pack([Record(c.id, c.formula, *c.arrays(), "train", 1) for c in crystals], folder, {{"licence": "AFLOW", "sources": []}})
data, rows = load(folder), np.arange(20)
graph_cache._CHUNK = 6
one = graph_cache.load_graphs(data, rows, GraphSettings(), folder / "one", workers=1)
two = graph_cache.load_graphs(data, rows, GraphSettings(), folder / "two", workers=2)
assert all((one.arrays[name] == two.arrays[name]).all() for name in one.arrays)
assert (one.atom_offsets == two.atom_offsets).all()
print(len(two), sorted(path.name for path in next((folder / "two").iterdir()).iterdir() if path.suffix != ".npy"))
"""], planted, tmp_path / "home",
    )  # fmt: skip
    assert out.strip() == "20 ['done']"


def test_a_child_has_a_safe_path_and_one_thread(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    elsewhere = tmp_path / "elsewhere"
    monkeypatch.setenv("PYTHONPATH", os.pathsep.join(["", ".", "relative", str(elsewhere), ""]))
    task = Task(name_of(tasks.worker), {}, folder_of(tasks.worker))
    with SupervisedPool(task, lambda item: item, workers=1, limits=Limits()) as pool:
        ((_, (safe, path, variable, threads)),) = pool.run(["path"])
    assert safe is True
    assert threads == "1"
    assert variable.split(os.pathsep)[-1] == str(elsewhere)
    assert all(os.path.isabs(entry) for entry in [*path, *variable.split(os.pathsep)])
    assert str(tmp_path) not in path
    assert path[-1] == str(Path(__file__).parent)  # where the task is; last, so that it hides nothing


def test_an_empty_python_path_is_removed(monkeypatch: pytest.MonkeyPatch) -> None:
    import sysconfig

    monkeypatch.setenv("PYTHONPATH", "")
    monkeypatch.setattr(sysconfig, "get_path", lambda _: str(ROOT / "engine"))  # as in an installed program
    assert "PYTHONPATH" not in safe_environment()


@pytest.fixture
def packaged(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A program that brings its own interpreter: sys.executable is the window's, and the command line lies beside it."""
    folder = tmp_path / "opt"
    folder.mkdir()
    cli = folder / "clics"
    cli.write_text(f"#!/bin/sh\nexec '{sys.executable}' -P -c 'from clics.cli import main; main()' \"$@\"\n")
    cli.chmod(0o755)
    monkeypatch.setattr(sys, "executable", str(folder / "clics-gui"))
    return cli


@pytest.mark.skipif(os.name == "nt", reason="the program is a shell script")
def test_workers_run_where_the_executable_is_the_program(
    packaged: Path, planted: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert cli_command() == [str(packaged)]
    monkeypatch.chdir(planted)
    reader = Reader()
    try:
        events = list(reader.events(str(EXAMPLES / "rutile.cif"), (0, 0), None))
    finally:
        reader.close()
    [rutile] = [event.outcome for event in events if isinstance(event.outcome, Record)]
    assert [atoms[0][0] for atoms in rutile.sites] == ["Ti"] * 2 + ["O"] * 4
    assert not (planted.parent / "executed").exists()


def test_command_lines_of_programs(monkeypatch: pytest.MonkeyPatch) -> None:
    assert cli_command() == [sys.executable, "-P", "-m", "clics"]
    assert child_command("a:b") == [*cli_command(), "--worker", "supervised", "a:b"]
    monkeypatch.setattr(sys, "executable", str(Path("opt") / "CLICS.exe"))
    assert cli_command() == [str(Path("opt") / "clics.exe")]
    monkeypatch.setattr(sys, "executable", str(Path("opt") / "anything.exe"))
    monkeypatch.setattr(sys, "frozen", True, raising=False)
    assert cli_command() == [str(Path("opt") / "clics.exe")]


def test_a_worker_that_is_unknown_is_refused_in_one_sentence(tmp_path: Path) -> None:
    for name in ("nothing", ""):
        command = [*cli_command(), "--worker", *([name] if name else [])]
        done = subprocess.run(command, env=safe_environment(), capture_output=True, text=True, check=False)
        assert done.returncode == 1
        assert done.stderr.startswith("clics: --worker")
        assert done.stderr.count("\n") == 1


def test_the_program_as_a_module_in_a_folder_of_downloads(planted: Path) -> None:
    (planted / "clics.py").unlink()  # Python itself would start this one in place of the program
    environment = {key: value for key, value in safe_environment().items() if key != "PYTHONSAFEPATH"}
    result = subprocess.run(
        [sys.executable, "-m", "clics", "describe", EXAMPLES / "rutile.cif"],
        cwd=planted, env=environment, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert not (planted.parent / "executed").exists(), result.stderr
    assert result.returncode == 0, result.stderr
    assert "TiO2" in result.stdout
