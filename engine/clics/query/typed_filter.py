"""Conditions of the filter language that stand in a phrase ("octahedra nsites<40"): offered as a filter, not applied."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache

from clics.concepts.mentions import Mention
from clics.query.filter_grammar import FilterError, FilterTerm, read_term

_ALSO_WORDS = frozenset({"sg", "spacegroup", "space_group", "system", "crystal_system", "cn", "coordination"})
"""Names that people type in phrases, too ("SG=62", "CN = 6"): they are read as words then."""


@cache
def _start() -> re.Pattern[str]:
    from clics.query.filter_fields import FIELDS

    names = sorted((name for field in FIELDS for name in field.names), key=len, reverse=True)
    return re.compile(rf"(?<!\S)-?(?:{'|'.join(names)})\s*(?:!=|<=|>=|[≤≥≠:=<>])\s*(?=\S)", re.IGNORECASE)


def _is_word(term: FilterTerm, start: str) -> bool:
    """True for a condition that people type in phrases, too; not for a symbol without a blank before it: "sg:Pnma"."""
    attached = start.rstrip() == start and not any(value.text.isdigit() for value in term.values)
    return term.name in _ALSO_WORDS and not (attached and term.name not in ("cn", "coordination"))


def filter_mentions(text: str) -> Iterator[Mention]:
    """Find the conditions of the filter language in a text.

    Args:
        text: A text as typed.

    Yields:
        A mention for each condition that can be read, with spans in ``text``; none where they all are words, too.
    """
    from clics.query.filter_fields import condition_of

    position, found = 0, []
    while (match := _start().search(text, position)) is not None:
        try:
            term, position = read_term(text, match.start())
            condition_of(term)
        except FilterError:
            position = match.end()
            continue
        found.append(
            (
                _is_word(term, match.group()),
                Mention(match.start(), position, (), filter=text[match.start() : position], applied=False),
            )
        )
    if any(not is_word for is_word, _ in found):
        yield from (mention for _, mention in found)
