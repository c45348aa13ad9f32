"""The library: one SQLite file with crystals, descriptions, facts, embeddings and the refusals of earlier additions."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from clics.concepts.concept import Concept, Truth
from clics.concepts.parse import concept_of
from clics.concepts.registry import COLUMNS
from clics.crystals.crystal import Crystal, Refusal
from clics.library import cached_arrays, codec, history, insert_rows, schema
from clics.library.catalogue import ROW_COLUMNS
from clics.library.crystal_columns import CrystalColumns
from clics.library.database import BUSY_SECONDS, Mode
from clics.library.facts import Facts
from clics.library.insert_rows import Stored
from clics.library.new_entry import NewEntry
from clics.library.sql_condition import EVERYTHING, Condition, one_of
from clics.library.stored_embeddings import OF_SPACE, StoredEmbeddings
from clics.results.library import LibraryRow

if TYPE_CHECKING:
    from clics.library.described_crystal import Described
    from clics.library.embed_batch import EmbeddingOutcome
    from clics.library.encoder_protocol import Space
    from clics.results.description import Description
    from clics.results.facts import GeometryFacts

_MOST_PASSING = 16
"""Conditions of a large library whose crystals are kept until it changes."""


class Library(StoredEmbeddings):
    """An open library file.

    One thread at a time uses a Library; any number of programs may have the same file open. A method that writes
    returns after its changes have reached the disk. Every method may raise the LibraryErrors of
    :class:`~clics.library.database.Database`. A Library is its own context manager.

    Crystals are identified by their id (text, for people) and their key (row of the table of crystals, for searches).
    A *space* holds one type of embedding of one model; its fingerprint is the name of its
    :class:`~clics.results.vector_space.VectorSpace`. An *entry* of a crystal in a space is its vector there, or the
    reason why the model could not make one.
    """

    def __init__(self, path: str | Path, mode: Mode = "open", *, busy_seconds: float = BUSY_SECONDS) -> None:
        """Open or create a library.

        Args:
            path: The library file.
            mode: ``"open"``, ``"create"`` or ``"read"``, as in :class:`~clics.library.database.Database`.
            busy_seconds: Time to wait for another program that is writing.
        """
        super().__init__(path, mode, busy_seconds=busy_seconds)
        self._columns: CrystalColumns | None = None
        self._without_columns = -1  # revision for which there are none
        self._counted = (-1, 0)  # revision, crystals
        self._passing: dict[Condition, NDArray[np.int64]] = {}

    @property
    def change_history(self) -> history.History:
        """The present state of the file, and what is known of its changes."""
        return history.history_of(self.database)

    # ---- crystals ---------------------------------------------------------------------------------------------------

    def keys(self, where: Condition = EVERYTHING) -> NDArray[np.int64]:
        """Keys (n,) of the crystals that fulfil a condition, ascending."""
        if where == EVERYTHING or not self._has_columns():
            return self.keys_by_sql(where)
        if where not in self._passing:
            if len(self._passing) >= _MOST_PASSING:
                self._passing.pop(next(iter(self._passing)))
            columns = self._columns
            assert columns is not None  # there are columns
            self._passing[where] = columns.keys[columns.mask(where) & columns.alive]
        return self._passing[where]

    def prepare_columns(self) -> None:
        """Make the columns by which conditions of a large library are decided; until then SQL decides them."""
        if self._columns is None:
            self._columns = CrystalColumns(self)
        elif self._columns.revision != self.revision:
            self._columns.update()
        self._passing.clear()
        self._without_columns = -1

    def _has_columns(self) -> bool:
        """True if there are columns of this revision, or those of an earlier one lack little."""
        revision = self.revision
        if self._crystals < cached_arrays.KEPT_FROM or revision == self._without_columns:
            return False
        if self._columns is None or self._columns.revision != revision:
            if not CrystalColumns.are_kept(self):
                self._without_columns = revision
                return False
            self.prepare_columns()
        return True

    def keys_by_sql(self, where: Condition) -> NDArray[np.int64]:
        """The same, always by SQL."""
        rows = self.database.rows(f"SELECT key FROM crystal WHERE {where.sql} ORDER BY key", where.parameters)
        return np.fromiter((row[0] for row in rows), dtype=np.int64)

    def count(self, where: Condition = EVERYTHING) -> int:
        """Number of crystals that fulfil a condition."""
        if where == EVERYTHING:
            return self._crystals
        return len(self.keys(where)) if self._has_columns() else super().count(where)

    @property
    def _crystals(self) -> int:
        """Number of all crystals, counted once for each revision."""
        revision = self.revision
        if self._counted[0] != revision:
            self._counted = revision, super().count()
        return self._counted[1]

    def rows_of(self, keys: Iterable[int]) -> dict[int, LibraryRow]:
        """Rows by key; keys that are not in the library are left out."""
        rows = self._select(f"SELECT key, {ROW_COLUMNS} FROM crystal WHERE", "key", keys)
        return {row[0]: self.row_of(row[1:]) for row in rows}

    def labels(self) -> Iterator[tuple[int, str, str, str, str, str]]:
        """Key, formula, crystal system, elements with blanks, space-group symbol and id of each crystal, by key.

        What is not known is empty.
        """
        sql = (
            "SELECT key, formula, coalesce(crystal_system, ''), elements, coalesce(space_group_symbol, ''), id "
            "FROM crystal ORDER BY key"
        )
        for row in self.database.rows(sql):
            if not all(isinstance(text, str) for text in row[1:]):
                raise self.database.damaged("a row holds values of wrong types")
            yield row

    def crystal(self, crystal_id: str) -> Crystal:
        """One stored crystal.

        Raises:
            InputError: No crystal has this id (kind ``unknown-id``).
        """
        return next(self.crystals(one_of("key", (self.key(crystal_id),))))

    def crystals(self, where: Condition = EVERYTHING) -> Iterator[Crystal]:
        """Stored crystals that fulfil a condition, one by one, in the order in which they were added."""
        sql = f"SELECT id, structure, source, block, provenance FROM crystal WHERE {where.sql} ORDER BY key"
        for crystal_id, data, source, block, provenance in self.database.rows(sql, where.parameters):
            structure, stated = self._decoded(crystal_id, codec.unpack_stated, data)
            yield Crystal(
                crystal_id,
                structure,
                source,
                block,
                self._decoded(crystal_id, codec.unpack_provenance, provenance),
                stated,
            )

    def crystals_of_formula(self, formula: str) -> Iterator[Crystal]:
        """Stored crystals of a reduced formula."""
        return self.crystals(one_of("formula", (formula,)))

    def hashes_of(self, ids: Iterable[str]) -> dict[str, bytes]:
        """The structure hashes of crystals, by id."""
        condition = one_of("id", ids)
        sql = f"SELECT id, structure_hash FROM crystal WHERE {condition.sql}"
        return {str(name): bytes(value) for name, value in self.database.rows(sql, condition.parameters)}

    def id_of_hash(self, structure_hash: bytes) -> str | None:
        """Id of the first crystal with a structure hash; None without one."""
        row = self.database.row("SELECT id FROM crystal WHERE structure_hash = ? ORDER BY key", (structure_hash,))
        return None if row is None else str(row[0])

    def description(self, crystal_id: str) -> Description | None:
        """The description of a stored crystal; None where it could not be described.

        Raises:
            InputError: No crystal has this id (kind ``unknown-id``).
        """
        row = self.database.row("SELECT data FROM description WHERE crystal = ?", (self.key(crystal_id),))
        return None if row is None else self._decoded(crystal_id, codec.unpack_description, row[0])

    def geometry(self, keys: Iterable[int] | None = None) -> Iterator[tuple[int, GeometryFacts]]:
        """The facts of geometry of crystals, by key; crystals without such facts are left out.

        Args:
            keys: The crystals; None for all.
        """
        sql = "SELECT crystal, data FROM description"
        rows = self.database.rows(sql, ()) if keys is None else self._select(f"{sql} WHERE", "crystal", list(keys))
        for key, data in rows:
            facts = self._decoded(str(key), codec.unpack_geometry, data)
            if facts is not None:
                yield key, facts

    def shapes(self, keys: Iterable[int]) -> dict[int, tuple[tuple[str, str | None], ...]]:
        """Element and shape (:func:`clics.library.codec.unpack_shapes`) of the orbits of crystals with facts of geometry."""
        found = self._select("SELECT crystal, data FROM description WHERE", "crystal", list(keys))
        return {key: self._decoded(str(key), codec.unpack_shapes, data) for key, data in found}

    def facts(self, crystal_id: str) -> Facts:
        """The stored facts of one crystal.

        Raises:
            InputError: No crystal has this id (kind ``unknown-id``).
        """
        key = self.key(crystal_id)
        return self.facts_of([key])[key]

    def facts_of(self, keys: Iterable[int]) -> dict[int, Facts]:
        """The stored facts of several crystals, by key; keys that are not in the library are left out."""
        keys = list(keys)
        truths: dict[int, dict[Concept, Truth]] = {}
        flags: dict[int, tuple[bool, bool]] = {}  # described, mineral looked up
        columns = COLUMNS.values()
        names = "".join(f", {column.name}" for column in columns)
        sql = f"SELECT key, undescribed, named{names} FROM crystal WHERE"
        for key, undescribed, mineral_looked_up, *values in self._select(sql, "key", keys):
            concepts = [column.concept(v) for column, v in zip(columns, values, strict=True) if v is not None]
            truths[key] = {concept: Truth.STATED for concept in concepts if concept is not None}
            flags[key] = (undescribed is None, bool(mineral_looked_up))
        sql = "SELECT crystal, kind, phrase, truth FROM fact JOIN concept ON concept.key = fact.concept WHERE"
        for key, kind, phrase, truth in self._select(sql, "crystal", keys):
            try:
                truths[key][concept_of(kind, phrase)] = Truth(truth)
            except (ValueError, KeyError, TypeError) as error:
                raise self.database.damaged("a fact that cannot be read back") from error
        return {key: Facts(truths[key], *flags[key]) for key in flags}

    # ---- writing ----------------------------------------------------------------------------------------------------

    def find(self, given_id: str, structure_hash: bytes) -> tuple[int, str] | None:
        """Key and stored id of a crystal, by the id of its source and its structure; None where it is not stored."""
        row = self.database.row(insert_rows.FIND, (codec.storable(given_id), structure_hash))
        return None if row is None else (int(row[0]), str(row[1]))

    def insert(
        self,
        entries: Sequence[NewEntry],
        refusals: Sequence[Refusal] = (),
        *,
        spaces: Sequence[Space] = (),
    ) -> list[Stored]:
        """Store crystals and refusals in one transaction.

        A crystal that another program has stored since :meth:`find` was asked is not stored twice; it only gets the
        entries that it lacks.

        Args:
            entries: The crystals.
            refusals: Refusals to note; those of the stored crystals' files and blocks are dropped.
            spaces: The spaces of the entries' vectors, the space of phrases first.

        Returns:
            The id of each crystal in this file, and whether this call stored it.
        """
        with self.database.transaction() as connection:
            keys = insert_rows.model_keys(connection, spaces)
            stored = [insert_rows.insert_entry(connection, entry, keys) for entry in entries]
            insert_rows.forget_refusals(connection, entries)
            insert_rows.insert_refusals(connection, refusals)
            if entries:
                history.advance(connection, rewrites=not all(new for _, new in stored))
        return stored

    def insert_vectors(
        self,
        spaces: Sequence[Space],
        keys: Sequence[int],
        outcomes: Sequence[EmbeddingOutcome],
    ) -> None:
        """Store entries of stored crystals in one transaction.

        Args:
            spaces: The spaces of a model, the space of phrases first.
            keys: Keys of the crystals; entries of crystals that have been removed meanwhile are dropped.
            outcomes: The entries, in the order of ``keys``.
        """
        with self.database.transaction() as connection:
            models = insert_rows.model_keys(connection, spaces)
            for key, outcome in zip(keys, outcomes, strict=True):
                if connection.execute("SELECT 1 FROM crystal WHERE key = ?", (key,)).fetchone() is not None:
                    insert_rows.insert_vectors(connection, models, key, outcome)
            history.advance(connection, rewrites=True)

    def replace_descriptions(self, found: Iterable[tuple[int, Described]]) -> None:
        """Replace descriptions and facts of stored crystals, by key, in one transaction.

        Crystals that have been removed meanwhile are left out; one that could not be described keeps what it has.
        """
        with self.database.transaction() as connection:
            for key, described in found:
                if connection.execute("SELECT 1 FROM crystal WHERE key = ?", (key,)).fetchone() is not None:
                    insert_rows.replace_description(connection, key, described)
            connection.execute("DELETE FROM concept WHERE key NOT IN (SELECT concept FROM fact)")
            history.advance(connection, rewrites=True)

    def remove(self, ids: Iterable[str]) -> int:
        """Remove crystals with all that belongs to them, all or none.

        Returns:
            The number of crystals removed.

        Raises:
            InputError: No crystal has one of these ids (kind ``unknown-id``); nothing is removed then.
        """
        return self.remove_where(one_of("key", tuple({self.key(crystal_id) for crystal_id in ids})))

    def remove_where(self, where: Condition) -> int:
        """Remove the crystals that fulfil a condition; returns their number."""
        with self.database.transaction() as connection:
            count = connection.execute(f"DELETE FROM crystal WHERE {where.sql}", where.parameters).rowcount
            if count:
                connection.execute("DELETE FROM concept WHERE key NOT IN (SELECT concept FROM fact)")
                history.advance(connection, rewrites=False)
        return int(count)

    def remove_model(self, fingerprint: str) -> int:
        """Remove all entries of a model, for example of a retrained one; returns the number of crystals affected."""
        own = f"fingerprint = ? OR ({schema.FURTHER_OF})"
        with self.database.transaction() as connection:
            sql = f"SELECT count(*) FROM vector WHERE {OF_SPACE}"
            (count,) = connection.execute(sql, (fingerprint,)).fetchone()
            values = (fingerprint, fingerprint)
            connection.execute(f"DELETE FROM vector WHERE model IN (SELECT key FROM model WHERE {own})", values)
            connection.execute(f"DELETE FROM model WHERE {own}", values)
            history.advance(connection, rewrites=True)
        return int(count)

    def rename(self, name: str) -> None:
        """Change the library's name; the file keeps its own."""
        with self.database.transaction() as connection:
            connection.execute("UPDATE meta SET value = ? WHERE name = 'name'", (name,))

    # ---- the whole file ---------------------------------------------------------------------------------------------

    def check(self) -> None:
        """Read every page and every index of the file.

        Raises:
            LibraryError: The file is damaged (kind ``damaged``); the message names the first fault.
        """
        answer = self.database.value("PRAGMA integrity_check(1)")
        if answer != "ok":
            raise self.database.damaged(str(answer))
