"""The embeddings in a library file: vectors of crystals and of their sites, in the spaces of any number of models."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from clics.library import codec
from clics.library.catalogue import Catalogue
from clics.library.database import BUSY_SECONDS, Mode
from clics.library.sql_condition import Condition, either, one_of
from clics.results.vector_space import VectorSpace

if TYPE_CHECKING:
    from clics.library.encoder_protocol import Arrays

OF_SPACE = "model = (SELECT key FROM model WHERE fingerprint = ?)"
"""Condition on rows of ``vector``: the space whose fingerprint is the parameter."""
_WITHOUT_ENTRY = f"key NOT IN (SELECT crystal FROM vector WHERE {OF_SPACE})"


class StoredEmbeddings(Catalogue):
    """An open library file, as far as its embeddings are read.

    A *space* holds one type of embedding of one model; its fingerprint is the name of its
    :class:`~clics.results.vector_space.VectorSpace`. An *entry* of a crystal in a space is its vector there, or the
    reason why the model could not make one.
    """

    def __init__(self, path: str | Path, mode: Mode = "read", *, busy_seconds: float = BUSY_SECONDS) -> None:
        super().__init__(path, mode, busy_seconds=busy_seconds)
        self._complete: dict[str, tuple[int, bool]] = {}
        """By fingerprint: revision of the library, and if the space was complete then."""

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
        sql = f"SELECT reason FROM vector WHERE crystal = ? AND {OF_SPACE}"
        row = self.database.row(sql, (key, fingerprint))
        return None if row is None or row[0] is None else str(row[0])

    def count_vectors(self, fingerprint: str) -> int:
        """Number of crystals that have a vector in a space."""
        sql = f"SELECT count(*) FROM vector WHERE {OF_SPACE} AND data IS NOT NULL"
        return int(self.database.value(sql, (fingerprint,)))

    def vectors(
        self, fingerprint: str, dimensions: int, *, after: int = 0, at_once: int = 8192
    ) -> Iterator[tuple[NDArray[np.int64], NDArray[np.float32]]]:
        """The vectors of a space, in batches of at most ``at_once``, by ascending key.

        Args:
            fingerprint: Name of the space.
            dimensions: Length of its vectors.
            after: Only those of keys above this one.
            at_once: Largest number of vectors of a batch.

        Yields:
            Keys (m,) and vectors (m, dimensions).
        """
        for keys, packed in self._entries(fingerprint, after, at_once):
            yield keys, self._vectors(packed, fingerprint, dimensions)

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

    def site_vectors(
        self, fingerprint: str, dimensions: int, *, after: int = 0, at_once: int = 4096
    ) -> Iterator[tuple[NDArray[np.int64], NDArray[np.int8], NDArray[np.int64]]]:
        """The vectors of symmetry-inequivalent sites, in batches of at most ``at_once`` crystals, by ascending key.

        Args:
            fingerprint: Name of the space of sites.
            dimensions: Length of a vector.
            after: Only those of keys above this one.
            at_once: Largest number of crystals of a batch.

        Yields:
            Keys (m,) of crystals, vectors (M, dimensions) of the sites of one crystal after the other, scaled to signed
            bytes, and the number of sites (m,) of each crystal.
        """
        for keys, packed in self._entries(fingerprint, after, at_once):
            try:
                yield keys, *codec.unpack_scaled_sites(packed, dimensions)
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
            count = f"SELECT count(*) FROM vector INDEXED BY vector_crystal WHERE {OF_SPACE}"
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

    def _select(self, select: str, column: str, keys: Iterable[int]) -> Iterator[tuple[Any, ...]]:
        condition = one_of(column, (int(key) for key in keys))
        yield from self.database.rows(f"{select} {condition.sql}", condition.parameters)

    def _entries(self, fingerprint: str, after: int, at_once: int) -> Iterator[tuple[NDArray[np.int64], list[bytes]]]:
        """Keys and packed vectors of a space, in batches, by ascending key."""
        sql = f"SELECT crystal, data FROM vector WHERE {OF_SPACE} AND crystal > ? AND data IS NOT NULL ORDER BY crystal"
        rows = self.database.rows(sql, (fingerprint, after))
        while batch := list(islice(rows, at_once)):
            yield np.array([key for key, _ in batch], dtype=np.int64), [data for _, data in batch]

    def _packed_vectors(self, keys: NDArray[np.int64], fingerprint: str) -> dict[int, bytes]:
        wanted = one_of("crystal", keys.tolist())
        sql = f"SELECT crystal, data FROM vector WHERE {OF_SPACE} AND {wanted.sql}"
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
