"""Every benchmark that is a command starts, and the index of benchmarks names it."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
SCRIPTS = sorted(path for path in (ROOT / "benchmarks").glob("*.py"))
COMMANDS = [path.stem for path in SCRIPTS if "__main__" in path.read_text(encoding="utf-8")]


@pytest.mark.parametrize("name", COMMANDS)
def test_a_benchmark_starts(name: str) -> None:
    environment = {**os.environ, "PYTHONPATH": str(ROOT / "engine"), "QT_QPA_PLATFORM": "offscreen"}
    command = [sys.executable, "-m", f"benchmarks.{name}", "--help"]
    done = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, check=False, timeout=120)
    assert done.returncode == 0, done.stderr
    assert "usage:" in done.stdout


def test_the_index_names_every_module() -> None:
    index = (ROOT / "benchmarks" / "README.md").read_text(encoding="utf-8")
    assert [path.stem for path in SCRIPTS if f"`{path.stem}" not in index] == []
