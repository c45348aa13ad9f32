"""Recover what can be read of a damaged library into a new one; the damaged file is never opened for writing.

The file is copied with its log, and the copy is read row by row: what raises is counted and left out. A crystal is taken
only where its structure has the hash that was stored with it. Facts are derived again from the description.
"""

from __future__ import annotations

import shutil
import sqlite3
import tempfile
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any

from clics.atomic_files import not_written, put_first, refuse_source
from clics.concepts.truth import true_concepts
from clics.crystals.crystal import Crystal
from clics.errors import LibraryError
from clics.library import codec, history, insert_rows
from clics.library.database import LONGEST_VALUE
from clics.library.new_entry import NewEntry
from clics.library.store import Library
from clics.progress import CancelToken, Progress, ProgressCallback, silent
from clics.results.description import Description
from clics.results.library import RecoveryReport
from clics.results.vector_space import VectorSpace

_COLUMNS = "id, given_id, structure_hash, source, block, provenance, structure, undescribed, named"
_LOST_DESCRIPTION = "damaged: Its description was lost; remove the crystal and add it again."
_MOST_KEYS = 10_000_000


def recover(
    broken: Path, output: Path, *, progress: ProgressCallback = silent, cancel: CancelToken | None = None
) -> RecoveryReport:
    """Write the crystals of a damaged library that can be read into a new library.

    Args:
        broken: The damaged file; it stays as it is.
        output: The new library, which must not exist.
        progress: Called now and then with the number of rows that were tried.
        cancel: Checked between rows.

    Raises:
        LibraryError: ``broken`` has no table of crystals that can be read (``damaged``); ``output`` exists (``exists``).
        ClicsError: The new file cannot be written (``not-written``).
        Cancelled: The token was set; no file is left behind.
    """
    refuse_source(output, [broken])
    if output.exists():
        raise LibraryError(f"{output} is there already; choose another name.", kind="exists")
    if not broken.is_file():
        raise LibraryError(f"There is no library at {broken}.", kind="missing")
    try:
        with tempfile.TemporaryDirectory(dir=output.parent, prefix=f".{output.name}.", suffix=".part") as name:
            copy, grown = Path(name) / "broken", Path(name) / "new"
            for suffix in ("", "-wal"):
                if Path(f"{broken}{suffix}").exists():
                    shutil.copyfile(f"{broken}{suffix}", f"{copy}{suffix}")
            with Library(grown, "create") as library:
                report = _Recovery(broken, copy, library).run(progress, cancel)
                library.database.vacuum(single_file=True)
            if not put_first(_beside(grown, output), output):
                raise LibraryError(f"{output} is there already; choose another name.", kind="exists")
    except OSError as error:
        raise not_written(output, error) from error
    return report


def _beside(grown: Path, output: Path) -> Path:
    finished = output.with_name(f".{output.name}.{grown.parent.name[-12:]}")
    grown.rename(finished)
    return finished


class _Recovery:
    """The copy of a damaged library, and the new one that grows from it."""

    def __init__(self, broken: Path, copy: Path, library: Library) -> None:
        self._broken, self._library = broken, library
        self._old = sqlite3.connect(copy, isolation_level=None)
        self._old.setlimit(sqlite3.SQLITE_LIMIT_LENGTH, LONGEST_VALUE)
        self._old.execute("PRAGMA writable_schema = ON")  # tables whose own definition is whole are read beside others
        self._old.execute("PRAGMA trusted_schema = OFF")
        self._old.execute("PRAGMA query_only = ON")
        self.report = RecoveryReport()

    def run(self, progress: ProgressCallback, cancel: CancelToken | None) -> RecoveryReport:
        """Recover all that can be read."""
        try:
            keys = self._keys()
            name = self._value("SELECT value FROM meta WHERE name = 'name'")
            self._library.rename(name if isinstance(name, str) and name.strip() else self._broken.stem)
            models = self._models()
            with self._library.database.transaction() as connection:
                for done, key in enumerate(keys):
                    if cancel is not None:
                        cancel.check()
                    if done % 100 == 0:
                        progress(Progress(done, len(keys), f"{self.report.crystals} recovered"))
                    self._recover(connection, key, models)
                history.advance(connection, rewrites=True)
            if not self.report.crystals and (self.report.lost or self.report.unreadable):
                raise self._hopeless()
        finally:
            self._old.close()
        return self.report

    def _keys(self) -> range:
        """Keys that crystals may have; the largest is told by whichever table can still be read."""
        kind = self._value("SELECT type FROM sqlite_master WHERE name = 'crystal'")
        if kind != "table":
            raise self._hopeless()
        known = [
            self._value(f"SELECT max({column}) FROM {table}")
            for table, column in (("crystal", "key"), ("description", "crystal"), ("crystal_element", "crystal"))
        ]
        known.append(self._value("SELECT seq FROM sqlite_sequence WHERE name = 'crystal'"))
        return range(1, 1 + min(_MOST_KEYS, max([int(key) for key in known if isinstance(key, int)], default=0)))

    def _hopeless(self) -> LibraryError:
        return LibraryError(
            f"Nothing can be recovered from {self._broken}: no crystal in it can be read; restore a copy.",
            kind="damaged",
        )

    def _models(self) -> list[tuple[int, str, int, int]]:
        """The spaces of vectors: key in the old file, fingerprint, dimensions, key in the new file."""
        found = []
        for key, fingerprint, dimensions in self._rows("SELECT key, fingerprint, dimensions FROM model"):
            with suppress(ValueError, TypeError, AttributeError, sqlite3.Error):
                VectorSpace.parse(fingerprint)
                if not 0 < dimensions < 100_000:
                    continue
                with self._library.database.transaction() as connection:
                    sql = "INSERT INTO model (fingerprint, dimensions) VALUES (?, ?) RETURNING key"
                    (new,) = connection.execute(sql, (fingerprint, dimensions)).fetchone()
                found.append((key, fingerprint, dimensions, new))
        return found

    def _recover(self, connection: sqlite3.Connection, key: int, models: list[tuple[int, str, int, int]]) -> None:
        rows = self._rows(f"SELECT {_COLUMNS} FROM crystal WHERE key = ?", (key,))
        row = next(rows, None)
        if row is None:
            return
        try:
            crystal_id, given_id, structure_hash, source, block, provenance, structure, undescribed, named = row
            unpacked, stated = codec.unpack_stated(structure)
            crystal = Crystal(crystal_id, unpacked, source, block, self._provenance(provenance), stated)
            if codec.structure_hash(crystal.structure) != structure_hash or not isinstance(crystal_id, str):
                raise codec.CodecError("another structure than the one that was stored")
            description = self._description(key)
            if description is None and undescribed is None:
                undescribed = _LOST_DESCRIPTION
                self.report.descriptions_lost += 1
            truths = {} if description is None else true_concepts(description)
            entry = NewEntry(crystal, structure_hash, description, undescribed, bool(named), truths=truths)
            stored = insert_rows.insert_entry(connection, entry, {})
        except (ValueError, TypeError, AttributeError, KeyError, sqlite3.IntegrityError, sqlite3.InterfaceError):
            self.report.lost.append(str(row[0]))
            return
        with suppress(sqlite3.Error):
            connection.execute("UPDATE crystal SET given_id = ? WHERE id = ?", (given_id, stored.id))
        self.report.crystals += 1
        (new_key,) = connection.execute("SELECT key FROM crystal WHERE id = ?", (stored.id,)).fetchone()
        for model in models:
            self._recover_vector(connection, key, int(new_key), model)

    def _recover_vector(
        self, connection: sqlite3.Connection, key: int, new_key: int, model: tuple[int, str, int, int]
    ) -> None:
        old_model, fingerprint, dimensions, new_model = model
        sql = "SELECT data, reason FROM vector WHERE model = ? AND crystal = ?"
        for data, reason in self._rows(sql, (old_model, key)):
            try:
                if data is not None:
                    role = VectorSpace.parse(fingerprint).role
                    if role == "sites":
                        codec.unpack_sites([data], dimensions)
                    else:
                        codec.unpack_vectors([data], dimensions, half=role == "structural")
            except (ValueError, TypeError):
                self.report.vectors_lost += 1
                continue
            values = (new_model, new_key, data, None if reason is None else str(reason))
            connection.execute("INSERT INTO vector (model, crystal, data, reason) VALUES (?, ?, ?, ?)", values)
            self.report.vectors += 1

    def _description(self, key: int) -> Description | None:
        data = self._value("SELECT data FROM description WHERE crystal = ?", (key,))
        with suppress(codec.CodecError):
            return None if data is None else codec.unpack_description(data)
        return None

    @staticmethod
    def _provenance(text: Any) -> dict[str, Any]:
        with suppress(codec.CodecError):
            return codec.unpack_provenance(text)
        return {}

    def _rows(self, sql: str, values: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
        """The rows of a query as far as they can be read; a page that cannot is counted."""
        try:
            yield from self._old.execute(sql, values)
        except sqlite3.Error:
            self.report.unreadable += 1

    def _value(self, sql: str, values: tuple[Any, ...] = ()) -> Any:
        row = next(self._rows(sql, values), None)
        return None if row is None else row[0]
