"""One connection to a library file: checks at opening, durable transactions, errors that name the cause."""

from __future__ import annotations

import errno
import os
import sqlite3
import sys
import tempfile
import time
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Literal
from urllib.parse import quote

from clics.errors import LibraryError
from clics.library import schema
from clics.library.sql_condition import Parameter

Mode = Literal["open", "create", "read"]
BUSY_SECONDS = 30.0
_PAUSE = 0.05
_CHECKED_BYTES = 64 * 2**20
LONGEST_VALUE = 64 * 2**20
"""Bytes of one value; the largest crystal that is described needs a few megabytes, and a stranger's file may hold anything."""
_MAGIC = b"SQLite format 3\x00"
_FULL = {sqlite3.SQLITE_FULL, sqlite3.SQLITE_IOERR_WRITE, sqlite3.SQLITE_IOERR_SHMSIZE, sqlite3.SQLITE_IOERR_FSYNC}
_DAMAGED = {sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB, sqlite3.SQLITE_IOERR}


class Database:
    """A connection to a library file, for one thread at a time.

    The constructor and every method may raise LibraryError of the kinds ``missing``, ``not-a-library``,
    ``newer-version``, ``locked``, ``disk-full``, ``read-only`` and ``damaged``.

    Attributes:
        path: The library file.
        readonly: The connection never writes.
    """

    def __init__(self, path: Path, mode: Mode = "open", *, busy_seconds: float = BUSY_SECONDS) -> None:
        """Open a library file and check that it is one.

        Args:
            path: The library file.
            mode: ``"open"`` reads and writes a file that exists; ``"create"`` also creates one that is missing or
                empty; ``"read"`` never writes, and opens files in folders without write permission too.
            busy_seconds: Time to wait for another program that is writing.
        """
        self.path = path
        self.readonly = mode == "read"
        self._fault = ""
        self._check_file(mode)
        with self._named_errors():
            self._connection = sqlite3.connect(
                self._address(), uri=True, isolation_level=None, timeout=busy_seconds, check_same_thread=False
            )
        self._connection.setlimit(sqlite3.SQLITE_LIMIT_LENGTH, LONGEST_VALUE)
        try:
            self._prepare_patiently(busy_seconds)
        except BaseException:
            self.close()
            raise

    def close(self) -> None:
        """Close the file; the last connection to close it merges the write-ahead log into it."""
        with suppress(sqlite3.Error):
            self._connection.close()

    def rows(self, sql: str, parameters: Iterable[Parameter] = ()) -> Iterator[tuple[Any, ...]]:
        """The rows of a query, one by one."""
        with self._named_errors():
            for row in self._connection.execute(sql, tuple(parameters)):  # noqa: UP028 - must outlive a closed file
                yield row

    def row(self, sql: str, parameters: Iterable[Parameter] = ()) -> tuple[Any, ...] | None:
        """The first row of a query, or None."""
        with self._named_errors():
            row = self._connection.execute(sql, tuple(parameters)).fetchone()
            return None if row is None else tuple(row)

    def value(self, sql: str, parameters: Iterable[Parameter] = ()) -> Any:
        """The first value of a query that has at least one row."""
        row = self.row(sql, parameters)
        if row is None:
            raise self.damaged(f"no answer to {sql!r}")
        return row[0]

    @contextmanager
    def transaction(self) -> Iterator[sqlite3.Connection]:
        """A transaction: all statements of the block or none, on the disk afterwards (``synchronous=FULL``)."""
        if self.readonly:
            raise self._read_only()
        if self._fault:
            raise self.damaged(self._fault)  # a damaged file is never written to
        with self._named_errors():
            self._connection.execute("BEGIN IMMEDIATE")
            try:
                yield self._connection
                self._connection.execute("COMMIT")
            except BaseException:
                # on a full disk SQLite has rolled back by itself
                if self._connection.in_transaction:
                    with suppress(sqlite3.Error):
                        self._connection.execute("ROLLBACK")
                raise

    def vacuum(self, *, single_file: bool = False) -> None:
        """Free the space of removed crystals.

        Args:
            single_file: Also end write-ahead logging, so that the library is one file that can be shipped.
        """
        if self.readonly:
            raise self._read_only()
        with self._named_errors():
            self._connection.execute("VACUUM")
            self._connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
            if single_file:
                self._connection.execute("PRAGMA journal_mode = DELETE")

    def damaged(self, fault: str) -> LibraryError:
        """The error for contents that cannot be right; ``fault`` names them."""
        return LibraryError(
            f"The library {self.path} is damaged ({fault}); write what can be read into a new file with "
            f"'clics library recover {self.path} -o NEW', or restore a copy.",
            kind="damaged",
        )

    def _check_file(self, mode: Mode) -> None:
        try:
            size = self.path.stat().st_size
            if self.path.is_dir():
                raise self._foreign("it is a folder")
            if (
                not self.path.is_file()
            ):  # opening a pipe would wait for ever, and a device is nothing to write tables to
                raise self._foreign("it is a device or a pipe")
            with self.path.open("rb") as file:
                magic = file.read(len(_MAGIC))
        except FileNotFoundError:
            if mode != "create":
                raise LibraryError(f"There is no library at {self.path}; make one by adding.", kind="missing") from None
            try:
                self.path.parent.mkdir(parents=True, exist_ok=True)
            except OSError as error:
                raise LibraryError(f"The folder of {self.path} cannot be made: {error.strerror}.") from error
            return
        except OSError as error:
            raise LibraryError(
                f"The library {self.path} cannot be read: {error.strerror}.", kind="unreadable"
            ) from error
        if size == 0 and mode == "create":
            return
        if magic != _MAGIC:
            raise self._foreign("it is empty" if size == 0 else "it is a file of another kind")

    def _address(self) -> str:
        address = f"file:{quote(str(self.path.resolve()))}"
        if not self.readonly:
            return f"{address}?mode=rwc"
        if os.access(self.path.parent, os.W_OK) and os.access(self.path, os.W_OK):
            # query_only forbids writing, but a connection that could write removes the log files when it closes
            return f"{address}?mode=rw"
        # SQLite cannot create a log here. Without one nobody is writing, and the file may be opened as immutable.
        log = Path(f"{self.path}-wal")
        return f"{address}?mode=ro" if log.exists() else f"{address}?mode=ro&immutable=1"

    def _prepare_patiently(self, busy_seconds: float) -> None:
        """Prepare, and wait where SQLite does not: it begins and recovers the write-ahead log without patience."""
        end = time.monotonic() + busy_seconds
        while True:
            try:
                with self._named_errors():
                    return self._prepare()
            except LibraryError as error:
                if error.kind != "locked" or time.monotonic() > end:
                    raise
            time.sleep(_PAUSE)

    def _prepare(self) -> None:
        connection = self._connection
        connection.execute("PRAGMA query_only = ON" if self.readonly else "PRAGMA synchronous = FULL")
        if sys.platform == "darwin":  # fsync does not flush the drive's own cache there
            connection.execute("PRAGMA fullfsync = ON")
            connection.execute("PRAGMA checkpoint_fullfsync = ON")
        connection.execute("PRAGMA foreign_keys = ON")
        connection.execute("PRAGMA trusted_schema = OFF")
        version = self._version()
        if version is None:
            if self.readonly:
                raise self._foreign("it is empty")
            with self.transaction():
                if self._version() is None:  # no other program has created it meanwhile
                    schema.make_tables(connection, self.path.stem, datetime.now(UTC).isoformat(timespec="seconds"))
        elif version < schema.VERSION:
            if not self.readonly:
                with self.transaction():
                    schema.migrate(connection, self._version() or version)
            elif not schema.can_be_read(version):
                raise LibraryError(
                    f"{self.path} is of an older version; open it once for writing.", kind="older-version"
                )
        self._refuse_programs()
        if not self.readonly:
            self._refuse_damage()
            connection.execute("PRAGMA journal_mode = WAL")

    def _refuse_programs(self) -> None:
        """Refuse files with triggers, views and virtual tables, which run when a table is used; no library has any."""
        foreign = "type IN ('trigger', 'view') OR sql LIKE 'CREATE VIRTUAL%'"
        row = self._connection.execute(f"SELECT type, name FROM sqlite_master WHERE {foreign}").fetchone()
        if row is not None:
            raise self._foreign(f"it holds the {row[0]} '{str(row[1])[:80]}', which no library has")

    def _refuse_damage(self) -> None:
        """Look for damage before the first change; of a large file only what is met is found."""
        if self.path.stat().st_size <= _CHECKED_BYTES:
            answer = str(self._connection.execute("PRAGMA integrity_check(1)").fetchone()[0])
            if answer != "ok":
                raise self.damaged(answer.splitlines()[-1])

    def _version(self) -> int | None:
        """The schema version; None for a file without tables. Raises for files of other programs and newer versions."""
        with self._one_state():
            (application,) = self._connection.execute("PRAGMA application_id").fetchone()
            (version,) = self._connection.execute("PRAGMA user_version").fetchone()
            (tables,) = self._connection.execute("SELECT count(*) FROM sqlite_master").fetchone()
        if tables == 0 and application in (0, schema.APPLICATION_ID):
            return None
        if application != schema.APPLICATION_ID or version < 1:
            raise self._foreign("it is an SQLite file of another program")
        if version > schema.VERSION:
            raise LibraryError(
                f"The library {self.path} was written by a newer version of this program (format {version}, this one "
                f"knows {schema.VERSION}); update the program.",
                kind="newer-version",
            )
        return int(version)

    @contextmanager
    def _one_state(self) -> Iterator[None]:
        """All statements of the block see the file in one state: another program may be making its tables now."""
        if self._connection.in_transaction:
            yield
            return
        self._connection.execute("BEGIN")
        try:
            yield
        finally:
            with suppress(sqlite3.Error):  # on a full disk SQLite has rolled back by itself
                self._connection.execute("ROLLBACK")

    def _why_not_opened(self) -> str:
        """Why SQLite, which does not say so, cannot make its log beside the file: the disk or the folder is read-only."""
        try:
            probe, name = tempfile.mkstemp(dir=self.path.parent, prefix=".clics-")
        except OSError as error:
            if error.errno == errno.EROFS:
                return "the disk can only be read; copy the library to another place"
            return "its folder may not be written to; copy the library to another place"
        os.close(probe)
        os.unlink(name)
        return ""

    def _foreign(self, why: str) -> LibraryError:
        return LibraryError(f"{self.path} is not a library of this program: {why}.", kind="not-a-library")

    def _read_only(self) -> LibraryError:
        return LibraryError(f"The library {self.path} cannot be written to; copy it first.", kind="read-only")

    @contextmanager
    def _named_errors(self) -> Iterator[None]:
        try:
            yield
        except sqlite3.Error as error:
            raise self._named(error) from error
        except UnicodeDecodeError as error:  # a damaged name of a table, in SQLite's own message
            self._fault = "its tables have names that are no text"
            raise self.damaged(self._fault) from error

    def _named(self, error: sqlite3.Error) -> LibraryError:
        extended = getattr(error, "sqlite_errorcode", None) or 0
        code = extended & 0xFF
        if code in (sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED):
            return LibraryError(
                f"The library {self.path} is in use by another program that is writing to it; try again.", kind="locked"
            )
        if code == sqlite3.SQLITE_FULL or extended in _FULL:
            return LibraryError(
                f"The library {self.path} could not be written: the disk is full, or a quota is reached. What "
                "was added before is kept.",
                kind="disk-full",
            )
        if code in (sqlite3.SQLITE_READONLY, sqlite3.SQLITE_PERM):
            return self._read_only()
        if code == sqlite3.SQLITE_CANTOPEN:
            why = self._why_not_opened() or str(error)
            if not self.path.exists():
                there = self.path.parent.is_dir()
                why = "its folder may not be written to" if there else "there is no such folder"
            return LibraryError(f"The library {self.path} cannot be opened: {why}.", kind="unreadable")
        if code == sqlite3.SQLITE_TOOBIG:
            return self.damaged(f"a value of more than {LONGEST_VALUE // 2**20} MB")
        if code in _DAMAGED:
            self._fault = str(error)
            return self.damaged(self._fault)
        if isinstance(error, sqlite3.OperationalError) and "no such" in str(error):
            return self.damaged(str(error))
        return LibraryError(f"The library {self.path} failed: {error}.", kind="failed")
