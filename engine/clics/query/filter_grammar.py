"""The query language, first half: text into terms, with the place of each for messages.

A text is terms with blanks between them, all of which must hold::

    filter = term { blank term }
    term   = [ "-" ] name operator values          "-" turns the term round
    name   = letters and underscores
    operator = ":" | "=" | "!=" | "<" | "<=" | ">" | ">="
    values = value { "," value }                   blanks are allowed around operators and commas
    value  = characters other than blank and comma | text in single or double quotes
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Literal, cast

from clics.errors import InputError

Operator = Literal[":", "=", "!=", "<", "<=", ">", ">="]
MAX_LENGTH = 10_000
MAX_TERMS = 100
MAX_VALUES = 500  # of one term; SQLite refuses expressions deeper than 1000

_BLANK = re.compile(r"\s*")
_NAME = re.compile(r"-?\s*([A-Za-z_]+)")
_OPERATOR = re.compile(r"\s*(!=|<=|>=|≤|≥|≠|[:=<>])\s*")
_QUOTED = re.compile(r"\"([^\"]*)\"|'([^']*)'")
_PLAIN = re.compile(r"[^\s,\"']+")
_COMMA = re.compile(r"\s*,\s*")
_SAME = {"≤": "<=", "≥": ">=", "≠": "!="}


class FilterError(InputError):
    """A filter that cannot be read; ``position`` (from 0) and ``length`` say which characters are at fault."""

    kind = "bad-filter"

    def __init__(self, message: str, position: int, length: int = 1) -> None:
        super().__init__(f"The filter is not understood at character {position + 1}: {message}")
        self.position = position
        self.length = length


@dataclass(frozen=True, slots=True)
class Value:
    """One value as it was written (quotes taken off) and where it begins."""

    text: str
    position: int


@dataclass(frozen=True, slots=True)
class Term:
    """One condition as it was written."""

    name: str
    operator: Operator
    values: tuple[Value, ...]
    negative: bool
    position: int


def read_terms(text: str) -> list[Term]:
    """The terms of a filter; none for an empty text. Raises :class:`FilterError`."""
    if len(text) > MAX_LENGTH:
        raise FilterError(f"it is longer than {MAX_LENGTH} characters.", MAX_LENGTH)
    terms: list[Term] = []
    place = _skip(text, 0)
    while place < len(text):
        if len(terms) == MAX_TERMS:
            raise FilterError(f"there are more than {MAX_TERMS} conditions.", place)
        term, end = _term(text, place)
        terms.append(term)
        place = _skip(text, end)
        if place == end < len(text):
            raise FilterError(f"put a blank before '{text[end : end + 10]}'.", end)
    return terms


def _term(text: str, start: int) -> tuple[Term, int]:
    name = _NAME.match(text, start)
    if name is None:
        raise FilterError(
            f"'{_word(text, start)}' is no condition; write name:value, for example elements:Li,O or nsites<40.",
            start,
            len(_word(text, start)),
        )
    operator = _OPERATOR.match(text, name.end())
    if operator is None:
        raise FilterError(
            f"after '{name[1]}' one of : = != < <= > >= is expected, for example sg:225 or nsites<40.",
            start,
            name.end() - start,
        )
    values, end = _values(text, operator.end())
    sign = cast(Operator, _SAME.get(operator[1], operator[1]))
    return Term(name[1].lower(), sign, tuple(values), name[0].startswith("-"), start), end


def _values(text: str, start: int) -> tuple[list[Value], int]:
    values: list[Value] = []
    place = start
    while True:
        quoted = _QUOTED.match(text, place)
        found = quoted or _PLAIN.match(text, place)
        if found is None:
            what = (
                "a quotation mark has no partner." if text[place : place + 1] in ("'", '"') else "a value is missing."
            )
            raise FilterError(what, min(place, max(len(text) - 1, 0)))
        content = found[0] if quoted is None else (quoted[1] if quoted[1] is not None else quoted[2])
        values.append(Value(content.strip(), place))
        comma = _COMMA.match(text, found.end())
        if comma is None:
            return values, found.end()
        place = comma.end()
        if len(values) == MAX_VALUES:
            raise FilterError(f"there are more than {MAX_VALUES} values.", place)


def _skip(text: str, place: int) -> int:
    blank = _BLANK.match(text, place)
    return blank.end() if blank is not None else place


def _word(text: str, start: int) -> str:
    found = re.match(r"\S{1,20}", text[start:])
    return found[0] if found is not None else ""
