"""The library: one SQLite file with crystals, descriptions, facts, embeddings and the refusals of earlier additions."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from clics.concepts.concept import Concept, Truth
from clics.concepts.parse import concept_of
from clics.concepts.registry import COLUMNS
from clics.crystals.crystal import Crystal, Refusal
from clics.errors import InputError
from clics.library import codec, insert_rows, schema
from clics.library.catalogue import ROW_COLUMNS, Catalogue
from clics.library.database import BUSY_SECONDS, Mode
from clics.library.facts import Facts
from clics.library.insert_rows import Stored
from clics.library.new_entry import NewEntry
from clics.library.sql_condition import EVERYTHING, Condition, either, one_of
from clics.results.library import LibraryRow
from clics.results.vector_space import VectorSpace

if TYPE_CHECKING:
    from clics.library.described_crystal import Described
    from clics.library.embed_batch import EmbeddingOutcome
    from clics.library.encoder_protocol import Arrays, Space
    from clics.results.description import Description
    from clics.results.facts import GeometryFacts

_OF_SPACE = "model = (SELECT key FROM model WHERE fingerprint = ?)"
_WITHOUT_ENTRY = f"key NOT IN (SELECT crystal FROM vector WHERE {_OF_SPACE})"


class Library(Catalogue):
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
        self._complete: dict[
            str, tuple[int, bool]
        ] = {}  # by fingerprint: revision of the library, and if the space was complete then

    # ---- crystals ---------------------------------------------------------------------------------------------------

    def keys(self, where: Condition = EVERYTHING) -> NDArray[np.int64]:
        """Keys (n,) of the crystals that fulfil a condition, ascending."""
        rows = self.database.rows(f"SELECT key FROM crystal WHERE {where.sql} ORDER BY key", where.parameters)
        return np.fromiter((row[0] for row in rows), dtype=np.int64)

    def rows_of(self, keys: Iterable[int]) -> dict[int, LibraryRow]:
        """Rows by key; keys that are not in the library are left out."""
        rows = self._select(f"SELECT key, {ROW_COLUMNS} FROM crystal WHERE", "key", keys)
        return {row[0]: self.row_of(row[1:]) for row in rows}

    def key(self, crystal_id: str) -> int:
        """The key of a crystal.

        Raises:
            InputError: No crystal has this id (kind ``unknown-id``).
        """
        row = self.database.row("SELECT key FROM crystal WHERE id = ?", (crystal_id,))
        if row is None:
            raise InputError(f"There is no crystal '{crystal_id}' in the library {self.name}.", kind="unknown-id")
        return int(row[0])

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

    # ---- embeddings -------------------------------------------------------------------------------------------------

    def vector(self, crystal_id: str, fingerprint: str) -> NDArray[np.float32] | None:
        """The vector (dimensions,) of a crystal in a space; None where it has none.

        Raises:
            InputError: No crystal has this id (kind ``unknown-id``).
        """
        sql = (
            "SELECT data, dimensions FROM vector JOIN model ON model.key = vector.model "
            "WHERE fingerprint = ? AND crystal = ? AND data IS NOT NULL"
        )
        row = self.database.row(sql, (fingerprint, self.key(crystal_id)))
        if row is None:
            return None
        half = _is_half(fingerprint)
        vectors = self._decoded(crystal_id, lambda data: codec.unpack_vectors([data], row[1], half=half), row[0])
        vector: NDArray[np.float32] = vectors[0]
        return vector

    def reason_without_vector(self, key: int, fingerprint: str) -> str | None:
        """The reason (``kind: message``) why the model could not embed a crystal; None where it has no such entry."""
        sql = f"SELECT reason FROM vector WHERE crystal = ? AND {_OF_SPACE}"
        row = self.database.row(sql, (key, fingerprint))
        return None if row is None or row[0] is None else str(row[0])

    def count_vectors(self, fingerprint: str) -> int:
        """Number of crystals that have a vector in a space."""
        sql = f"SELECT count(*) FROM vector WHERE {_OF_SPACE} AND data IS NOT NULL"
        return int(self.database.value(sql, (fingerprint,)))

    def vectors(
        self, fingerprint: str, dimensions: int, *, at_once: int = 8192
    ) -> Iterator[tuple[NDArray[np.int64], NDArray[np.float32]]]:
        """All vectors of a space, in batches of at most ``at_once``, by ascending key.

        Yields:
            Keys (m,) and vectors (m, dimensions).
        """
        keys: list[int] = []
        packed: list[bytes] = []
        sql = f"SELECT crystal, data FROM vector WHERE {_OF_SPACE} AND data IS NOT NULL ORDER BY crystal"
        for key, data in self.database.rows(sql, (fingerprint,)):
            keys.append(key)
            packed.append(data)
            if len(keys) == at_once:
                yield np.array(keys, dtype=np.int64), self._vectors(packed, fingerprint, dimensions)
                keys, packed = [], []
        if keys:
            yield np.array(keys, dtype=np.int64), self._vectors(packed, fingerprint, dimensions)

    def vectors_of(self, keys: NDArray[np.int64], fingerprint: str, dimensions: int) -> NDArray[np.float32]:
        """The vectors (n, dimensions) of crystals in a space, in the order of ``keys`` (n,); zeros for those without."""
        packed = self._packed_vectors(keys, fingerprint)
        vectors = self._vectors(list(packed.values()), fingerprint, dimensions)
        row_of_key = {key: row for row, key in enumerate(packed)}
        rows = np.array([row_of_key.get(key, len(packed)) for key in keys.tolist()], np.int64)  # the last row is zeros
        return np.concatenate([vectors, np.zeros((1, dimensions), np.float32)])[rows]

    def sites_of(
        self, keys: NDArray[np.int64], fingerprint: str, dimensions: int
    ) -> tuple[NDArray[np.float32], NDArray[np.int64]] | None:
        """The vectors of the symmetry-inequivalent sites of crystals.

        Args:
            keys: Keys (n,).
            fingerprint: Name of the space of sites.
            dimensions: Length of a vector.

        Returns:
            Unit vectors (N, dimensions) of the sites of one crystal after the other in the order of ``keys``, and the
            number of sites (n,) of each; None where one of the crystals has none.
        """
        packed = self._packed_vectors(keys, fingerprint)
        if any(key not in packed for key in keys.tolist()):
            return None
        try:
            return codec.unpack_sites([packed[key] for key in keys.tolist()], dimensions)
        except codec.CodecError as error:
            raise self.database.damaged(str(error)) from error

    def space_is_complete(self, fingerprint: str) -> bool:
        """True if every crystal that a model has embedded also has an entry in an additional space of that model.

        Args:
            fingerprint: Name of the additional space, of sites or structural.
        """
        revision = self.revision
        if self._complete.get(fingerprint, (-1, False))[0] != revision:
            # INDEXED BY: the index alone is read, and none of the pages that hold vectors
            count = f"SELECT count(*) FROM vector INDEXED BY vector_crystal WHERE {_OF_SPACE}"
            embedded, present = (
                self.database.value(count, (name,)) for name in (VectorSpace.parse(fingerprint).model, fingerprint)
            )
            self._complete[fingerprint] = (revision, embedded == present)
        return self._complete[fingerprint][1]

    def count_without_entry(self, *fingerprints: str) -> int:
        """Number of crystals that lack an entry in at least one of these spaces."""
        return self.count(_without_entry(fingerprints))

    def without_entry(self, *fingerprints: str, limit: int) -> list[tuple[int, str, Arrays | None]]:
        """Crystals that lack an entry in at least one of these spaces.

        Returns:
            At most ``limit`` tuples of key, id and arrays; None for the arrays of a disordered crystal.
        """
        where = _without_entry(fingerprints)
        sql = f"SELECT key, id, structure, ordered FROM crystal WHERE {where.sql} ORDER BY key LIMIT ?"
        return [
            (key, crystal_id, self._decoded(crystal_id, codec.unpack_arrays, data) if ordered else None)
            for key, crystal_id, data, ordered in self.database.rows(sql, (*where.parameters, limit))
        ]

    def has_entries(self, key: int, *fingerprints: str) -> bool:
        """True if a crystal has an entry in all of these spaces."""
        return self.count(one_of("key", (key,)) & _without_entry(fingerprints)) == 0

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
                insert_rows.next_revision(connection)
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
            insert_rows.next_revision(connection)

    def replace_descriptions(self, found: Iterable[tuple[int, Described]]) -> None:
        """Replace descriptions and facts of stored crystals, by key, in one transaction.

        Crystals that have been removed meanwhile are left out; one that could not be described keeps what it has.
        """
        with self.database.transaction() as connection:
            for key, described in found:
                if connection.execute("SELECT 1 FROM crystal WHERE key = ?", (key,)).fetchone() is not None:
                    insert_rows.replace_description(connection, key, described)
            connection.execute("DELETE FROM concept WHERE key NOT IN (SELECT concept FROM fact)")
            insert_rows.next_revision(connection)

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
                insert_rows.next_revision(connection)
        return int(count)

    def remove_model(self, fingerprint: str) -> int:
        """Remove all entries of a model, for example of a retrained one; returns the number of crystals affected."""
        own = f"fingerprint = ? OR ({schema.FURTHER_OF})"
        with self.database.transaction() as connection:
            sql = f"SELECT count(*) FROM vector WHERE {_OF_SPACE}"
            (count,) = connection.execute(sql, (fingerprint,)).fetchone()
            values = (fingerprint, fingerprint)
            connection.execute(f"DELETE FROM vector WHERE model IN (SELECT key FROM model WHERE {own})", values)
            connection.execute(f"DELETE FROM model WHERE {own}", values)
            insert_rows.next_revision(connection)
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

    def _select(self, select: str, column: str, keys: Iterable[int]) -> Iterator[tuple[Any, ...]]:
        condition = one_of(column, (int(key) for key in keys))
        yield from self.database.rows(f"{select} {condition.sql}", condition.parameters)

    def _packed_vectors(self, keys: NDArray[np.int64], fingerprint: str) -> dict[int, bytes]:
        wanted = one_of("crystal", keys.tolist())
        sql = f"SELECT crystal, data FROM vector WHERE {_OF_SPACE} AND {wanted.sql}"
        rows = self.database.rows(sql, (fingerprint, *wanted.parameters))
        return {key: data for key, data in rows if data is not None}

    def _vectors(self, packed: Sequence[bytes], fingerprint: str, dimensions: int) -> NDArray[np.float32]:
        try:
            return codec.unpack_vectors(packed, dimensions, half=_is_half(fingerprint))
        except codec.CodecError as error:
            raise self.database.damaged(str(error)) from error

    def _decoded(self, crystal_id: str, decode: Any, data: bytes) -> Any:
        try:
            return decode(data)
        except codec.CodecError as error:
            raise self.database.damaged(f"{error}, crystal '{crystal_id}'") from error


def _is_half(fingerprint: str) -> bool:
    """True if vectors of a space are stored in half precision."""
    return VectorSpace.parse(fingerprint).role == "structural"


def _without_entry(fingerprints: Sequence[str]) -> Condition:
    return either(Condition(_WITHOUT_ENTRY, (name,)) for name in fingerprints)
