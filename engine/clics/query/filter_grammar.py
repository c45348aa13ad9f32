"""Grammar of filters: a text is parsed into terms, with the position of each for messages.

A filter is a list of terms separated by blanks; all of them must be true::

    filter = term { blank term }
    term   = [ "-" ] name operator values          "-" negates the term
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
    """A filter text that cannot be parsed.

    Attributes:
        position: Index of the first character at fault, from 0.
        length: Number of characters at fault.
    """

    kind = "bad-filter"

    def __init__(self, message: str, position: int, length: int = 1) -> None:
        super().__init__(f"The filter is not understood at character {position + 1}: {message}")
        self.position = position
        self.length = length


@dataclass(frozen=True, slots=True)
class FilterValue:
    """One value of a term.

    Attributes:
        text: The value without quotes.
        position: Index of its first character in the filter.
    """

    text: str
    position: int


@dataclass(frozen=True, slots=True)
class FilterTerm:
    """One condition of a filter, as typed.

    Attributes:
        name: The condition name in lower case.
        operator: The comparison; ``≤``, ``≥`` and ``≠`` are read as ``<=``, ``>=`` and ``!=``.
        values: At least one value.
        negative: The term has a minus sign in front.
        position: Index of its first character in the filter.
    """

    name: str
    operator: Operator
    values: tuple[FilterValue, ...]
    negative: bool
    position: int


def read_terms(text: str) -> list[FilterTerm]:
    """Parse a filter text into terms; an empty text has none.

    Raises:
        FilterError: The text has a syntax error, or is longer than the limits of this module.
    """
    if len(text) > MAX_LENGTH:
        raise FilterError(f"it is longer than {MAX_LENGTH} characters.", MAX_LENGTH)
    terms: list[FilterTerm] = []
    position = _skip(text, 0)
    while position < len(text):
        if len(terms) == MAX_TERMS:
            raise FilterError(f"there are more than {MAX_TERMS} conditions.", position)
        term, end = read_term(text, position)
        terms.append(term)
        position = _skip(text, end)
        if position == end < len(text):
            raise FilterError(f"put a blank before '{text[end : end + 10]}'.", end)
    return terms


def read_term(text: str, start: int) -> tuple[FilterTerm, int]:
    """Parse the term that begins at a position; return it and the position after it.

    Raises:
        FilterError: No term begins there.
    """
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
    return FilterTerm(name[1].lower(), sign, tuple(values), name[0].startswith("-"), start), end


def _values(text: str, start: int) -> tuple[list[FilterValue], int]:
    values: list[FilterValue] = []
    position = start
    while True:
        quoted = _QUOTED.match(text, position)
        value = quoted or _PLAIN.match(text, position)
        if value is None:
            open_quote = text[position : position + 1] in ("'", '"')
            fault = "a quotation mark has no partner." if open_quote else "a value is missing."
            raise FilterError(fault, min(position, max(len(text) - 1, 0)))
        content = value[0] if quoted is None else (quoted[1] if quoted[1] is not None else quoted[2])
        values.append(FilterValue(content.strip(), position))
        comma = _COMMA.match(text, value.end())
        if comma is None:
            return values, value.end()
        position = comma.end()
        if len(values) == MAX_VALUES:
            raise FilterError(f"there are more than {MAX_VALUES} values.", position)


def _skip(text: str, position: int) -> int:
    blank = _BLANK.match(text, position)
    return blank.end() if blank is not None else position


def _word(text: str, start: int) -> str:
    word = re.match(r"\S{1,20}", text[start:])
    return word[0] if word is not None else ""
