"""A condition on library rows: a fragment of SQL over the table ``crystal`` with its parameters, never pasted text."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass
from typing import TypeAlias

from clics.concepts.concept import Concept

Parameter: TypeAlias = str | int | float | bytes | None


@dataclass(frozen=True, slots=True)
class Condition:
    """``sql`` is an expression over ``crystal`` with ``?`` marks, ``parameters`` what stands in for them, in order."""

    sql: str
    parameters: tuple[Parameter, ...] = ()

    def __and__(self, other: Condition) -> Condition:
        """Both hold."""
        return every([self, other])

    def __or__(self, other: Condition) -> Condition:
        """Either holds."""
        return either([self, other])

    def __invert__(self) -> Condition:
        """It does not hold; a row of which it is unknown (NULL) does not fulfil it, so it fulfils the inverse."""
        return Condition(f"(({self.sql}) IS NOT TRUE)", self.parameters)


EVERYTHING = Condition("TRUE")
"""No condition."""


def every(conditions: Iterable[Condition]) -> Condition:
    """All hold; flat, since SQL that is nested too deep is refused."""
    return _joined(" AND ", [condition for condition in conditions if condition != EVERYTHING]) or EVERYTHING


def either(conditions: Iterable[Condition]) -> Condition:
    """At least one holds; none of no conditions does."""
    return _joined(" OR ", list(conditions)) or Condition("FALSE")


def _joined(word: str, conditions: list[Condition]) -> Condition | None:
    if len(conditions) < 2:
        return conditions[0] if conditions else None
    sql = word.join(f"({condition.sql})" for condition in conditions)
    return Condition(sql, tuple(parameter for condition in conditions for parameter in condition.parameters))


def one_of(column: str, values: Iterable[str | int]) -> Condition:
    """``column`` (a name of the schema, never user text) is one of ``values``, of which there may be any number."""
    return Condition(f"{column} IN (SELECT value FROM json_each(?))", (json.dumps(list(values)),))


def holding(concepts: Iterable[Concept]) -> Condition:
    """The stored facts hold for at least one of ``concepts``, in whichever way (HELD or STATED)."""
    pairs = json.dumps([(concept.kind, concept.phrase) for concept in concepts])
    return Condition(
        "key IN (SELECT fact.crystal FROM fact JOIN concept ON concept.key = fact.concept WHERE fact.truth > 0 "
        "AND (concept.kind, concept.phrase) IN "
        "(SELECT json_extract(value, '$[0]'), json_extract(value, '$[1]') FROM json_each(?)))",
        (pairs,),
    )
