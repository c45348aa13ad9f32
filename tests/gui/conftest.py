"""Fixtures of the window's tests: a virtual screen, no leaks, and never the user's own settings."""

from __future__ import annotations

import os
from collections.abc import Iterator

import pytest
from PySide6.QtWidgets import QApplication

from .display import start_virtual_screen
from .leaks import Leaks

os.environ.setdefault("PYTEST_QT_API", "pyside6")


@pytest.fixture(scope="session")
def screen() -> None:
    """The screen on which everything is drawn."""
    start_virtual_screen()


@pytest.fixture(scope="session")
def qapp_args(screen: None) -> list[str]:
    """Arguments of the application; asked for before it is made, so the screen is there by then."""
    return ["clics-gui"]


@pytest.fixture(autouse=True)
def no_leaks(qapp: QApplication, own_home: object, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Fail a test that leaves a widget, a thread or a running timer behind."""
    leaks = Leaks(monkeypatch)
    yield
    left = leaks.found()
    assert not left, "the test left behind:\n" + "\n".join(left)
