from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from clics.library.add import add
from clics.library.store import Library
from samples import prototypes
from tiny_encoder import TinyEncoder


@pytest.fixture
def library(tmp_path: Path) -> Iterator[Library]:
    """An empty library."""
    with Library(tmp_path / "mine.clics", "create") as opened:
        yield opened


@pytest.fixture(scope="session")
def filled_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A library of twelve prototypes, closed; copy it before writing to it."""
    path = tmp_path_factory.mktemp("filled") / "filled.clics"
    with Library(path, "create") as opened:
        add(opened, prototypes(12), TinyEncoder())
    return path
