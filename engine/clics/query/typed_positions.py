"""Positions in a typed phrase of the characters of its normal form (NFC, single blanks)."""

from __future__ import annotations

import re
import unicodedata

_CLUSTER = re.compile(r"\s+|[^\s\u0300-\u036f][\u0300-\u036f]*|.", re.DOTALL)
"""Blanks, or a character with its combining marks."""


def normal_form(typed: str) -> tuple[str, list[tuple[int, int]]]:
    """The normal form of a text, in which a query is parsed.

    Args:
        typed: The text as typed.

    Returns:
        The text in Unicode form NFC with single blanks, and for each of its characters the span of ``typed`` that it stands for.
    """
    parts: list[str] = []
    spans: list[tuple[int, int]] = []
    start, end = len(typed) - len(typed.lstrip()), len(typed.rstrip())
    for match in _CLUSTER.finditer(typed, start, max(start, end)):
        part = " " if match.group().isspace() else unicodedata.normalize("NFC", match.group())
        parts.append(part)
        spans += [match.span()] * len(part)
    return "".join(parts), spans
