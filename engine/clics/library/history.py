"""The history of a library file, by which arrays made of its contents tell what has changed since they were made.

Every change of crystals or embeddings increases the revision. The row ``history`` of the table ``meta`` says beside it

- ``tracked``: the revision that was written last by a program that keeps this row;
- ``rewritten``: the last revision that changed what was stored before, instead of adding or removing crystals;
- ``writers``: pairs of a first revision and a random name, one for each change of the writing program.

A program of an earlier version increases the revision alone: then ``tracked`` falls behind, and nothing is taken as known.
The writers tell copies of one file apart that have grown separately.
"""

from __future__ import annotations

import json
import secrets
import sqlite3
from dataclasses import dataclass
from typing import Any

from clics.library.database import Database

_WRITER = secrets.token_hex(4)
"""Name of this process in histories."""
_MOST_WRITERS = 256


@dataclass(frozen=True, slots=True)
class State:
    """The state of a library file.

    Attributes:
        revision: Its revision.
        writer: The program that wrote it; without a history, size and time of the file.
    """

    revision: int
    writer: str


@dataclass(frozen=True, slots=True)
class History:
    """What is known of the changes of a library file.

    Attributes:
        state: Its present state.
        rewritten: The last revision that changed what was stored before.
        writers: First revision and name of each writing program; none where an earlier version wrote last.
    """

    state: State
    rewritten: int
    writers: tuple[tuple[int, str], ...]

    def continues(self, state: State) -> bool:
        """True if, since a state, crystals were only added or removed."""
        if state == self.state:
            return True
        known = [name for first, name in self.writers if first <= state.revision]
        return bool(known) and known[-1] == state.writer and self.rewritten <= state.revision < self.state.revision


def history_of(database: Database) -> History:
    """The history of a library file.

    Raises:
        LibraryError: Its revision is no number (kind ``damaged``).
    """
    stored = dict(database.rows("SELECT name, value FROM meta WHERE name IN ('revision', 'history')"))
    try:
        revision = int(stored["revision"])
    except (KeyError, ValueError, TypeError) as error:
        raise database.damaged("its revision is no number") from error
    kept = _parsed(stored.get("history"))
    if kept is None or kept[0] != revision:
        file = database.path.stat()
        return History(State(revision, f"file {file.st_size} {file.st_mtime_ns}"), revision, ())
    _, rewritten, writers = kept
    return History(State(revision, writers[-1][1] if writers else ""), rewritten, tuple(writers))


def advance(connection: sqlite3.Connection, *, rewrites: bool) -> None:
    """Increase the revision inside a transaction of the caller.

    Args:
        connection: The connection.
        rewrites: Something that was stored before has changed; False where crystals were added or removed only.
    """
    connection.execute("UPDATE meta SET value = CAST(value AS INTEGER) + 1 WHERE name = 'revision'")
    (stored,) = connection.execute("SELECT value FROM meta WHERE name = 'revision'").fetchone()
    revision = int(stored)
    row = connection.execute("SELECT value FROM meta WHERE name = 'history'").fetchone()
    kept = _parsed(None if row is None else row[0])
    if kept is None or kept[0] != revision - 1:
        kept = (revision, revision, [])
    _, rewritten, writers = kept
    if not writers or writers[-1][1] != _WRITER:
        writers = [*writers[1 - _MOST_WRITERS :], (revision, _WRITER)]
    value = {"tracked": revision, "rewritten": revision if rewrites else rewritten, "writers": writers}
    connection.execute("INSERT OR REPLACE INTO meta (name, value) VALUES ('history', ?)", (json.dumps(value),))


def _parsed(text: Any) -> tuple[int, int, list[tuple[int, str]]] | None:
    """Revision up to which a history is kept, last rewriting, writers; None for what is no history."""
    try:
        kept = json.loads(text)
        writers = [(int(first), str(name)) for first, name in kept["writers"]]
        return int(kept["tracked"]), int(kept["rewritten"]), writers
    except (TypeError, ValueError, KeyError, AttributeError, RecursionError):
        return None
