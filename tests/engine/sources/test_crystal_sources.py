"""Anything with a title, an attribution and crystals is a source that a library takes."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from clics.crystals.crystal import Crystal, Refusal
from clics.errors import Cancelled
from clics.library.add import add
from clics.library.store import Library
from clics.progress import CancelToken
from clics.sources.crystal_source import CrystalSource
from clics.sources.files import FileSource
from clics.sources.inputs import read
from clics.sources.prototypes import PrototypeSource, aflow_prototypes

EXAMPLES = Path(__file__).parents[3] / "resources" / "examples"


@dataclass
class Overlapping:
    """A source as another program could write one: a good crystal, and one whose atoms lie on top of each other."""

    title: str = "two crystals"
    attribution: str = ""

    def crystals(self, *, progress=None, cancel=None) -> Iterator[Crystal | Refusal]:
        good = next(aflow_prototypes())
        yield good
        bad = good.structure.copy()
        bad.append(bad[0].specie, bad[0].frac_coords + 0.001)
        yield Crystal("bad", bad, "two crystals", "")


def test_files_and_prototypes_are_sources() -> None:
    for source in (FileSource((EXAMPLES / "rutile.cif",)), PrototypeSource(), Overlapping()):
        assert isinstance(source, CrystalSource)
        assert source.title
    assert not isinstance(next(aflow_prototypes()), CrystalSource)


def test_a_library_takes_any_source(tmp_path: Path) -> None:
    with Library(tmp_path / "own.clics", "create") as library:
        report = add(library, [Overlapping(), FileSource((EXAMPLES / "rutile.cif",))], None)
        assert (report.added, [refusal.kind for refusal in report.refused]) == (2, ["atoms-too-close"])
        again = add(library, Overlapping(), None)
        assert (again.added, again.skipped) == (0, 1)


def test_sources_stand_beside_files_and_crystals() -> None:
    found = list(read([EXAMPLES / "rutile.cif", FileSource((EXAMPLES / "rutile.cif",)), next(aflow_prototypes())]))
    assert [crystal.formula for crystal in found] == ["TiO2", "TiO2", next(aflow_prototypes()).formula]


def test_prototypes_tell_their_progress_and_can_be_stopped() -> None:
    told, cancel = [], CancelToken()
    crystals = PrototypeSource().crystals(progress=told.append, cancel=cancel)
    next(crystals)
    assert (told[0].done, told[0].total) == (0, len(list(aflow_prototypes())))
    cancel.cancel()
    with pytest.raises(Cancelled):
        next(crystals)
