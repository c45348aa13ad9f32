"""The library: one SQLite file with crystals, descriptions, facts, vectors and a log of what was refused."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from clics.concepts.concept import Concept, Truth
from clics.crystals.crystal import Crystal, Refusal
from clics.errors import InputError
from clics.library import codec, insert_rows, schema
from clics.library.database import BUSY_SECONDS, Database, Mode
from clics.library.encoder_protocol import model_of, role_of
from clics.library.sql_condition import EVERYTHING, Condition, either, one_of
from clics.library.types import ROW_COLUMNS, Facts, NewEntry, row_of
from clics.results.library import LibraryInfo, LibraryRow, ModelInfo

if TYPE_CHECKING:
    from clics.library.embed_batch import Outcome
    from clics.library.encoder_protocol import Arrays, Space
    from clics.library.index import VectorIndex
    from clics.results.description import Description

ORDERS = {
    "added": "key",
    "id": "id",
    "formula": "formula, id",
    "sites": "sites, id",
    "space_group": "space_group, id",
}
_WITHOUT_WORD = "key NOT IN (SELECT crystal FROM vector WHERE model = (SELECT key FROM model WHERE fingerprint = ?))"


class Library:
    """An open library; for one thread at a time, while any number of programs may hold the same file.

    ``mode`` as in :class:`~clics.library.database.Database`, whose LibraryErrors every method may raise. What a method
    that writes has returned from is on the disk. It is its own context manager.
    """

    def __init__(self, path: str | Path, mode: Mode = "open", *, busy_seconds: float = BUSY_SECONDS) -> None:
        self.path = Path(path)
        self.database = Database(self.path, mode, busy_seconds=busy_seconds)
        self.indexes: dict[str, VectorIndex] = {}
        """What :func:`clics.library.index.index_of` keeps, by fingerprint."""
        self._with_all: dict[str, tuple[int, bool]] = {}

    def __enter__(self) -> Library:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def __len__(self) -> int:
        """Number of crystals."""
        return self.count()

    def close(self) -> None:
        """Close the file. Closing twice does nothing."""
        self.database.close()

    @property
    def name(self) -> str:
        """The name people know the library by."""
        return str(self.database.value("SELECT value FROM meta WHERE name = 'name'"))

    @property
    def revision(self) -> int:
        """A number that grows with every change of crystals or vectors, by whichever program."""
        return int(self.database.value("SELECT value FROM meta WHERE name = 'revision'"))

    # ---- reading ----------------------------------------------------------------------------------------------------

    def count(self, where: Condition = EVERYTHING) -> int:
        """Number of crystals that fulfil a condition."""
        return int(self.database.value(f"SELECT count(*) FROM crystal WHERE {where.sql}", where.parameters))

    def rows(
        self, where: Condition = EVERYTHING, *, order: str = "added", limit: int | None = None, offset: int = 0
    ) -> Iterator[LibraryRow]:
        """Rows that fulfil a condition, one by one; ``order`` is a key of :data:`ORDERS`, else InputError."""
        if order not in ORDERS:
            raise InputError(f"Rows can be ordered by {', '.join(ORDERS)}, not by '{order}'.", kind="bad-order")
        sql = f"SELECT {ROW_COLUMNS} FROM crystal WHERE {where.sql} ORDER BY {ORDERS[order]} LIMIT ? OFFSET ?"
        values = (*where.parameters, -1 if limit is None else limit, offset)
        for row in self.database.rows(sql, values):
            yield row_of(row)

    def keys(self, where: Condition = EVERYTHING) -> NDArray[np.int64]:
        """Keys (n,) of the crystals that fulfil a condition, ascending."""
        found = self.database.rows(f"SELECT key FROM crystal WHERE {where.sql} ORDER BY key", where.parameters)
        return np.fromiter((row[0] for row in found), dtype=np.int64)

    def rows_of(self, keys: Iterable[int]) -> dict[int, LibraryRow]:
        """Rows by key; a key that is not there is left out."""
        found = {}
        for row in self._of_keys(f"SELECT key, {ROW_COLUMNS} FROM crystal WHERE", "key", keys):
            found[row[0]] = row_of(row[1:])
        return found

    def key(self, crystal_id: str) -> int:
        """The key of an id. Raises InputError of kind ``unknown-id``."""
        row = self.database.row("SELECT key FROM crystal WHERE id = ?", (crystal_id,))
        if row is None:
            raise InputError(f"There is no crystal '{crystal_id}' in the library {self.name}.", kind="unknown-id")
        return int(row[0])

    def crystal(self, crystal_id: str) -> Crystal:
        """One stored crystal. Raises InputError of kind ``unknown-id``."""
        return next(self.crystals(one_of("key", (self.key(crystal_id),))))

    def crystals(self, where: Condition = EVERYTHING) -> Iterator[Crystal]:
        """Stored crystals that fulfil a condition, one by one, in the order they were added."""
        sql = f"SELECT id, structure, source, block, provenance FROM crystal WHERE {where.sql} ORDER BY key"
        for crystal_id, data, source, block, provenance in self.database.rows(sql, where.parameters):
            structure = self._decoded(crystal_id, codec.unpack_structure, data)
            yield Crystal(crystal_id, structure, source, block, json.loads(provenance))

    def description(self, crystal_id: str) -> Description | None:
        """The description of a stored crystal, None where there is none. Raises InputError of kind ``unknown-id``."""
        row = self.database.row("SELECT data FROM description WHERE crystal = ?", (self.key(crystal_id),))
        return None if row is None else self._decoded(crystal_id, codec.unpack_description, row[0])

    def facts(self, crystal_id: str) -> Facts:
        """What is true of one crystal. Raises InputError of kind ``unknown-id``."""
        key = self.key(crystal_id)
        return self.facts_of([key])[key]

    def facts_of(self, keys: Iterable[int]) -> dict[int, Facts]:
        """What is true of crystals, by key."""
        keys = list(keys)
        truths: dict[int, dict[Concept, Truth]] = {}
        flags: dict[int, tuple[bool, bool]] = {}
        for key, undescribed, named in self._of_keys("SELECT key, undescribed, named FROM crystal WHERE", "key", keys):
            truths[key] = {}
            flags[key] = (undescribed is None, bool(named))
        sql = "SELECT crystal, kind, phrase, truth FROM fact JOIN concept ON concept.key = fact.concept WHERE"
        for key, kind, phrase, truth in self._of_keys(sql, "crystal", keys):
            truths[key][Concept(kind, phrase)] = Truth(truth)
        return {key: Facts(truths[key], *flags[key]) for key in flags}

    def refusals(self) -> list[Refusal]:
        """What was refused when adding, the latest word on each place."""
        rows = self.database.rows("SELECT source, block, kind, message FROM refusal ORDER BY source, block")
        return [Refusal(*row) for row in rows]

    # ---- vectors ----------------------------------------------------------------------------------------------------

    def vector(self, crystal_id: str, fingerprint: str) -> NDArray[np.float32] | None:
        """A crystal's vector (dimensions,) in a space, or None. Raises InputError of kind ``unknown-id``."""
        sql = (
            "SELECT data, dimensions FROM vector JOIN model ON model.key = vector.model "
            "WHERE fingerprint = ? AND crystal = ? AND data IS NOT NULL"
        )
        row = self.database.row(sql, (fingerprint, self.key(crystal_id)))
        if row is None:
            return None
        half = role_of(fingerprint) == "likeness"
        vectors = self._decoded(crystal_id, lambda data: codec.unpack_vectors([data], row[1], half=half), row[0])
        vector: NDArray[np.float32] = vectors[0]
        return vector

    def reason_without_vector(self, key: int, fingerprint: str) -> str | None:
        """Why a crystal has no vector in a space (``kind: message``), None where it has one or was not embedded."""
        sql = "SELECT reason FROM vector WHERE crystal = ? AND model = (SELECT key FROM model WHERE fingerprint = ?)"
        row = self.database.row(sql, (key, fingerprint))
        return None if row is None or row[0] is None else str(row[0])

    def count_vectors(self, fingerprint: str) -> int:
        """Number of crystals that have a vector in a space."""
        sql = (
            "SELECT count(*) FROM vector JOIN model ON model.key = vector.model "
            "WHERE fingerprint = ? AND data IS NOT NULL"
        )
        return int(self.database.value(sql, (fingerprint,)))

    def vectors(
        self, fingerprint: str, dimensions: int, *, at_once: int = 8192
    ) -> Iterator[tuple[NDArray[np.int64], NDArray[np.float32]]]:
        """All vectors of a space in pieces, by ascending key: keys (m,) and rows (m, dimensions)."""
        sql = (
            "SELECT crystal, data FROM vector WHERE model = (SELECT key FROM model WHERE fingerprint = ?) "
            "AND data IS NOT NULL ORDER BY crystal"
        )
        keys: list[int] = []
        pieces: list[bytes] = []

        def chunk() -> tuple[NDArray[np.int64], NDArray[np.float32]]:
            try:
                return np.array(keys, dtype=np.int64), codec.unpack_vectors(
                    pieces, dimensions, half=role_of(fingerprint) == "likeness"
                )
            except codec.CodecError as error:
                raise self.database.damaged(str(error)) from error

        for key, data in self.database.rows(sql, (fingerprint,)):
            keys.append(key)
            pieces.append(data)
            if len(keys) == at_once:
                yield chunk()
                keys, pieces = [], []
        if keys:
            yield chunk()

    def has_all(self, fingerprint: str) -> bool:
        """Whether a model has said its word in a further space on every crystal that it has a vector of.

        ``fingerprint``: that of the space (``model/sites``, or that of likeness). Looked up once a revision.
        """
        revision = self.revision
        if self._with_all.get(fingerprint, (-1, False))[0] != revision:
            counted = "SELECT count(*) FROM vector INDEXED BY vector_crystal WHERE model = "  # reads no data
            counted += "(SELECT key FROM model WHERE fingerprint = ?)"
            crystals, there = (self.database.value(counted, (name,)) for name in (model_of(fingerprint), fingerprint))
            self._with_all[fingerprint] = (revision, crystals == there)
        return self._with_all[fingerprint][1]

    def vectors_of(self, keys: NDArray[np.int64], fingerprint: str, dimensions: int) -> NDArray[np.float32]:
        """The vectors (n, dimensions) of crystals in a space, in the order of ``keys`` (n,); zeros where one has none."""
        sql = "SELECT crystal, data FROM vector WHERE model = (SELECT key FROM model WHERE fingerprint = ?) AND"
        wanted = one_of("crystal", keys.tolist())
        rows = self.database.rows(f"{sql} {wanted.sql}", (fingerprint, *wanted.parameters))
        found = {key: data for key, data in rows if data is not None}
        place = {key: row for row, key in enumerate(found)}
        try:
            vectors = codec.unpack_vectors(list(found.values()), dimensions, half=role_of(fingerprint) == "likeness")
        except codec.CodecError as error:
            raise self.database.damaged(str(error)) from error
        rows_of = np.array([place.get(key, len(found)) for key in keys.tolist()], np.int64)
        return np.concatenate([vectors, np.zeros((1, dimensions), np.float32)])[rows_of]

    def sites_of(
        self, keys: NDArray[np.int64], fingerprint: str, dimensions: int
    ) -> tuple[NDArray[np.float32], NDArray[np.int64]] | None:
        """Unit vectors (N, dimensions) of the kinds of atoms of crystals, in the order of ``keys`` (n,), and how many of each.

        ``fingerprint``: that of ``model/sites``. None where one of the crystals has none.
        """
        sql = "SELECT crystal, data FROM vector WHERE model = (SELECT key FROM model WHERE fingerprint = ?) AND"
        wanted = one_of("crystal", keys.tolist())
        rows = self.database.rows(f"{sql} {wanted.sql}", (fingerprint, *wanted.parameters))
        found = {key: data for key, data in rows if data is not None}
        if any(key not in found for key in keys.tolist()):
            return None
        try:
            return codec.unpack_sites([found[key] for key in keys.tolist()], dimensions)
        except codec.CodecError as error:
            raise self.database.damaged(str(error)) from error

    def count_without_word(self, *fingerprints: str) -> int:
        """Number of crystals on which a model has not said its word in one of these spaces."""
        return self.count(_without_word(fingerprints))

    def without_vector(self, *fingerprints: str, limit: int) -> list[tuple[int, str, Arrays | None]]:
        """Crystals on which a model has not said its word in one of these spaces: key, id, arrays (None: disordered)."""
        where = _without_word(fingerprints)
        sql = f"SELECT key, id, structure, ordered FROM crystal WHERE {where.sql} ORDER BY key LIMIT ?"
        return [
            (key, crystal_id, self._decoded(crystal_id, codec.unpack_arrays, data) if ordered else None)
            for key, crystal_id, data, ordered in self.database.rows(sql, (*where.parameters, limit))
        ]

    # ---- writing ----------------------------------------------------------------------------------------------------

    def find(self, given_id: str, structure_hash: bytes) -> tuple[int, str] | None:
        """Key and stored id of the crystal that a source's id and structure are stored as, or None."""
        row = self.database.row(
            "SELECT key, id FROM crystal WHERE given_id = ? AND structure_hash = ?",
            (codec.storable(given_id), structure_hash),
        )
        return None if row is None else (int(row[0]), str(row[1]))

    def has_word_of(self, key: int, *fingerprints: str) -> bool:
        """Whether a crystal's vector, or the reason for having none, is stored in all of these spaces."""
        return self.count(one_of("key", (key,)) & _without_word(fingerprints)) == 0

    def insert(
        self,
        entries: Sequence[NewEntry],
        refusals: Sequence[Refusal] = (),
        *,
        spaces: Sequence[Space] = (),
    ) -> list[str]:
        """Store a batch in one transaction; the ids it got. ``spaces``: those of the vectors, that of phrases first."""
        with self.database.transaction() as connection:
            keys = insert_rows.model_keys(connection, spaces)
            ids = [insert_rows.insert_entry(connection, entry, keys) for entry in entries]
            insert_rows.forget_refusals(connection, entries)
            insert_rows.insert_refusals(connection, refusals)
            if entries:
                insert_rows.next_revision(connection)
        return ids

    def insert_vectors(
        self,
        spaces: Sequence[Space],
        keys: Sequence[int],
        outcomes: Sequence[Outcome],
    ) -> None:
        """Store a model's vectors of stored crystals in one transaction; of removed crystals they are dropped."""
        with self.database.transaction() as connection:
            models = insert_rows.model_keys(connection, spaces)
            for key, outcome in zip(keys, outcomes, strict=True):
                if connection.execute("SELECT 1 FROM crystal WHERE key = ?", (key,)).fetchone() is not None:
                    insert_rows.insert_vectors(connection, models, key, outcome)
            insert_rows.next_revision(connection)

    def remove(self, ids: Iterable[str]) -> int:
        """Remove crystals with all that belongs to them, all or none; how many.

        Raises InputError of kind ``unknown-id`` for an id that is not there, and then removes nothing.
        """
        return self.remove_where(one_of("key", tuple({self.key(crystal_id) for crystal_id in ids})))

    def remove_where(self, where: Condition) -> int:
        """Remove the crystals that fulfil a condition; how many."""
        with self.database.transaction() as connection:
            count = connection.execute(f"DELETE FROM crystal WHERE {where.sql}", where.parameters).rowcount
            if count:
                connection.execute("DELETE FROM concept WHERE key NOT IN (SELECT concept FROM fact)")
                insert_rows.next_revision(connection)
        return int(count)

    def remove_model(self, fingerprint: str) -> int:
        """Remove all vectors of a model, for example of one that was trained anew; how many crystals had its word."""
        own = f"fingerprint = ? OR ({insert_rows.FURTHER_OF})"
        with self.database.transaction() as connection:
            sql = "SELECT count(*) FROM vector WHERE model = (SELECT key FROM model WHERE fingerprint = ?)"
            (count,) = connection.execute(sql, (fingerprint,)).fetchone()
            values = (fingerprint, fingerprint)
            connection.execute(f"DELETE FROM vector WHERE model IN (SELECT key FROM model WHERE {own})", values)
            connection.execute(f"DELETE FROM model WHERE {own}", values)
            insert_rows.next_revision(connection)
        return int(count)

    def rename(self, name: str) -> None:
        """Give the library another name."""
        with self.database.transaction() as connection:
            connection.execute("UPDATE meta SET value = ? WHERE name = 'name'", (name,))

    # ---- the whole --------------------------------------------------------------------------------------------------

    def info(self) -> LibraryInfo:
        """Figures of the whole library."""
        value = self.database.value
        models = self.database.rows(
            "SELECT fingerprint, dimensions, count(data), count(*) - count(data) FROM model "
            "JOIN vector ON vector.model = model.key WHERE instr(fingerprint, '/') = 0 GROUP BY model.key ORDER BY model.key"
        )
        further = "SELECT count(data) FROM vector WHERE model IN (SELECT key FROM model WHERE {})"
        alike, sites = further.format(insert_rows.LIKENESS_OF), further.format(insert_rows.SITES_OF)
        kinds = self.database.rows(
            "SELECT kind, count(*) FROM fact JOIN concept ON concept.key = fact.concept GROUP BY kind ORDER BY kind"
        )
        systems = self.database.rows(
            "SELECT crystal_system, count(*) FROM crystal WHERE crystal_system IS NOT NULL GROUP BY crystal_system "
            "ORDER BY min(space_group)"
        )
        return LibraryInfo(
            name=self.name,
            path=str(self.path),
            format=schema.VERSION,
            revision=self.revision,
            size=sum(p.stat().st_size for p in (self.path, Path(f"{self.path}-wal")) if p.exists()),
            crystals=self.count(),
            ordered=self.count(Condition("ordered = 1")),
            described=int(value("SELECT count(*) FROM description")),
            refused=int(value("SELECT count(*) FROM refusal")),
            models=tuple(
                ModelInfo(name, dimensions, vectors, without, int(value(alike, (name,))), int(value(sites, (name,))))
                for name, dimensions, vectors, without in models
            ),
            kinds=dict(kinds),
            crystal_systems=dict(systems),
        )

    def check(self) -> None:
        """Read every page and every index. Raises LibraryError of kind ``damaged`` with the first fault."""
        answer = self.database.value("PRAGMA integrity_check(1)")
        if answer != "ok":
            raise self.database.damaged(str(answer))

    def _of_keys(self, select: str, column: str, keys: Iterable[int]) -> Iterator[tuple[Any, ...]]:
        condition = one_of(column, (int(key) for key in keys))
        yield from self.database.rows(f"{select} {condition.sql}", condition.parameters)

    def _decoded(self, crystal_id: str, decode: Any, data: bytes) -> Any:
        try:
            return decode(data)
        except codec.CodecError as error:
            raise self.database.damaged(f"{error}, crystal '{crystal_id}'") from error


def _without_word(fingerprints: Sequence[str]) -> Condition:
    return either(Condition(_WITHOUT_WORD, (name,)) for name in fingerprints)
