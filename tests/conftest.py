"""Fixtures of all tests: the user's own folders are never read, and a small real model folder is at hand."""

from __future__ import annotations

import signal
from pathlib import Path

import pytest

from tests.tiny_model import make_tiny_model

ROOT = Path(__file__).resolve().parent.parent
EXAMPLES = ROOT / "resources" / "examples"

# A suite that a script starts in the background, or nohup, has these ignored, and so would the commands that tests start.
for _number, _usual in ((signal.SIGINT, signal.default_int_handler), (getattr(signal, "SIGHUP", None), signal.SIG_DFL)):
    if _number is not None and signal.getsignal(_number) == signal.SIG_IGN:
        signal.signal(_number, _usual)


@pytest.fixture(autouse=True)
def own_home(tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A user's data folder of the test's own."""
    home = tmp_path_factory.mktemp("home")
    monkeypatch.setenv("CLICS_HOME", str(home))
    monkeypatch.setenv("HF_HUB_OFFLINE", "1")
    return home


@pytest.fixture(scope="session")
def tiny_model(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A model folder with small towers, not trained, whose vocabulary is counted from the example crystals."""
    return make_tiny_model(tmp_path_factory.mktemp("model"))
