"""Conditions of the filter language that stand in a phrase ("octahedra nsites<40"): offered as a filter, not applied."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache

from clics.concepts.mentions import Mention
from clics.query.filter_grammar import FilterError, read_term

_ALSO_WORDS = frozenset({"sg", "spacegroup", "space_group", "system", "crystal_system", "cn", "coordination"})
"""Names that people type in phrases, too ("SG=62", "CN = 6"): they are read as words then."""


@cache
def _start() -> re.Pattern[str]:
    from clics.query.filter_fields import FIELDS

    names = sorted((name for field in FIELDS for name in field.names), key=len, reverse=True)
    return re.compile(rf"(?<!\S)-?(?:{'|'.join(names)})\s*(?:!=|<=|>=|[≤≥≠:=<>])\s*(?=\S)", re.IGNORECASE)


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
            (term.name, Mention(match.start(), position, (), filter=text[match.start() : position], applied=False))
        )
    if any(name not in _ALSO_WORDS for name, _ in found):
        yield from (mention for _, mention in found)
