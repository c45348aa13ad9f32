"""Words of a query that were not read: those with content in which no part of the query was recognised."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from clics.concepts.mentions import masked
from clics.data import read_bytes

_STOP_WORDS = frozenset(read_bytes("stop_words.txt").decode().split())
"""Words without content of their own: function words, and general words of the field ("structure", "with")."""
_WORD = re.compile(r"[^\W_]+(?:['’][^\W_]+)?")


def is_stop_word(word: str) -> bool:
    """True for a word without content of its own, and for a single small letter."""
    return word.lower() in _STOP_WORDS or (len(word) == 1 and word.islower())


def unread_spans(text: str, read: Iterable[tuple[int, int]]) -> Iterator[tuple[int, int]]:
    """The words with content outside the parts that were read; neighbouring words make one span.

    Args:
        text: The text.
        read: Spans of the parts that were read.

    Yields:
        Spans in the order of the text.
    """
    left = text
    for start, end in read:
        left = masked(left, start, end)
    words = [match.span() for match in _WORD.finditer(left) if not is_stop_word(match.group())]
    first = last = -1
    for start, end in words:
        if first >= 0 and re.fullmatch(r"[\s/‐-–-]*", text[last:start]):
            last = end
            continue
        if first >= 0:
            yield first, last
        first, last = start, end
    if first >= 0:
        yield first, last
