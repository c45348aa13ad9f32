"""What travels between a window and its engine."""

from __future__ import annotations

import pickle
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from clics.crystals.crystal import Crystal
from clics.engine_process import wire
from clics.engine_process.job import Job, SessionChoice
from clics.engine_process.operation import SESSION, call
from clics.errors import Cancelled, ClicsError, LibraryError
from clics.results import SimilarQuery
from clics.session import Session
from clics.supervision.limits import NoWorkersError

EXAMPLES = Path(__file__).resolve().parents[3] / "resources" / "examples"


@pytest.fixture
def session() -> Iterator[Session]:
    with Session(sandboxed=False) as session:
        yield session


def there(value: object) -> Any:
    """A value of the engine as the window receives it."""
    return wire.unpack_answer(wire.pack_answer(value))


def back(value: object) -> Any:
    """A value of the window as the engine receives it."""
    return wire.unpack_request(wire.pack_request(value))


@pytest.mark.parametrize("name", ["rutile.cif", "fe-ni-taenite.cif"])
@pytest.mark.parametrize("known", [True, False])
def test_a_crystal_comes_back_as_it_was(
    session: Session, name: str, known: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    opened = session.open(EXAMPLES / name)
    sent = there(opened)
    assert isinstance(sent.crystal, wire.SentCrystal)
    assert (sent.crystal.source, sent.crystal.block) == (opened.crystal.source, opened.crystal.block)
    assert np.array_equal(sent.atoms.frac, opened.atoms.frac)
    if not known:  # an engine that was started again
        wire._kept.clear()
    again = back(SimilarQuery(sent.crystal)).crystal
    assert (again is opened.crystal) == known
    assert isinstance(again, Crystal)
    assert again == opened.crystal
    assert np.array_equal(again.structure.frac_coords, opened.crystal.structure.frac_coords)


def test_few_crystals_are_kept(session: Session) -> None:
    opened = session.open(EXAMPLES / "rutile.cif")
    for _ in range(wire.MOST_KEPT + 5):
        there(opened)
    assert len(wire._kept) == wire.MOST_KEPT


def test_results_are_plain(session: Session) -> None:
    opened = session.open(EXAMPLES / "rutile.cif")
    geometry = session.geometry(opened.crystal)
    for result in (geometry, session.symmetry_ladder(opened.crystal), session.describe(opened.crystal)):
        assert there(result) == result
    for result in (session.library.rows(limit=3), session.library.info(), session.queries.phrases()):
        assert there(result) == result
        assert type(there(result)) is type(result)


def test_nothing_but_plain_values_reaches_the_window(session: Session) -> None:
    structure = session.read(EXAMPLES / "rutile.cif").structure
    with pytest.raises(pickle.UnpicklingError, match=r"pymatgen\.core\.structure\.Structure is no plain value"):
        there(structure)
    with pytest.raises(pickle.UnpicklingError, match="is no plain value"):
        wire.unpack_answer(pickle.dumps(eval))


@pytest.mark.parametrize(
    ("error", "kind"),
    [
        (LibraryError("It is full.", kind="full"), "full"),
        (Cancelled(), "cancelled"),
        (NoWorkersError("None starts."), "no-workers"),
        (ClicsError("A bug.", kind="bug"), "bug"),
    ],
)
def test_errors_keep_kind_sentence_and_notes(error: ClicsError, kind: str) -> None:
    error.add_note("the stack")
    found = there(wire.plain_error(error))
    assert (found.kind, found.message, str(found)) == (kind, error.message, error.message)
    assert isinstance(error, type(found))
    assert found.__notes__ == ["the stack"]


def test_a_job_is_a_value() -> None:
    operation = call(SESSION.library.add, (Path("a.cif"),), workers=2)
    job = Job(7, operation, SessionChoice(library=Path("mine.clics")), "long", title="Adding")
    found = back(job)
    assert (found.operation, found.choice, found.number, found.thread) == (operation, job.choice, 7, "long")
