from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

Run = Callable[..., "subprocess.CompletedProcess[str]"]


@pytest.fixture
def clics(own_home: Path) -> Run:
    """The real ``clics`` executable of this environment, in a process of its own."""
    executable = Path(sys.executable).with_name("clics")
    assert executable.exists(), "the project is not installed in this environment; make test does it"

    def run(*arguments: str | bytes | Path, **options: Any) -> subprocess.CompletedProcess[str]:
        environment = {**os.environ, "CLICS_HOME": str(own_home), "COLUMNS": "120", **options.pop("env", {})}
        defaults: dict[str, Any] = {"capture_output": True, "encoding": "utf-8", "timeout": 300, "check": False}
        return subprocess.run([executable, *arguments], env=environment, **{**defaults, **options})

    return run


@pytest.fixture(scope="session")
def examples_library(tiny_model: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A library of two example crystals, not to be written to."""
    from clics.session import Session

    path = tmp_path_factory.mktemp("examples") / "examples.clics"
    examples = Path(__file__).resolve().parents[2] / "resources" / "examples"
    with Session(model=tiny_model, library=path, sandboxed=False) as session:
        session.library.add([examples / "rutile.cif", examples / "sio2-quartz.cif"])
    return path
