"""The conditions on crystals that filters and searches use, in terms of crystals instead of SQL.

Each function returns a :class:`~clics.library.sql_condition.Condition`.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable
from dataclasses import replace
from typing import Literal, TypeAlias

from clics.concepts.concept import Concept, Kind
from clics.concepts.registry import COLUMNS, GEOMETRY_MARK, MIXED_MARK
from clics.library.sql_condition import Condition, either, one_of

NumberColumn: TypeAlias = Literal["element_count", "space_group", "sites", "dimensionality"]
"""Columns of whole numbers: distinct elements, space-group number, sites of the cell as read, dimensionality."""

TextColumn: TypeAlias = Literal["id", "source", "mineral"]
"""Columns of free text: id in the library, file or database, name of the structure type."""

ClassColumn: TypeAlias = Literal["crystal_system", "formula", "anonymous_formula"]
"""Columns whose values are compared as they are stored."""

Comparison: TypeAlias = Literal["=", "<", "<=", ">", ">="]
_COMPARISONS = frozenset(("=", "<", "<=", ">", ">="))


def number_is(column: NumberColumn, comparison: Comparison, value: int) -> Condition:
    """A number is equal to, less than or greater than ``value``.

    Raises:
        ValueError: ``comparison`` is not one of the five signs.
    """
    if comparison not in _COMPARISONS:
        raise ValueError(f"{comparison!r} is not a comparison")
    return Condition(f"{column} {comparison} ?", (value,), test=lambda rows: rows.compared(column, comparison, value))


def number_between(column: NumberColumn, low: int, high: int) -> Condition:
    """A number lies between two values, both included."""
    return Condition(
        f"{column} BETWEEN ? AND ?",
        (low, high),
        test=lambda rows: rows.compared(column, ">=", low) & rows.compared(column, "<=", high),
    )


def class_is(column: ClassColumn, values: Iterable[str]) -> Condition:
    """A crystal system or formula is one of ``values``."""
    values = list(values)
    condition = one_of(column, values)
    return replace(condition, test=lambda rows: rows.of_systems(values)) if column == "crystal_system" else condition


def text_is(column: TextColumn, text: str) -> Condition:
    """A text is equal to ``text``; letter case is ignored."""
    return Condition(f"{column} LIKE ? ESCAPE '\\'", (_escaped(text),))


def text_contains(column: TextColumn, text: str) -> Condition:
    """A text contains ``text`` or, where that has the wildcards ``*`` and ``?``, matches it; letter case is ignored."""
    pattern = _escaped(text)
    wild = "*" in text or "?" in text
    pattern = pattern.replace("*", "%").replace("?", "_") if wild else f"%{pattern}%"
    return Condition(f"{column} LIKE ? ESCAPE '\\'", (pattern,))


def has_any_element(atomic_numbers: Iterable[int]) -> Condition:
    """The crystal contains at least one of the elements."""
    numbers = list(atomic_numbers)
    inside = one_of("number", numbers)
    sql = f"key IN (SELECT crystal FROM crystal_element WHERE {inside.sql})"
    return Condition(sql, inside.parameters, test=lambda rows: rows.with_elements(numbers))


def elements_are(symbols: Iterable[str]) -> Condition:
    """The crystal consists of exactly these elements."""
    return Condition("elements = ?", (" ".join(sorted(set(symbols))),))


def is_ordered(yes: bool = True) -> Condition:
    """Every site is occupied by one element; or, for ``False``, at least one site is not."""
    return Condition("(ordered) = ?", (int(yes),), test=lambda rows: rows.flagged("ordered", yes))


def is_described(yes: bool = True) -> Condition:
    """The library has a description of the crystal; or, for ``False``, none."""
    return Condition("(undescribed IS NULL) = ?", (int(yes),), test=lambda rows: rows.flagged("described", yes))


def has_key(keys: Iterable[int]) -> Condition:
    """The crystal has one of these keys."""
    keys = list(keys)
    return replace(one_of("key", keys), test=lambda rows: rows.with_keys(keys))


def has_id(crystal_id: str) -> Condition:
    """The crystal has this id."""
    return Condition("id = ?", (crystal_id,))


def has_structure(structure_hash: bytes) -> Condition:
    """The structure has this hash (:func:`clics.library.codec.structure_hash`)."""
    return Condition("structure_hash = ?", (structure_hash,))


def has_other_formula(formula: str) -> Condition:
    """The reduced formula is not ``formula``."""
    return Condition("formula <> ?", (formula,))


def source_calls_it(mineral: str) -> Condition:
    """The source gave the crystal this mineral name (``provenance["mineral"]``)."""
    return Condition("json_extract(provenance, '$.mineral') = ?", (mineral,))


def has_fact(concepts: Iterable[Concept]) -> Condition:
    """At least one of the concepts is true of the crystal (HELD or STATED) by the stored facts."""
    concepts = list(concepts)
    in_columns: list[Condition] = []
    for kind, column in COLUMNS.items():
        values = [column.value(concept) for concept in concepts if concept.kind == kind]
        in_columns += [_number_among(column.name, values)] if values else []
        concepts = [concept for concept in concepts if concept.kind != kind]
    return either([*([_has_fact_row(concepts)] if concepts or not in_columns else []), *in_columns])


def has_geometry() -> Condition:
    """Facts of geometry of the crystal are stored; descriptions of earlier versions have none."""
    return _has_kind(GEOMETRY_MARK)


def lacks_geometry() -> Condition:
    """Ordered crystals that lack facts of geometry, all or the newer ones; disordered ones have no description at all."""
    return ~(has_geometry() & _has_kind(MIXED_MARK)) & is_ordered()


def _has_kind(kind: Kind) -> Condition:
    return Condition(
        "key IN (SELECT fact.crystal FROM fact JOIN concept ON concept.key = fact.concept WHERE concept.kind = ?)",
        (kind,),
        test=lambda rows: rows.with_kind(kind),
    )


def _number_among(column: str, values: list[int]) -> Condition:
    return replace(one_of(column, values), test=lambda rows: rows.among(column, values))


def _has_fact_row(concepts: Iterable[Concept]) -> Condition:
    named = [(concept.kind, concept.phrase) for concept in concepts]
    return Condition(
        "key IN (SELECT fact.crystal FROM fact JOIN concept ON concept.key = fact.concept WHERE fact.truth > 0 "
        "AND (concept.kind, concept.phrase) IN "
        "(SELECT json_extract(value, '$[0]'), json_extract(value, '$[1]') FROM json_each(?)))",
        (json.dumps(named),),
        test=lambda rows: rows.with_facts(named),
    )


def _escaped(text: str) -> str:
    return re.sub(r"([\\%_])", r"\\\1", text)
