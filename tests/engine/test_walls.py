"""A training machine needs torch, numpy, safetensors and tokenizers or transformers, and nothing else."""

from __future__ import annotations

import pkgutil
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


OPEN_TO_THE_WINDOW = {"session", "results", "errors", "paths", "progress", "atomic_files", "elements"}


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
