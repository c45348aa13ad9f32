"""The set-up before anything is installed: when is it done again, and when not."""

from __future__ import annotations

import importlib.util
import shutil
from pathlib import Path
from types import ModuleType

import pytest

ROOT = Path(__file__).resolve().parent.parent
KERNEL = "engine/graph_kernel/graph.c"


@pytest.fixture
def environment(tmp_path: Path) -> ModuleType:
    """``tools/environment.py`` of a checkout in which an installation for the tests has ended well."""
    for name in ("pyproject.toml", "constraints.txt", "setup.py", KERNEL, "tools/environment.py"):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(ROOT / name, tmp_path / name)
    spec = importlib.util.spec_from_file_location("environment", tmp_path / "tools" / "environment.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    module.venv_python().parent.mkdir(parents=True)
    module.venv_python().touch()
    (module.VENV / "ready-test").write_text(module.fingerprint())
    return module


def test_an_environment_for_the_tests_runs_the_program_too(environment: ModuleType) -> None:
    assert environment.is_ready("test")
    assert environment.is_ready("run")


def test_one_for_running_does_not_test(environment: ModuleType) -> None:
    (environment.VENV / "ready-test").rename(environment.VENV / "ready-run")
    assert environment.is_ready("run")
    assert not environment.is_ready("test")


@pytest.mark.parametrize("name", ["pyproject.toml", "constraints.txt", "setup.py", KERNEL])
def test_a_change_installs_again(environment: ModuleType, name: str) -> None:
    with (environment.ROOT / name).open("a") as file:
        file.write("# changed\n")
    assert not environment.is_ready("run")


def test_an_interrupted_installation_is_made_anew(environment: ModuleType) -> None:
    environment.UNFINISHED.touch()
    assert not environment.is_ready("run")
    environment.make_venv()
    assert not environment.UNFINISHED.exists()
    assert environment.works(environment.venv_python(), "-m", "pip", "--version")
