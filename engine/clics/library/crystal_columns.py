"""Columns and facts of the crystals of a large library, in arrays by which conditions are decided without SQL."""

from __future__ import annotations

import operator
from collections.abc import Iterable, Mapping, Sequence
from itertools import islice
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from clics.library.array_files import ArrayFiles, Column
from clics.library.cached_arrays import KEYS, are_kept, dead_rows, up_to_date

if TYPE_CHECKING:
    from clics.library.sql_condition import Condition
    from clics.library.store import Library

SYSTEMS = ("triclinic", "monoclinic", "orthorhombic", "tetragonal", "trigonal", "hexagonal", "cubic")
_COMPARE = {"=": operator.eq, "<": operator.lt, "<=": operator.le, ">": operator.gt, ">=": operator.ge}
_UNKNOWN = -1
_WORDS = 2  # 64-bit words of one bit for each element
_AT_ONCE = 8192
_NAME = "columns"
_NUMBERS = ("sites", "element_count", "space_group", "dimensionality")
_COLUMNS = {
    **{name: Column("<i4") for name in _NUMBERS},
    "system": Column("|i1"),
    "ordered": Column("|i1"),
    "described": Column("|i1"),
    "elements": Column("<u8", _WORDS),
    # of each fact: the row of its crystal, and the key of its concept, negative where it is not true; those of the crystals
    # that were read together are one batch, in which they are sorted by concept
    "fact_row": Column("<i4"),
    "fact_concept": Column("<i4"),
    "facts_of_batch": Column("<i8"),
}
_ROWS = f"SELECT key, {', '.join(_NUMBERS)}, crystal_system, ordered, undescribed IS NULL FROM crystal WHERE key > ? ORDER BY key"
_BETWEEN = "crystal > ? AND crystal <= ?"


class CrystalColumns:
    """The columns of a library at one revision.

    Attributes:
        keys: Keys (n,) of all rows, ascending, those of removed crystals too.
        alive: Rows (n,) whose crystals are there.
        revision: Revision of the library.
    """

    def __init__(self, library: Library) -> None:
        self._library = library
        self._arrays: ArrayFiles | None = None
        self.update()

    @staticmethod
    def are_kept(library: Library) -> bool:
        """True if columns were made before, so that only what was added or removed since has to be read."""
        return are_kept(library, _NAME, _COLUMNS)

    def update(self) -> None:
        """Take over what has changed in the library."""
        self.revision = self._library.revision
        self._arrays = up_to_date(self._library, _NAME, _COLUMNS, self._extend, self._arrays)
        self.keys: NDArray[np.int64] = np.array(self._arrays[KEYS])
        self.alive = np.ones(len(self.keys), bool)
        self.alive[dead_rows(self._arrays)] = False

    def mask(self, condition: Condition) -> NDArray[np.bool_]:
        """The rows (n,) that fulfil a condition; of those that are not alive, any."""
        if condition.parts:
            masks = [self.mask(part) for part in condition.parts]
            if condition.operator == "not":
                return ~masks[0]
            combine = np.logical_and if condition.operator == "and" else np.logical_or
            combined: NDArray[np.bool_] = combine.reduce(masks)
            return combined
        if condition.test is not None:
            return np.asarray(condition.test(self))
        return np.isin(self.keys, self._library.keys_by_sql(condition))

    # ---- tests of conditions ----------------------------------------------------------------------------------------

    def compared(self, column: str, comparison: str, value: int) -> NDArray[np.bool_]:
        """Rows whose number is known, and equal to, less than or greater than a value."""
        numbers = self._of(column)
        return np.asarray(_COMPARE[comparison](numbers, value) & (numbers != _UNKNOWN))

    def among(self, column: str, values: Sequence[int]) -> NDArray[np.bool_]:
        """Rows whose number is one of some values."""
        return np.asarray(np.isin(self._of(column), np.array(values, np.int64)) & (self._of(column) != _UNKNOWN))

    def of_systems(self, systems: Iterable[str]) -> NDArray[np.bool_]:
        """Rows of crystals of some crystal systems."""
        return self.among("system", [SYSTEMS.index(system) for system in systems if system in SYSTEMS])

    def flagged(self, column: str, yes: bool) -> NDArray[np.bool_]:
        """Rows whose flag (``ordered``, ``described``) is set, or is not."""
        return np.asarray(self._of(column) == int(yes))

    def with_elements(self, atomic_numbers: Iterable[int]) -> NDArray[np.bool_]:
        """Rows of crystals that contain at least one of some elements."""
        bits = _bits(atomic_numbers)
        return np.asarray((self._of("elements") & bits).any(axis=1))

    def with_keys(self, keys: Iterable[int]) -> NDArray[np.bool_]:
        """Rows of some keys."""
        return np.isin(self.keys, np.fromiter(keys, np.int64))

    def with_facts(self, pairs: Iterable[tuple[str, str]]) -> NDArray[np.bool_]:
        """Rows of crystals of which one of some concepts is true, each given as kind and phrase."""
        sql = "SELECT key FROM concept WHERE kind = ? AND phrase = ?"
        rows = (row for pair in pairs for row in self._library.database.rows(sql, pair))
        return self._with_concepts([int(key) for (key,) in rows])

    def with_kind(self, kind: str) -> NDArray[np.bool_]:
        """Rows of crystals of which a concept of a kind is stored, whether it is true or not."""
        rows = self._library.database.rows("SELECT key FROM concept WHERE kind = ?", (kind,))
        keys = [int(key) for (key,) in rows]
        return self._with_concepts([*keys, *(-key for key in keys)])

    def _with_concepts(self, signed_keys: Sequence[int]) -> NDArray[np.bool_]:
        found = np.zeros(len(self.keys), bool)
        wanted, rows, concepts = np.array(signed_keys, np.int32), self._of("fact_row"), self._of("fact_concept")
        end = 0
        for count in self._of("facts_of_batch").tolist():
            begin, end = end, end + count
            first, last = (np.searchsorted(concepts[begin:end], wanted, side) for side in ("left", "right"))
            counts = last - first
            within = np.repeat(first - (np.cumsum(counts) - counts), counts) + np.arange(counts.sum())
            found[rows[begin + within]] = True
        return found

    def _of(self, column: str) -> NDArray[Any]:
        assert self._arrays is not None  # they are made with this object
        return self._arrays[column]

    # ---- reading ----------------------------------------------------------------------------------------------------

    def _extend(self, arrays: ArrayFiles, after: int) -> Mapping[str, Any]:
        database, first = self._library.database, len(arrays[KEYS])
        rows = database.rows(_ROWS, (after,))
        while batch := list(islice(rows, _AT_ONCE)):
            key, *numbers, system, ordered, described = zip(*batch, strict=True)
            keys = np.array(key, np.int64)
            known = [[_UNKNOWN if value is None else value for value in column] for column in numbers]
            span = (after, int(keys[-1]))
            row, concept = self._facts(keys, span)
            order = np.argsort(concept, kind="stable")
            arrays.extend(
                {
                    KEYS: keys,
                    **{name: np.array(values) for name, values in zip(_NUMBERS, known, strict=True)},
                    "system": np.array([SYSTEMS.index(each) if each in SYSTEMS else _UNKNOWN for each in system]),
                    "ordered": np.array(ordered),
                    "described": np.array(described),
                    "elements": self._elements(keys, span),
                    "fact_row": row[order] + first,
                    "fact_concept": concept[order],
                    "facts_of_batch": np.array([len(order)]),
                }
            )
            after, first = span[1], first + len(keys)
        return {}

    def _elements(self, keys: NDArray[np.int64], span: tuple[int, int]) -> NDArray[np.uint64]:
        bits = np.zeros((len(keys), _WORDS), np.uint64)
        sql = f"SELECT crystal, number FROM crystal_element WHERE {_BETWEEN} AND number BETWEEN 0 AND {64 * _WORDS - 1}"
        pairs = np.array(list(self._library.database.rows(sql, span)), np.int64).reshape(-1, 2)
        rows = np.searchsorted(keys, pairs[:, 0])
        word, bit = np.divmod(pairs[:, 1], 64)
        np.bitwise_or.at(bits, (rows, word), np.uint64(1) << bit.astype(np.uint64))
        return bits

    def _facts(self, keys: NDArray[np.int64], span: tuple[int, int]) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
        sql = f"SELECT crystal, CASE WHEN truth > 0 THEN concept ELSE -concept END FROM fact WHERE {_BETWEEN}"
        pairs = np.array(list(self._library.database.rows(sql, span)), np.int64).reshape(-1, 2)
        return np.searchsorted(keys, pairs[:, 0]), pairs[:, 1]


def _bits(atomic_numbers: Iterable[int]) -> NDArray[np.uint64]:
    bits = np.zeros(_WORDS, np.uint64)
    for number in atomic_numbers:
        if 0 <= number < 64 * _WORDS:
            bits[number // 64] |= np.uint64(1) << np.uint64(number % 64)
    return bits
