"""A training machine needs torch, numpy, safetensors and tokenizers or transformers, and nothing else."""

from __future__ import annotations

import pkgutil
import subprocess
import sys

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
