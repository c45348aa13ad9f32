from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parents[1] / "library"))
sys.path.insert(0, str(Path(__file__).parents[1] / "descriptions"))

from clics.concepts.vocabulary import Vocabulary
from clics.library.add import add
from clics.library.store import Library
from samples import prototypes
from tiny_encoder import TinyEncoder


@pytest.fixture(scope="session")
def searched(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Library, TinyEncoder]]:
    """A library of forty prototypes and an encoder that knows the concepts in it."""
    path = tmp_path_factory.mktemp("searched") / "searched.clics"
    with Library(path, "create") as library:
        add(library, prototypes(40), None)
        described = [library.description(row.id) for row in library.rows()]
        encoder = TinyEncoder(Vocabulary.count(d for d in described if d is not None))
        add(library, prototypes(40), encoder)
        yield library, encoder


@pytest.fixture(scope="session")
def library(searched: tuple[Library, TinyEncoder]) -> Library:
    return searched[0]


@pytest.fixture(scope="session")
def encoder(searched: tuple[Library, TinyEncoder]) -> TinyEncoder:
    return searched[1]
