from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from clics.crystals.crystal import Crystal, Refusal
from clics.sources.files import read_crystals
from clics.sources.prototypes import aflow_prototypes

DATA = Path(__file__).parents[2] / "data" / "crystals"


@pytest.fixture(scope="session")
def prototypes() -> list[Crystal]:
    return list(aflow_prototypes())


@pytest.fixture(scope="session")
def pyrite_like(prototypes: list[Crystal]) -> Crystal:
    """Marcasite, FeS2: six atoms, two elements, coordinates that are no simple fractions."""
    return next(crystal for crystal in prototypes if crystal.provenance["mineral"] == "Marcasite")


@pytest.fixture
def read(tmp_path: Path) -> Callable[..., list[Crystal | Refusal]]:
    """Writes text or bytes under a name and reads it back in this process."""

    def write_and_read(content: str | bytes, name: str = "file.cif") -> list[Crystal | Refusal]:
        path = tmp_path / name
        path.write_bytes(content.encode() if isinstance(content, str) else content)
        return list(read_crystals([path], sandboxed=False))

    return write_and_read
