"""Conditions on the rows of the table ``crystal``, as SQL expressions with bound parameters.

Only this package writes SQL. Other packages combine the conditions of :mod:`clics.library.row_conditions` with ``&``,
``|`` and ``~``. Values always travel as parameters, so no text of a user becomes SQL.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Literal, TypeAlias

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from clics.library.crystal_columns import CrystalColumns

    Test: TypeAlias = Callable[[CrystalColumns], NDArray[np.bool_]]

Parameter: TypeAlias = str | int | float | bytes | None


@dataclass(frozen=True, slots=True)
class Condition:
    """A condition on crystals of a library.

    Attributes:
        sql: A boolean SQL expression over the columns of ``crystal``, with one ``?`` for each parameter.
        parameters: The values of the question marks, in order.
        operator: How ``parts`` are combined.
        parts: The conditions that this one combines.
        test: Decides a condition without parts by the columns of a library; None: SQL decides it.
    """

    sql: str
    parameters: tuple[Parameter, ...] = ()
    operator: Literal["", "and", "or", "not"] = field(default="", compare=False)
    parts: tuple[Condition, ...] = field(default=(), compare=False)
    test: Test | None = field(default=None, compare=False)

    def __and__(self, other: Condition) -> Condition:
        """Both conditions are true."""
        return every([self, other])

    def __or__(self, other: Condition) -> Condition:
        """At least one of the two conditions is true."""
        return either([self, other])

    def __invert__(self) -> Condition:
        """The condition is not true: rows for which it is false, and rows for which it is unknown (NULL)."""
        return Condition(f"(({self.sql}) IS NOT TRUE)", self.parameters, "not", (self,))


EVERYTHING = Condition("TRUE")
"""The condition that every crystal fulfils."""


def every(conditions: Iterable[Condition]) -> Condition:
    """The conjunction of any number of conditions; :data:`EVERYTHING` for none.

    The expression is flat, because SQLite refuses expressions that are nested deeper than 1000 levels.
    """
    return _joined("and", [condition for condition in conditions if condition != EVERYTHING]) or EVERYTHING


def either(conditions: Iterable[Condition]) -> Condition:
    """The disjunction of any number of conditions; for none, a condition that no crystal fulfils."""
    return _joined("or", list(conditions)) or Condition("FALSE")


def one_of(column: str, values: Iterable[str | int]) -> Condition:
    """The value of a column is one of ``values``.

    Args:
        column: Name of a column of the schema; never text of a user.
        values: Any number of values. They travel as one JSON parameter, since SQLite limits the number of parameters.
    """
    return Condition(f"{column} IN (SELECT value FROM json_each(?))", (json.dumps(list(values)),))


def _joined(operator: Literal["and", "or"], conditions: list[Condition]) -> Condition | None:
    if len(conditions) < 2:
        return conditions[0] if conditions else None
    sql = f" {operator.upper()} ".join(f"({condition.sql})" for condition in conditions)
    parameters = tuple(parameter for condition in conditions for parameter in condition.parameters)
    return Condition(sql, parameters, operator, tuple(conditions))
