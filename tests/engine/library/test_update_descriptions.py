"""Libraries of earlier versions get the facts of geometry that they lack, and lose nothing."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
import textwrap
from pathlib import Path

import pytest
from clics.concepts.registry import GEOMETRY_MARK
from clics.errors import Cancelled
from clics.library.add import add
from clics.library.row_conditions import lacks_geometry
from clics.library.store import Library
from clics.library.update_descriptions import update_descriptions
from clics.progress import CancelToken, Progress
from clics.session import Session
from samples import prototypes

OLD = Path(__file__).parents[2] / "data" / "fixtures" / "v0_1" / "library.clics"


@pytest.fixture
def old(tmp_path: Path) -> Path:
    """A copy of a library that version 0.1 wrote."""
    return Path(shutil.copy(OLD, tmp_path / "old.clics"))


def without_geometry(path: Path, number: int) -> None:
    """A library without facts of geometry, as an earlier version would have stored it."""
    with Library(path, "create") as library:
        add(library, prototypes(number), None)
        with library.database.transaction() as connection:
            connection.execute(
                "DELETE FROM fact WHERE concept IN (SELECT key FROM concept WHERE kind = ?)", (GEOMETRY_MARK,)
            )


def test_a_library_of_version_0_1_is_described(old: Path) -> None:
    with Library(old) as library:
        before = {row.id: row for row in library.rows()}
        vectors = {model.fingerprint: library.count_vectors(model.fingerprint) for model in library.info().models}
        lacking = library.count(lacks_geometry())
        assert lacking == sum(row.ordered for row in before.values()) == 4
        events: list[Progress] = []
        report = update_descriptions(library, progress=events.append)
        assert (report.described, report.undescribed) == (lacking, [])
        assert (events[-1].done, events[-1].total) == (lacking, lacking)
        assert library.count(lacks_geometry()) == 0
        library.check()
        for row in library.rows():
            description = library.description(row.id)
            assert (description is not None and description.geometry is not None) == row.ordered
            assert (row.formula, row.space_group) == (before[row.id].formula, before[row.id].space_group)
            assert row.mineral == before[row.id].mineral
        assert {name: library.count_vectors(name) for name in vectors} == vectors
        assert update_descriptions(library).described == 0


def test_a_search_says_that_facts_are_missing_and_then_decides(old: Path) -> None:
    with Session(library=old) as session:
        found = session.search("", must=["octahedra"])
        assert (len(found), found.without_geometry, found.to_json()["without_geometry"]) == (0, 4, 4)
        assert session.search("", where="cn:6").without_geometry == 4
        assert session.search("", must=["Fm-3m"]).without_geometry == 0
        assert session.search("", where="elements:O").without_geometry == 0
        session.library.update_descriptions()
        found = session.search("", must=["octahedra"])
        assert len(found) > 0
        assert found.without_geometry == 0
        assert {part.state for hit in found for part in hit.parts} == {"confirmed"}


def test_cancelled_descriptions_are_kept_and_the_rest_follows(tmp_path: Path) -> None:
    path, cancel = tmp_path / "some.clics", CancelToken()
    without_geometry(path, 8)
    with Library(path) as library:
        with pytest.raises(Cancelled):
            update_descriptions(library, batch=2, progress=lambda _: cancel.cancel(), cancel=cancel)
        left = library.count(lacks_geometry())
        assert 0 < left < 8
        assert update_descriptions(library).described == left


@pytest.mark.skipif(sys.platform == "win32", reason="kill -9 is of POSIX")
def test_a_killed_update_loses_nothing_and_goes_on(tmp_path: Path) -> None:
    path = tmp_path / "killed.clics"
    without_geometry(path, 16)
    script = textwrap.dedent(f"""
        import sys
        sys.path[:0] = {sys.path!r}
        from clics.library.store import Library
        from clics.library.update_descriptions import update_descriptions
        with Library({str(path)!r}) as library:
            update_descriptions(library, batch=2, progress=lambda p: print(p.done, flush=True))
    """)
    process = subprocess.Popen([sys.executable, "-c", script], stdout=subprocess.PIPE, text=True)
    assert process.stdout is not None
    reported = 0
    for line in process.stdout:
        reported = int(line)
        if reported >= 4:
            os.kill(process.pid, signal.SIGKILL)
            break
    process.wait()
    process.stdout.close()
    with Library(path) as library:
        library.check()
        assert len(library) == 16
        assert 16 - library.count(lacks_geometry()) >= reported
        assert all(library.facts(row.id).described for row in library.rows())
        update_descriptions(library)
        assert library.count(lacks_geometry()) == 0
