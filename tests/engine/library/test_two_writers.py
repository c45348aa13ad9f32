"""Several programs write to one library: all finish, nothing is lost, nothing is stored twice."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

from clics.atomic_files import put_first
from clics.crystals.crystal import Crystal
from clics.library.add import add
from clics.library.store import Library
from samples import prototypes
from tiny_encoder import TinyEncoder

ROOT = Path(__file__).resolve().parents[3]


def counts(library: Library) -> tuple[int, int, int]:
    library.check()
    info = library.info()
    return info.crystals, info.described, info.models[0].vectors


def test_what_another_program_stored_meanwhile_is_skipped(tmp_path: Path) -> None:
    crystals, path = prototypes(6), tmp_path / "both.clics"

    def meanwhile() -> Iterator[Crystal]:
        yield from crystals[:4]  # described by now, and not stored
        with Library(path) as other:
            assert add(other, crystals[2:], TinyEncoder()).added == 4
        yield from crystals[4:]

    with Library(path, "create") as library:
        report = add(library, meanwhile(), TinyEncoder())
        assert (report.added, report.skipped, report.renamed) == (2, 4, [])
        assert counts(library) == (6, 6, 6)
        assert sorted(row.id for row in library.rows()) == sorted(c.id for c in crystals)


def test_what_another_program_stored_without_embeddings_gets_them(tmp_path: Path) -> None:
    crystals, path = prototypes(3), tmp_path / "both.clics"

    def meanwhile() -> Iterator[Crystal]:
        yield from crystals
        with Library(path) as other:
            add(other, crystals, TinyEncoder(fingerprint="other"))

    with Library(path, "create") as library:
        add(library, meanwhile(), TinyEncoder(alike="0123456789abcdef", sites=True))
        assert counts(library) == (3, 3, 3)
        assert library.count_vectors("tiny-1") == library.count_vectors("other") == 3
        assert library.count_vectors("tiny-1/sites") == 3


def test_removing_and_renaming_meanwhile(tmp_path: Path) -> None:
    crystals, path = prototypes(6), tmp_path / "both.clics"
    with Library(path, "create") as library:
        add(library, crystals[:2], None)

        def meanwhile() -> Iterator[Crystal]:
            yield from crystals[:4]  # the first two lack an embedding
            with Library(path) as other:
                other.remove([crystals[0].id])
                other.rename("Other name")
            yield from crystals[4:]

        report = add(library, meanwhile(), TinyEncoder())
        assert report.added == 4
        assert [row.id for row in library.rows()] == [c.id for c in crystals[1:]]
        assert library.name == "Other name"
        assert counts(library) == (5, 5, 5)


def test_two_and_four_processes_at_once() -> None:
    command = [sys.executable, "-P", str(ROOT / "tests" / "stress" / "two_writers.py"), "--runs", "2"]
    result = subprocess.run(command, capture_output=True, text=True, check=False, timeout=300)
    assert result.returncode == 0, result.stdout + result.stderr


def test_a_file_that_is_put_first_replaces_nothing(tmp_path: Path) -> None:
    for content, first in (("one", True), ("two", False)):
        finished = tmp_path / "finished"
        finished.write_text(content)
        assert put_first(finished, tmp_path / "place") is first
        assert [path.name for path in tmp_path.iterdir()] == ["place"]
    assert (tmp_path / "place").read_text() == "one"


def test_the_own_library_is_begun_once(own_home: Path) -> None:
    code = "from clics.services.state import _own_library; _own_library(); print('begun')"
    processes = [
        subprocess.Popen([sys.executable, "-P", "-c", code], stdout=subprocess.PIPE, text=True) for _ in range(3)
    ]
    assert [process.communicate()[0] for process in processes] == ["begun\n"] * 3
    assert sorted(path.name for path in own_home.iterdir()) == ["library.clics"]
    with Library(own_home / "library.clics") as library:
        library.check()
        assert (library.name, len(library)) == ("My library", 288)
