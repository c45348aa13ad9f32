"""Walls between rooms: training imports little, and a module that is new cannot escape the contracts of pyproject.toml."""

from __future__ import annotations

import os
import pkgutil
import shutil
import subprocess
import sys
import tomllib
from pathlib import Path

import clics
import clics.model
import clics.training

CODE = """
import importlib, sys

BLOCKED = {"pymatgen", "alignn", "robocrys", "ase", "matminer", "typer", "pandas", "rich", "faiss", "spglib", "moyopy", "gemmi",
           "openpyxl", "platformdirs", "psutil", "PySide6", "vispy", "monty"}

class Wall:
    def find_spec(self, name, path=None, target=None):
        if name.split(".")[0] in BLOCKED:
            raise ModuleNotFoundError(f"{name} is not on a training machine", name=name)

sys.meta_path.insert(0, Wall())
for name in sys.argv[1:]:
    importlib.import_module(name)
"""


def test_model_and_training_import_without_the_science_stack() -> None:
    names = [
        module.name
        for package in (clics.model, clics.training)
        for module in pkgutil.walk_packages(package.__path__, f"{package.__name__}.")
    ]
    assert "clics.model.encoder" in names
    assert "clics.training.trainer" in names
    command = [sys.executable, "-W", "ignore", "-c", CODE, *names]
    result = subprocess.run(command, capture_output=True, text=True, check=False)
    assert result.returncode == 0, result.stderr


OPEN_TO_THE_WINDOW = {
    "session", "engine_process", "results", "errors", "paths", "progress", "atomic_files", "elements", "plain_text",
}  # fmt: skip


def test_no_room_escapes_the_wall_of_the_window() -> None:
    settings = tomllib.loads((Path(__file__).resolve().parents[2] / "pyproject.toml").read_text(encoding="utf-8"))
    wall = next(
        contract
        for contract in settings["tool"]["importlinter"]["contracts"]
        if contract["name"].startswith("The window knows")
    )
    rooms = {module.name for module in pkgutil.iter_modules(clics.__path__)} - {"__main__"}
    assert {name.removeprefix("clics.") for name in wall["forbidden_modules"] if name.startswith("clics.")} == (
        rooms - OPEN_TO_THE_WINDOW
    )


ROOT = Path(__file__).resolve().parents[2]
PLANTED = {
    "engine/clics/retrieval/planted.py": "import faiss\n",
    "engine/clics/descriptions/planted.py": "import robocrys\nimport PySide6\n",
    "engine/clics/crystals/planted.py": "import clics.retrieval.planted\n",
    "clics_gui/panels/planted.py": "import vispy\nfrom clics_gui.shell.main_window import MainWindow\n",
    "clics_gui/new_room.py": "",
}
"""Modules that did not exist when the contracts were written, each of which breaks one or more of them."""
CONTRACTS = (
    "The engine: no room",
    "The engine knows no window",
    "The window: no room",
    "Only the program's entry sees the main window",
    "VisPy and OpenGL only in the viewer",
    "What the engine is compared with",
    "Only one module imports faiss",
)


def test_a_new_module_cannot_escape(tmp_path: Path) -> None:
    for package in ("engine/clics", "clics_gui"):
        shutil.copytree(
            ROOT / package, tmp_path / package, ignore=shutil.ignore_patterns("__pycache__", "*.json", "*.tsv")
        )
    shutil.copy(ROOT / "pyproject.toml", tmp_path)
    for path, text in PLANTED.items():
        (tmp_path / path).write_text(text, encoding="utf-8")
    path = os.pathsep.join([str(tmp_path / "engine"), str(tmp_path)])
    command = [
        sys.executable,
        "-c",
        "from importlinter.cli import lint_imports_command; lint_imports_command()",
        "--no-cache",
    ]
    result = subprocess.run(
        command, cwd=tmp_path, capture_output=True, text=True, check=False, env=os.environ | {"PYTHONPATH": path}
    )
    verdicts = " ".join(result.stdout.split())
    for contract in CONTRACTS:
        after = verdicts.partition(contract)[2]
        assert after, (contract, result.stdout, result.stderr)
        assert after.partition("BROKEN")[0].count("KEPT") == 0, f"{contract} lets a new module through"
    assert result.returncode != 0
