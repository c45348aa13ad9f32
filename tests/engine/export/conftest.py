from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parents[1] / "library"))

from clics.crystals.crystal import Crystal
from clics.library.add import add
from clics.library.store import Library
from pymatgen.core import Lattice, Structure
from samples import prototypes
from tiny_encoder import TinyEncoder


@pytest.fixture(scope="session")
def library(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Library]:
    """Six prototypes, a disordered crystal, and ids that no file system likes."""
    mixed = Structure(Lattice.cubic(5.6), [{"Na": 0.5, "K": 0.5}, "Cl"], [[0, 0, 0], [0.5, 0.5, 0.5]])
    odd = [Crystal(name, prototypes(3)[2].structure, "made") for name in ("a/../b:c*", "CON", "A", "a", "=1+1", "ü €")]
    with Library(tmp_path_factory.mktemp("exported") / "mine.clics", "create") as opened:
        add(opened, [*prototypes(6), Crystal("mixed", mixed, "made"), *odd], TinyEncoder())
        yield opened
